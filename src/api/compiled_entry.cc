#include "api/compiled_entry.h"

namespace tundish {
namespace {

using Json = nlohmann::json;

constexpr const char* kExecutable = "executable";
constexpr std::string_view kIntermediatePrefix = "intermediate/";

Json to_json(const std::vector<Argument>& arguments) {
  Json list = Json::array();
  for (const Argument& argument : arguments) {
    list.push_back({{"name", argument.name}, {"type", argument.type.to_string()}});
  }
  return list;
}

Result<std::vector<Argument>> arguments_from(const Json& list) {
  std::vector<Argument> arguments;
  for (const Json& item : list) {
    TUNDISH_ASSIGN(TensorType type, TensorType::parse(item.at("type").get<std::string>()));
    arguments.push_back({item.at("name").get<std::string>(), std::move(type)});
  }
  return arguments;
}

Json to_json(const Diagnostic& diagnostic, const std::string& source_name) {
  return {{"severity", static_cast<int>(diagnostic.severity)},
          {"file", diagnostic.file == source_name ? "" : diagnostic.file},
          {"line", diagnostic.line},
          {"column", diagnostic.column},
          {"message", diagnostic.message}};
}

Result<Compiled> read_metadata(const Json& metadata, const std::string& source_name) {
  Compiled compiled;
  for (const Json& item : metadata.at("functions")) {
    FunctionSignature function;
    function.name = item.at("name").get<std::string>();
    TUNDISH_ASSIGN(function.inputs, arguments_from(item.at("inputs")));
    TUNDISH_ASSIGN(function.results, arguments_from(item.at("results")));
    compiled.signature.functions.push_back(std::move(function));
  }
  for (const Json& item : metadata.at("diagnostics")) {
    Diagnostic diagnostic;
    diagnostic.severity = static_cast<Severity>(item.at("severity").get<int>());
    diagnostic.file = item.at("file").get<std::string>();
    if (diagnostic.file.empty()) diagnostic.file = source_name;
    diagnostic.line = item.at("line").get<int>();
    diagnostic.column = item.at("column").get<int>();
    diagnostic.message = item.at("message").get<std::string>();
    compiled.diagnostics.push_back(std::move(diagnostic));
  }
  const Json& report = metadata.at("report");
  compiled.report.backend = report.at("backend").get<std::string>();
  compiled.report.compiler_version = report.at("compiler_version").get<std::string>();
  compiled.report.target = report.at("target").get<std::string>();
  compiled.report.notes = report.at("notes").get<std::vector<std::string>>();
  compiled.report.seconds = report.at("seconds").get<double>();
  for (const Json& rule : report.at("rules")) {
    compiled.report.rules.push_back(
        {rule.at("flag").get<std::string>(), rule.at("reason").get<std::string>()});
  }
  return compiled;
}

}  // namespace

Entry to_entry(const Compiled& compiled, const std::string& source_name) {
  Entry entry;
  entry.outputs[kExecutable] = Blob(compiled.executable.data, compiled.executable.owner);
  for (const auto& [name, text] : compiled.intermediates) {
    entry.outputs[std::string(kIntermediatePrefix) + name] = Blob::from_string(text);
  }
  Json functions = Json::array();
  for (const FunctionSignature& function : compiled.signature.functions) {
    functions.push_back({{"name", function.name},
                         {"inputs", to_json(function.inputs)},
                         {"results", to_json(function.results)}});
  }
  Json diagnostics = Json::array();
  for (const Diagnostic& diagnostic : compiled.diagnostics) {
    diagnostics.push_back(to_json(diagnostic, source_name));
  }
  Json rules = Json::array();
  for (const AppliedRule& rule : compiled.report.rules) {
    rules.push_back({{"flag", rule.flag}, {"reason", rule.reason}});
  }
  entry.metadata = {{"functions", functions},
                    {"diagnostics", diagnostics},
                    {"report",
                     {{"backend", compiled.report.backend},
                      {"compiler_version", compiled.report.compiler_version},
                      {"target", compiled.report.target},
                      {"rules", rules},
                      {"notes", compiled.report.notes},
                      {"seconds", compiled.report.seconds}}}};
  return entry;
}

Result<Compiled> from_entry(const Entry& entry, const std::string& source_name) {
  const auto executable = entry.outputs.find(kExecutable);
  if (executable == entry.outputs.end()) return data_loss("the cache entry has no executable");
  try {
    TUNDISH_ASSIGN(Compiled compiled, read_metadata(entry.metadata, source_name));
    const auto blob = std::make_shared<const Blob>(executable->second);
    compiled.executable = Bytes{blob, blob->bytes()};
    for (const auto& [name, intermediate] : entry.outputs) {
      if (!name.starts_with(kIntermediatePrefix)) continue;
      compiled.intermediates[name.substr(kIntermediatePrefix.size())] = intermediate.text();
    }
    return compiled;
  } catch (const nlohmann::json::exception& error) {
    return data_loss(std::string("the cache entry's metadata is damaged: ") + error.what());
  }
}

}  // namespace tundish
