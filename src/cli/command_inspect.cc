// tundish inspect: what is in a program, an executable or a parameter file.
#include <algorithm>
#include <cstdio>

#include "base/file.h"
#include "base/human_units.h"
#include "base/sha256.h"
#include "cli/context.h"
#include "cli/model.h"
#include "tundish/parameters/parameter_file.h"

namespace tundish::cli {
namespace {

constexpr size_t kShownOps = 20;
constexpr size_t kShownParameters = 100;

std::string join(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

void print_line(const char* label, const std::string& text) {
  std::printf("  %-11s %s\n", label, text.c_str());
}

void print_functions(const Signature& signature) {
  for (const FunctionSignature& function : signature.functions) {
    print_line("function", function.to_string());
  }
}

// Told by the content: .irpa has a magic number, .safetensors a length and then JSON.
bool is_parameter_file(std::string_view bytes) {
  return bytes.starts_with("IRPA") || (bytes.size() > 9 && bytes[8] == '{' && bytes[7] == '\0');
}

// --- parameter files

Status inspect_parameters(Context& context, const std::string& path) {
  TUNDISH_ASSIGN(const auto file, ParameterFile::open(path));
  const bool is_irpa = file->format() == ParameterFormat::kIrpa;
  nlohmann::json document = {{"kind", "parameters"},
                             {"file", path},
                             {"format", is_irpa ? "irpa" : "safetensors"},
                             {"parameters", nlohmann::json::array()}};
  uint64_t total = 0;
  for (const Parameter& parameter : file->parameters()) {
    nlohmann::json entry = {{"key", parameter.key}, {"size_bytes", parameter.size_bytes}};
    if (parameter.type.has_value()) entry["type"] = parameter.type->to_string();
    if (!parameter.splat.empty()) entry["is_splat"] = true;
    document["parameters"].push_back(std::move(entry));
    total += parameter.size_bytes;
  }
  document["size_bytes"] = total;
  context.print(document, [&] {
    const size_t count = file->parameters().size();
    std::printf("%s: %s parameters\n", path.c_str(), is_irpa ? ".irpa" : ".safetensors");
    print_line("parameters", std::to_string(count));
    print_line("size", human_size(total));
    for (size_t i = 0; i < std::min(count, kShownParameters); ++i) {
      const Parameter& parameter = file->parameters()[i];
      std::printf("  %-40s %-20s %s%s\n", parameter.key.c_str(),
                  parameter.type.has_value() ? parameter.type->to_string().c_str() : "bytes",
                  human_size(parameter.size_bytes).c_str(),
                  parameter.splat.empty() ? "" : ", one value");
    }
    if (count > kShownParameters) {
      std::printf("  ... %zu more; --json lists all\n", count - kShownParameters);
    }
  });
  return {};
}

// --- executables

// Only loading tells what is inside, and that needs a device; what was compiled for another machine
// is described as far as that goes.
Status inspect_executable(Context& context, const ModelFlags& flags,
                          const std::shared_ptr<const MappedFile>& file) {
  const std::string sha256 = tundish::sha256(file->bytes()).to_hex();
  TUNDISH_ASSIGN(Toolkit * toolkit, context.toolkit());
  TUNDISH_ASSIGN(const LoadOptions loading, load_options(flags));
  const auto loaded = toolkit->load(Bytes{file, file->bytes()}, loading, "iree");
  if (!loaded.has_value()) {
    const Code code = loaded.error().code();
    const bool is_readable =
        code == Code::kUnavailable || code == Code::kFailedPrecondition || code == Code::kNotFound;
    if (!is_readable) return loaded.error().with_context(flags.path);
  }
  nlohmann::json document = {{"kind", "executable"},
                             {"file", flags.path},
                             {"format", "vmfb"},
                             {"backend", "iree"},
                             {"size_bytes", file->bytes().size()},
                             {"sha256", sha256}};
  if (loaded.has_value()) {
    document["functions"] = to_json((*loaded)->signature());
    if (!(*loaded)->target().empty()) document["target"] = (*loaded)->target();
  } else {
    document["not_loadable_here"] = loaded.error().message();
  }
  context.print(document, [&] {
    std::printf("%s: executable of the iree backend\n", flags.path.c_str());
    print_line("format", ".vmfb");
    print_line("size", human_size(file->bytes().size()));
    print_line("sha256", sha256);
    if (!loaded.has_value()) {
      print_line("functions", "unknown: it cannot be loaded here: " + loaded.error().message());
      return;
    }
    print_line("target", (*loaded)->target().empty() ? "it does not say" : (*loaded)->target());
    print_functions((*loaded)->signature());
  });
  return {};
}

// --- programs

// Dialects whose programs IREE's own front end would have to lower: the compiler takes them, and
// nothing but their functions is understood here.
bool is_opaque(const std::vector<std::string>& dialects) {
  const auto has = [&](const char* name) {
    return std::find(dialects.begin(), dialects.end(), name) != dialects.end();
  };
  return !has("stablehlo") && !has("vhlo") && (has("torch") || has("tosa") || has("linalg"));
}

void print_model(const Source& source, const SourceFacts& facts,
                 const std::vector<std::string>& dialects) {
  const bool is_text = source.form() == Source::Form::kText;
  std::printf("%s: program, %s\n", source.name().c_str(), is_text ? "text" : "bytecode");
  print_line("size", human_size(source.bytes().size()));
  print_line("sha256", source.digest());
  print_line("dialects", join(dialects));
  if (is_opaque(dialects)) {
    print_line("note",
               "Tundish does not read these dialects itself: what follows is what the "
               "compiler tells");
  }
  print_functions(facts.signature);
  print_line("constants", human_size(static_cast<uint64_t>(facts.constant_bytes)));
  auto ops = facts.op_counts;
  std::stable_sort(ops.begin(), ops.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  int64_t total = 0;
  for (const auto& [name, number] : ops) total += number;
  print_line("ops", std::to_string(total));
  for (size_t i = 0; i < std::min(ops.size(), kShownOps); ++i) {
    std::printf("  %8lld  %s\n", static_cast<long long>(ops[i].second), ops[i].first.c_str());
  }
  if (ops.size() > kShownOps) {
    std::printf("  ... %zu more kinds; --json lists all\n", ops.size() - kShownOps);
  }
}

Status inspect_model(Context& context, const ModelFlags& flags) {
  TUNDISH_ASSIGN(const Source source, Source::from_file(flags.path));
  TUNDISH_ASSIGN(Toolkit * toolkit, context.toolkit());
  TUNDISH_ASSIGN(const Target target, parse_target("cpu"));
  TUNDISH_ASSIGN(const SourceFacts facts, toolkit->inspect({source, target, {}, flags.backend}));
  const std::vector<std::string> dialects = source.dialects();
  nlohmann::json ops = nlohmann::json::object();
  for (const auto& [name, number] : facts.op_counts) ops[name] = number;
  const nlohmann::json document = {
      {"kind", "program"},
      {"file", flags.path},
      {"form", source.form() == Source::Form::kText ? "text" : "bytecode"},
      {"size_bytes", source.bytes().size()},
      {"sha256", source.digest()},
      {"dialects", dialects},
      {"is_opaque", is_opaque(dialects)},
      {"functions", to_json(facts.signature)},
      {"constant_bytes", facts.constant_bytes},
      {"op_counts", ops}};
  context.print(document, [&] { print_model(source, facts, dialects); });
  return {};
}

Status inspect(Context& context, const ModelFlags& flags) {
  TUNDISH_ASSIGN(const auto file, MappedFile::open(flags.path));
  if (is_iree_executable(file->text())) return inspect_executable(context, flags, file);
  if (is_parameter_file(file->text()) || flags.path.ends_with(".irpa") ||
      flags.path.ends_with(".safetensors")) {
    return inspect_parameters(context, flags.path);
  }
  return inspect_model(context, flags);
}

}  // namespace

void add_inspect_command(CLI::App& app, Context& context) {
  auto flags = std::make_shared<ModelFlags>();
  CLI::App* command = add_command(
      app, context, "inspect", "Show what is in a program, an executable or a parameter file",
      "tundish inspect model.mlir", [&context, flags] { return inspect(context, *flags); });
  command
      ->add_option("FILE", flags->path,
                   "a program (.mlir, .mlirbc), an executable (.vmfb) or parameters (.irpa, "
                   ".safetensors)")
      ->required();
  command->add_option("--device", flags->device, "where an executable is loaded to be read");
  command->add_option("--backend", flags->backend, "what reads a program")->capture_default_str();
  command->add_option("--parameters", flags->parameters, "scope=FILE; may repeat")
      ->expected(1)
      ->take_all();
}

}  // namespace tundish::cli
