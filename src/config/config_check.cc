#include "config/config_check.h"

#include "base/spelling.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <limits>

namespace tundish::config {
namespace {

constexpr OutputFormat kFormats[] = {OutputFormat::kVmfb, OutputFormat::kXla,
                                     OutputFormat::kPackage};

// A NUL would end the text early where it meets a C interface.
void check_text(const std::string& pointer, const std::string& text,
                std::vector<Problem>& problems) {
  if (text.find('\0') == std::string::npos) return;
  problems.push_back({pointer, "found a NUL character, expected text without one"});
}

void check_texts(const std::string& pointer, const std::vector<std::string>& texts,
                 std::vector<Problem>& problems) {
  for (size_t i = 0; i < texts.size(); ++i) {
    check_text(pointer + '/' + std::to_string(i), texts[i], problems);
  }
}

void check_all_texts(const CompileConfig& config, std::vector<Problem>& problems) {
  check_text("/input_file", config.input_file, problems);
  check_text("/output_file", config.output_file, problems);
  check_texts("/flags/iree", config.iree_flags, problems);
  check_texts("/flags/xla", config.xla_flags, problems);
  check_texts("/inputs", config.inputs, problems);
}

void check_format(const CompileConfig& config, std::vector<Problem>& problems) {
  const OutputFormat format = effective_output_format(config);
  for (const OutputFormat other : kFormats) {
    if (other == format || !config.output_file.ends_with(output_format_ending(other))) continue;
    problems.push_back(
        {"/output_format", fmt::format("found \"{}\" beside output_file {}, which ends in {}; "
                                       "expected \"{}\", or a name ending in {}",
                                       output_format_name(format), in_quotes(config.output_file),
                                       output_format_ending(other), output_format_name(other),
                                       output_format_ending(format))});
  }
  const bool is_iree_as_xla =
      config.backend == BackendChoice::kIree && format == OutputFormat::kXla;
  const bool is_xla_as_vmfb =
      config.backend == BackendChoice::kXla && format == OutputFormat::kVmfb;
  if (is_iree_as_xla || is_xla_as_vmfb) {
    // Blame what the user wrote.
    problems.push_back(
        {config.output_format ? "/output_format" : "/output_file",
         fmt::format("the format \"{}\" is not what backend \"{}\" makes; expected \"{}\" or "
                     "\"package\", or backend \"{}\"",
                     output_format_name(format), backend_choice_name(config.backend),
                     is_iree_as_xla ? "vmfb" : "xla", is_iree_as_xla ? "xla" : "iree")});
  }
}

void check_paths(const CompileConfig& config, std::vector<Problem>& problems) {
  const auto plain = [](const std::string& path) {
    return std::filesystem::path(path).lexically_normal();
  };
  if (plain(effective_output_file(config)) == plain(config.input_file)) {
    problems.push_back({"/output_file", "names the input file; expected another path"});
  }
  for (const auto& [scope, path] : config.parameters) {
    const std::string pointer = child_pointer("/parameters", scope);
    check_text(pointer, path, problems);
    check_text(pointer, scope, problems);
    if (path.ends_with(".irpa") || path.ends_with(".safetensors")) continue;
    problems.push_back({pointer, fmt::format("found {}, expected a file that ends in .irpa or "
                                             ".safetensors",
                                             in_quotes(path))});
  }
}

void check_flags(const CompileConfig& config, std::vector<Problem>& problems) {
  const auto unused = [&](const char* pointer, const char* other) {
    problems.push_back(
        {pointer, fmt::format("found flags of \"{}\", which backend \"{}\" never sees; remove "
                              "them, or choose backend \"{}\" or \"auto\"",
                              other, backend_choice_name(config.backend), other)});
  };
  if (config.backend == BackendChoice::kXla && !config.iree_flags.empty()) {
    unused("/flags/iree", "iree");
  }
  if (config.backend == BackendChoice::kIree && !config.xla_flags.empty()) {
    unused("/flags/xla", "xla");
  }
}

// A CompileConfig that did not come through the schema may hold any number.
void check_numbers(const CompileConfig& config, std::vector<Problem>& problems) {
  const auto check = [&](const char* pointer, double value, double most) {
    if (value >= 0 && value <= most) return;
    problems.push_back(
        {pointer, fmt::format("found {}, expected a number from 0 to {}", value, most)});
  };
  constexpr double kAny = std::numeric_limits<double>::max();
  if (config.rtol) check("/rtol", *config.rtol, kAny);
  if (config.atol) check("/atol", *config.atol, kAny);
  check("/timeout_seconds", config.timeout_seconds, 31536000);
  check("/memory_limit_mb", config.memory_limit_mb, 1e9);
  check("/optimization_level", config.optimization_level, 3);
}

std::string label_of(std::string_view target) {
  std::string label(target);
  std::replace(label.begin(), label.end(), ':', '-');
  return label;
}

std::vector<std::string> architectures_of(Family family) {
  std::vector<std::string> names;
  for (const TargetInfo& info : known_targets()) {
    if (info.family == family && info.name[0] != '\0') names.emplace_back(info.name);
  }
  return names;
}

// Features of a family, each an architecture: one target for each.
std::vector<PlannedOutput> resolve_architectures(const CompileConfig& config, const Target& base,
                                                 std::vector<Problem>& problems) {
  const std::string family = family_name(base.family);
  const std::vector<std::string> known = architectures_of(base.family);
  std::vector<PlannedOutput> outputs;
  for (size_t i = 0; i < config.target_features.size(); ++i) {
    const std::string& word = config.target_features[i];
    const std::string pointer = "/target_features/" + std::to_string(i);
    if (std::find(known.begin(), known.end(), word) == known.end()) {
      const std::string expected =
          known.empty() ? fmt::format("none: {} has no architectures to choose from", family)
                        : fmt::format("an architecture of {} such as \"{}\"{}", family,
                                      known.front(), did_you_mean(word, known));
      const std::string hint = base.family == Family::kCpu
                                   ? "; a CPU feature needs a CPU: \"target\": \"cpu:x86-64-v3\""
                                   : "";
      problems.push_back(
          {pointer, fmt::format("found {}, expected {}{}", in_quotes(word), expected, hint)});
      continue;
    }
    const Result<Target> target = parse_target(family + ':' + word);
    if (!target.has_value()) {
      problems.push_back({pointer, target.error().message()});
      continue;
    }
    const bool is_twice = std::any_of(outputs.begin(), outputs.end(),
                                      [&](const auto& output) { return output.target == *target; });
    if (is_twice) {
      problems.push_back({pointer, fmt::format("{} is listed twice", in_quotes(word))});
      continue;
    }
    outputs.push_back({target->to_string(), *target, word, {}});
  }
  return outputs;
}

// Features of a named CPU: one target with all of them.
std::vector<PlannedOutput> resolve_cpu_features(const CompileConfig& config, const Target& base,
                                                std::vector<Problem>& problems) {
  const std::vector<std::string> known = known_cpu_features(base.architecture);
  std::vector<std::string> taken;
  std::string text = config.targets.front();
  text.erase(text.find_last_not_of(" \t\r\n") + 1);
  const size_t problems_before = problems.size();
  for (size_t i = 0; i < config.target_features.size(); ++i) {
    const std::string& word = config.target_features[i];
    const std::string name = word.starts_with("no-") ? word.substr(3) : word;
    const std::string pointer = "/target_features/" + std::to_string(i);
    if (!std::binary_search(known.begin(), known.end(), name)) {
      const std::string expected = known.empty()
                                       ? fmt::format("none: {} takes no features", base.to_string())
                                       : fmt::format("a feature of {} such as \"{}\"{}",
                                                     architecture_name(base.architecture),
                                                     known.front(), did_you_mean(name, known));
      problems.push_back(
          {pointer, fmt::format("found {}, expected {}", in_quotes(word), expected)});
    } else if (std::find(taken.begin(), taken.end(), name) != taken.end()) {
      problems.push_back({pointer, fmt::format("feature {} is listed twice", in_quotes(name))});
    } else {
      text += '+' + word;
      taken.push_back(name);
    }
  }
  if (problems.size() > problems_before) return {};
  const Result<Target> target = parse_target(text);
  if (!target.has_value()) {
    problems.push_back({"/target_features", target.error().message()});
    return {};
  }
  return {{target->to_string(), *target, label_of(target->to_string()), {}}};
}

std::vector<PlannedOutput> resolve_features(const CompileConfig& config, const Target& base,
                                            std::vector<Problem>& problems) {
  if (config.targets.front().find(':') == std::string::npos) {
    return resolve_architectures(config, base, problems);
  }
  if (base.family == Family::kCpu || base.family == Family::kBare) {
    return resolve_cpu_features(config, base, problems);
  }
  problems.push_back({"/target_features",
                      fmt::format("found features beside target {}, which names its architecture; "
                                  "expected target \"{}\" or no features",
                                  in_quotes(config.targets.front()), family_name(base.family))});
  return {};
}

}  // namespace

std::vector<PlannedOutput> resolve_targets(const CompileConfig& config,
                                           std::vector<Problem>& problems) {
  std::vector<PlannedOutput> outputs;
  if (config.targets.empty()) problems.push_back({"/target", "no target; expected at least one"});
  for (size_t i = 0; i < config.targets.size(); ++i) {
    const std::string pointer = "/target/" + std::to_string(i);
    const Result<Target> target = parse_target(config.targets[i]);
    if (!target.has_value()) {
      problems.push_back({pointer, target.error().message()});
      continue;
    }
    const std::string text = target->to_string();
    const bool is_twice = std::any_of(outputs.begin(), outputs.end(),
                                      [&](const auto& output) { return output.target == *target; });
    if (is_twice) {
      problems.push_back({pointer, fmt::format("target {} is listed twice", in_quotes(text))});
      continue;
    }
    outputs.push_back({text, *target, label_of(text), {}});
  }
  if (config.target_features.empty() || outputs.size() != config.targets.size()) return outputs;
  if (outputs.size() > 1) {
    problems.push_back({"/target_features",
                        fmt::format("found features beside {} targets; expected them within the "
                                    "target strings, such as \"cuda:sm_80\"",
                                    outputs.size())});
    return outputs;
  }
  return resolve_features(config, outputs.front().target, problems);
}

std::vector<Problem> find_contradictions(const CompileConfig& config) {
  std::vector<Problem> problems;
  if (config.input_file.empty()) problems.push_back({"/input_file", "no input file"});
  check_all_texts(config, problems);
  resolve_targets(config, problems);
  check_format(config, problems);
  check_paths(config, problems);
  check_flags(config, problems);
  check_numbers(config, problems);
  return problems;
}

}  // namespace tundish::config

namespace tundish {

Status check_config(const CompileConfig& config) {
  const std::vector<config::Problem> problems = config::find_contradictions(config);
  if (problems.empty()) return {};
  return config::problems_status(problems, {}, "");
}

}  // namespace tundish
