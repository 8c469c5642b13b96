#include "cli/batch_request.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "base/spelling.h"

namespace tundish::cli {
namespace {

using nlohmann::json;

const std::vector<std::string>& field_names() {
  static const std::vector<std::string> names = {
      "backend", "device",     "function", "id",     "inputs",          "module",
      "outputs", "parameters", "profile",  "target", "timeout_seconds",
  };
  return names;
}

Status wrong_type(const std::string& field, const char* expected, const json& found) {
  return invalid_argument("/" + field + ": expected " + expected + ", found " + found.type_name());
}

const json* member(const json& request, const char* field) {
  const auto found = request.find(field);
  return found == request.end() || found->is_null() ? nullptr : &*found;
}

Status read_text(const json& request, const char* field, std::string& text) {
  const json* value = member(request, field);
  if (value == nullptr) return {};
  if (!value->is_string()) return wrong_type(field, "a string", *value);
  text = value->get<std::string>();
  if (text.find('\0') == std::string::npos) return {};
  return invalid_argument(std::string("/") + field + ": a NUL character is not allowed here");
}

Status read_texts(const json& request, const char* field, bool allow_null,
                  std::vector<std::string>& texts) {
  const json* values = member(request, field);
  if (values == nullptr) return {};
  if (!values->is_array()) return wrong_type(field, "a list of strings", *values);
  for (size_t i = 0; i < values->size(); ++i) {
    const json& value = (*values)[i];
    const bool is_left_out = allow_null && value.is_null();
    if (!value.is_string() && !is_left_out) {
      return wrong_type(std::string(field) + '/' + std::to_string(i),
                        allow_null ? "a string or null" : "a string", value);
    }
    texts.push_back(is_left_out ? "" : value.get<std::string>());
    if (texts.back().find('\0') != std::string::npos) {
      return invalid_argument(std::string("/") + field + '/' + std::to_string(i) +
                              ": a NUL character is not allowed here");
    }
  }
  return {};
}

Status read_parameters(const json& request, std::vector<std::string>& parameters) {
  const json* scopes = member(request, "parameters");
  if (scopes == nullptr) return {};
  if (!scopes->is_object()) {
    return wrong_type("parameters", "an object of {\"scope\": \"file\"}", *scopes);
  }
  for (const auto& [scope, file] : scopes->items()) {
    if (!file.is_string()) return wrong_type("parameters/" + scope, "a string", file);
    parameters.push_back(scope + '=' + file.get<std::string>());
  }
  return {};
}

Status read_timeout(const json& request, double& seconds) {
  const json* value = member(request, "timeout_seconds");
  if (value == nullptr) return {};
  if (!value->is_number()) return wrong_type("timeout_seconds", "a number", *value);
  seconds = value->get<double>();
  if (std::isfinite(seconds) && seconds > 0 && seconds <= 1e6) return {};
  return invalid_argument("/timeout_seconds: expected more than 0 and at most 1000000, found " +
                          value->dump());
}

Result<json> read_object(std::string_view line) {
  json request;
  try {
    request = json::parse(line);
  } catch (const json::exception& error) {
    return invalid_argument(std::string("not JSON: ") + error.what());
  }
  if (request.is_object()) return request;
  return invalid_argument(std::string("expected one JSON object a line, found ") +
                          request.type_name());
}

}  // namespace

Result<BatchRequest> parse_batch_request(std::string_view line, const ModelFlags& defaults,
                                         nlohmann::json& id) {
  TUNDISH_ASSIGN(const json request, read_object(line));
  if (const json* given = member(request, "id")) id = *given;
  for (const auto& [name, value] : request.items()) {
    const std::vector<std::string>& known = field_names();
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    return invalid_argument("/" + name + ": unknown field" + did_you_mean(name, known));
  }
  BatchRequest parsed{.id = id, .model = defaults};
  parsed.model.timeout_seconds =
      defaults.timeout_seconds > 0 ? defaults.timeout_seconds : kDefaultBatchTimeoutSeconds;
  parsed.model.path.clear();
  TUNDISH_TRY(read_text(request, "module", parsed.model.path));
  if (parsed.model.path.empty()) {
    return invalid_argument("/module: expected the path of a program or executable, found none");
  }
  TUNDISH_TRY(read_text(request, "function", parsed.model.function));
  TUNDISH_TRY(read_text(request, "backend", parsed.model.backend));
  TUNDISH_TRY(read_text(request, "device", parsed.model.device));
  TUNDISH_TRY(read_text(request, "target", parsed.model.target));
  TUNDISH_TRY(read_text(request, "profile", parsed.model.profile));
  TUNDISH_TRY(read_texts(request, "inputs", false, parsed.inputs));
  TUNDISH_TRY(read_texts(request, "outputs", true, parsed.outputs));
  TUNDISH_TRY(read_parameters(request, parsed.model.parameters));
  TUNDISH_TRY(read_timeout(request, parsed.model.timeout_seconds));
  return parsed;
}

std::string batch_status(const Status& status) {
  if (status.ok()) return "ok";
  const bool is_unsupported =
      status.code() == Code::kUnimplemented || status.code() == Code::kUnavailable;
  return is_unsupported ? "unsupported" : "error";
}

std::string batch_class(const Status& status, Stage stage) {
  if (status.code() == Code::kAborted && (stage == Stage::kParse || stage == Stage::kCompile)) {
    return "compiler_failed";
  }
  std::string name = code_info(status.code()).name;
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return name;
}

std::string to_json_line(const BatchAnswer& answer) {
  Stage stage = answer.status.stage() == Stage::kNone ? answer.stage : answer.status.stage();
  if (stage == Stage::kLoad) stage = Stage::kRun;  // what a reader of answers sees as one
  std::string message = answer.status.message();
  // The compiler's own words say what the message only counts.
  for (const Diagnostic& diagnostic : answer.status.diagnostics()) {
    if (diagnostic.severity != Severity::kError) continue;
    const std::string text = diagnostic.to_string();
    if (message.find(diagnostic.message) == std::string::npos) message += '\n' + text;
    break;
  }
  nlohmann::ordered_json line;
  if (!answer.id.is_null()) line["id"] = answer.id;
  line["status"] = batch_status(answer.status);
  line["stage"] = stage_name(stage);
  line["class"] = batch_class(answer.status, stage);
  line["message"] = message;
  line["compile_seconds"] = answer.compile_seconds;
  line["run_seconds"] = answer.run_seconds;
  if (!answer.status.reproducer().empty()) line["reproducer"] = answer.status.reproducer();
  // A compiler may print bytes that are no UTF-8.
  return line.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace tundish::cli
