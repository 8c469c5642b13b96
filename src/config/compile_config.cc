#include "tundish/config/compile_config.h"

#include "base/spelling.h"
#include "config/config_check.h"
#include "config/json_reader.h"
#include "config/schema_check.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <span>

namespace tundish {
namespace {

using Json = nlohmann::ordered_json;
using Strings = std::vector<std::string>;

constexpr const char* kBackendNames[] = {"iree", "xla", "auto"};
constexpr const char* kFormatNames[] = {"vmfb", "xla", "package"};
constexpr const char* kFormatEndings[] = {".vmfb", ".xla", ".tundish"};
constexpr const char* kNoEmit = "none";

template <typename Enum>
Result<Enum> parse_word(std::string_view text, std::span<const char* const> names,
                        const char* what) {
  for (size_t i = 0; i < names.size(); ++i) {
    if (text == names[i]) return static_cast<Enum>(i);
  }
  const Strings words(names.begin(), names.end());
  return invalid_argument(fmt::format("unknown {} {}, expected one of {}{}", what,
                                      config::in_quotes(text), fmt::join(words, ", "),
                                      did_you_mean(text, words)));
}

// The schema has been checked: members have the types that are read here.
CompileConfig from_json(const Json& json) {
  CompileConfig config;
  const auto read = [&json](const char* key, auto& field) {
    if (json.contains(key)) json[key].get_to(field);
  };
  const auto read_optional = [&json](const char* key, std::optional<double>& field) {
    if (json.contains(key) && !json[key].is_null()) field = json[key].get<double>();
  };
  read("input_file", config.input_file);
  if (json["target"].is_string()) {
    config.targets = {json["target"].get<std::string>()};
  } else {
    read("target", config.targets);
  }
  read("target_features", config.target_features);
  read("output_file", config.output_file);
  if (json.contains("output_format")) {
    config.output_format = *parse_output_format(json["output_format"].get<std::string>());
  }
  if (json.contains("backend")) {
    config.backend = *parse_backend_choice(json["backend"].get<std::string>());
  }
  if (json.contains("profile")) config.profile = *parse_profile(json["profile"].get<std::string>());
  if (json.contains("optimization_level")) {
    config.optimization_level = json["optimization_level"].get<std::string>().back() - '0';
  }
  if (json.contains("flags") && json["flags"].is_object()) {
    config.iree_flags = json["flags"].value("iree", Strings{});
    config.xla_flags = json["flags"].value("xla", Strings{});
  } else if (config.backend == BackendChoice::kXla) {
    read("flags", config.xla_flags);
  } else {
    read("flags", config.iree_flags);
  }
  read("parameters", config.parameters);
  read("emit", config.emit);
  if (config.emit == kNoEmit) config.emit.clear();
  read("deterministic", config.deterministic);
  read("cache", config.cache);
  read("validation", config.validation);
  read("benchmark", config.benchmark);
  read("inputs", config.inputs);
  read_optional("rtol", config.rtol);
  read_optional("atol", config.atol);
  read("timeout_seconds", config.timeout_seconds);
  read("memory_limit_mb", config.memory_limit_mb);
  return config;
}

// Pointers as the user's document has them: a target or flags that were written in their short
// form.
void adapt_pointers(const Json& json, std::vector<config::Problem>& problems) {
  for (config::Problem& problem : problems) {
    if (problem.pointer == "/target/0" && json["target"].is_string()) problem.pointer = "/target";
    if (!json.contains("flags") || !json["flags"].is_array()) continue;
    for (const char* list : {"/flags/iree", "/flags/xla"}) {
      if (problem.pointer.starts_with(list)) {
        problem.pointer = "/flags" + problem.pointer.substr(std::string_view(list).size());
      }
    }
  }
}

// A whole number prints as one: 30, not 30.0.
Json number(double value) {
  if (std::nearbyint(value) == value && std::abs(value) < 1e15) return static_cast<int64_t>(value);
  return value;
}

Json number_or_null(const std::optional<double>& value) {
  return value ? number(*value) : Json(nullptr);
}

}  // namespace

const char* backend_choice_name(BackendChoice backend) {
  return kBackendNames[static_cast<size_t>(backend)];
}

Result<BackendChoice> parse_backend_choice(std::string_view text) {
  return parse_word<BackendChoice>(text, kBackendNames, "backend");
}

const char* output_format_name(OutputFormat format) {
  return kFormatNames[static_cast<size_t>(format)];
}

Result<OutputFormat> parse_output_format(std::string_view text) {
  return parse_word<OutputFormat>(text, kFormatNames, "output format");
}

const char* output_format_ending(OutputFormat format) {
  return kFormatEndings[static_cast<size_t>(format)];
}

Result<CompileConfig> parse_config(std::string_view bytes, const std::string& name) {
  TUNDISH_ASSIGN(const config::JsonDocument document, config::read_json(bytes, name));
  std::vector<config::Problem> problems = document.duplicates;
  for (config::Problem& problem :
       config::check_schema(document.value, config::compile_config_schema())) {
    problems.push_back(std::move(problem));
  }
  if (!problems.empty()) return config::problems_status(problems, document.places, name);

  CompileConfig parsed = from_json(document.value);
  const bool is_flag_list = document.value.contains("flags") && document.value["flags"].is_array();
  problems = config::find_contradictions(parsed);
  if (is_flag_list && parsed.backend == BackendChoice::kAuto && !parsed.iree_flags.empty()) {
    problems.push_back({"/flags",
                        "found a list, but backend \"auto\" does not say whose flags they are; "
                        "expected {\"iree\": […], \"xla\": […]}"});
  }
  if (problems.empty()) return parsed;
  adapt_pointers(document.value, problems);
  return config::problems_status(problems, document.places, name);
}

std::string normalize(const CompileConfig& config) {
  Json json;
  json["input_file"] = config.input_file;
  json["target"] = config.targets;
  json["target_features"] = config.target_features;
  json["output_file"] = effective_output_file(config);
  json["output_format"] = output_format_name(effective_output_format(config));
  json["backend"] = backend_choice_name(config.backend);
  json["profile"] = profile_name(config.profile);
  json["optimization_level"] = fmt::format("O{}", config.optimization_level);
  json["flags"] = {{"iree", config.iree_flags}, {"xla", config.xla_flags}};
  json["parameters"] = config.parameters;
  json["emit"] = config.emit.empty() ? kNoEmit : config.emit;
  json["deterministic"] = config.deterministic;
  json["cache"] = config.cache;
  json["validation"] = config.validation;
  json["benchmark"] = config.benchmark;
  json["inputs"] = config.inputs;
  json["rtol"] = number_or_null(config.rtol);
  json["atol"] = number_or_null(config.atol);
  json["timeout_seconds"] = number(config.timeout_seconds);
  json["memory_limit_mb"] = number(config.memory_limit_mb);
  // A path of the command line may hold any bytes; JSON holds characters.
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

CompileOptions compile_options(const CompileConfig& config) {
  CompileOptions options;
  options.profile = config.profile;
  options.optimization_level = config.optimization_level;
  options.deterministic = config.deterministic;
  options.iree_flags = config.iree_flags;
  options.emit = config.emit;
  options.limits.timeout =
      std::chrono::milliseconds(std::llround(std::ceil(config.timeout_seconds * 1000)));
  options.limits.memory_bytes = static_cast<uint64_t>(std::ceil(config.memory_limit_mb * 1e6));
  return options;
}

std::string_view compile_config_schema() { return config::compile_config_schema_text(); }
std::string_view result_schema() { return config::result_schema_text(); }

}  // namespace tundish
