#include "config/config_check.h"
#include "tundish/config/compile_config.h"

#include <string_view>

namespace tundish {
namespace {

constexpr OutputFormat kFormats[] = {OutputFormat::kVmfb, OutputFormat::kXla,
                                     OutputFormat::kPackage};

// The last component of a path without its ending; a leading dot is part of the name.
std::string stem(std::string_view path) {
  const size_t slash = path.rfind('/');
  std::string_view name = slash == std::string_view::npos ? path : path.substr(slash + 1);
  const size_t dot = name.rfind('.');
  if (dot != std::string_view::npos && dot != 0) name = name.substr(0, dot);
  // "dir/", "." and ".." name no file.
  return name.empty() || name == "." || name == ".." ? "model" : std::string(name);
}

// "out/model.vmfb" and "sm_80" → "out/model.sm_80.vmfb".
std::string with_label(const std::string& path, const std::string& label) {
  const size_t slash = path.rfind('/');
  const size_t name = slash == std::string::npos ? 0 : slash + 1;
  const size_t dot = path.rfind('.');
  if (dot == std::string::npos || dot <= name) return path + '.' + label;
  return path.substr(0, dot) + '.' + label + path.substr(dot);
}

// Within one family the name alone tells the targets apart: "sm_80", not "cuda-sm_80".
void shorten_labels(std::vector<PlannedOutput>& outputs) {
  for (const PlannedOutput& output : outputs) {
    const Target& target = output.target;
    const bool is_plain = !target.name.empty() && target.features.empty();
    if (!is_plain || target.family != outputs.front().target.family) return;
  }
  for (PlannedOutput& output : outputs) output.label = output.target.name;
}

}  // namespace

OutputFormat effective_output_format(const CompileConfig& config) {
  if (config.output_format) return *config.output_format;
  for (const OutputFormat format : kFormats) {
    if (config.output_file.ends_with(output_format_ending(format))) return format;
  }
  if (config.targets.size() > 1) return OutputFormat::kPackage;
  return config.backend == BackendChoice::kXla ? OutputFormat::kXla : OutputFormat::kVmfb;
}

std::string effective_output_file(const CompileConfig& config) {
  if (!config.output_file.empty()) return config.output_file;
  return stem(config.input_file) + output_format_ending(effective_output_format(config));
}

Result<OutputPlan> output_plan(const CompileConfig& config) {
  TUNDISH_TRY(check_config(config));
  OutputPlan plan;
  plan.format = effective_output_format(config);
  std::vector<config::Problem> none;  // check_config() has found them all
  plan.outputs = config::resolve_targets(config, none);
  if (plan.outputs.size() > 1) shorten_labels(plan.outputs);
  const std::string path = effective_output_file(config);
  const bool is_each_its_own = plan.outputs.size() > 1 && !plan.is_package();
  for (PlannedOutput& output : plan.outputs) {
    output.path = is_each_its_own ? with_label(path, output.label) : path;
  }
  return plan;
}

}  // namespace tundish
