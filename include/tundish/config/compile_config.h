// CompileConfig: what to compile, for what, how, and where to, as a configuration file says it.
//
//   TUNDISH_ASSIGN(CompileConfig config, parse_config(bytes, "compile_config.json"));
//   config.output_file = "m.vmfb";                 // the command line overrides
//   TUNDISH_TRY(check_config(config));
//   TUNDISH_ASSIGN(OutputPlan plan, output_plan(config));
//   for (const PlannedOutput& output : plan.outputs) ...
//
// The fields, their types, limits and defaults are those of schema/compile_config.schema.json,
// which is compiled in and is what the text is checked with. All functions are pure and
// thread-safe.
#pragma once

#include "tundish/backend/options.h"
#include "tundish/backend/target.h"
#include "tundish/base/status.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tundish {

enum class BackendChoice { kIree, kXla, kAuto };
const char* backend_choice_name(BackendChoice backend);  // "iree", "xla", "auto"
// kInvalidArgument names the nearest backend.
Result<BackendChoice> parse_backend_choice(std::string_view text);

enum class OutputFormat {
  kVmfb,     // IREE's executable
  kXla,      // a serialized XLA executable
  kPackage,  // every target in one file
};
const char* output_format_name(OutputFormat format);  // "vmfb", "xla", "package"
// kInvalidArgument names the nearest format.
Result<OutputFormat> parse_output_format(std::string_view text);
// ".vmfb", ".xla", ".tundish".
const char* output_format_ending(OutputFormat format);

struct CompileConfig {
  std::string input_file;  // required
  // Target strings as the user wrote them; at least one.
  std::vector<std::string> targets;
  // Of one target. Architectures of a family ("cuda" and "sm_80", "sm_86": one executable each), or
  // CPU features of a named CPU ("cpu:x86-64-v3" and "avx512f", "no-fma": one executable).
  std::vector<std::string> target_features;
  std::string output_file;                    // empty: see effective_output_file()
  std::optional<OutputFormat> output_format;  // none: see effective_output_format()
  BackendChoice backend = BackendChoice::kIree;
  Profile profile = Profile::kAggressive;
  int optimization_level = 3;  // 0 to 3
  std::vector<std::string> iree_flags;
  std::vector<std::string> xla_flags;
  std::map<std::string, std::string> parameters;  // scope → .irpa or .safetensors file
  std::string emit;                               // as CompileOptions::emit; empty: nothing
  bool deterministic = false;
  bool cache = true;
  bool validation = false;
  bool benchmark = false;
  std::vector<std::string> inputs;  // literals; empty: random
  std::optional<double> rtol;       // none: the tolerance of each element type
  std::optional<double> atol;
  double timeout_seconds = 0;  // wall clock of each compile; 0: no limit
  double memory_limit_mb = 0;  // megabytes of 10^6 bytes; 0: no limit

  bool operator==(const CompileConfig&) const = default;
};

// Reads a configuration: JSON in UTF-8, at most 256 KiB and 16 levels deep, no key twice; then the
// schema; then check_config(). `name` stands for the file in messages.
//
// kInvalidArgument otherwise, with one diagnostic for every problem, in the order of the file:
// "/target_features/1: found …, expected …; did you mean …?" with line and column. The part before
// ": " is the JSON pointer; syntax errors and those about the whole document have none.
Result<CompileConfig> parse_config(std::string_view bytes, const std::string& name);

// What the schema cannot say: targets and features exist, formats and endings agree, nothing
// contradicts something else. The same diagnostics as parse_config(), without places.
Status check_config(const CompileConfig& config);

// The full form as pretty JSON with a final line feed: every field, in a fixed order, with its
// default where `config` does not say; `target` always a list, `flags` always an object.
// Idempotent: parse_config() of it normalizes to the same text.
// Precondition: check_config() is OK.
std::string normalize(const CompileConfig& config);

// The format that `config` asks for: as it says; else what the ending of `output_file` says; else a
// package for several targets; else the backend's own.
OutputFormat effective_output_format(const CompileConfig& config);
// `output_file`, or the input's name with the format's ending, in the working folder.
std::string effective_output_file(const CompileConfig& config);

struct PlannedOutput {
  std::string target_text;  // canonical, before `cpu` is resolved: "cuda:sm_80", "cpu"
  Target target;
  std::string label;  // names the target in file names: "sm_80", "cpu-znver4"
  std::string path;   // of the executable; of the package when that is what is written
};

struct OutputPlan {
  OutputFormat format = OutputFormat::kVmfb;
  // In the order of the configuration; never empty. With several and no package, each path has
  // its label before the ending: model.sm_80.vmfb, model.sm_86.vmfb.
  std::vector<PlannedOutput> outputs;

  bool is_package() const { return format == OutputFormat::kPackage; }
};

// What is compiled, and where each executable goes. Fails as check_config() does.
Result<OutputPlan> output_plan(const CompileConfig& config);

// The part of `config` that a backend sees.
CompileOptions compile_options(const CompileConfig& config);

// The texts of the published schemas, and the table of target names and features in JSON with which
// programs in other languages check as parse_config() does (schema/targets.json).
std::string_view compile_config_schema();
std::string_view result_schema();
std::string targets_document();

}  // namespace tundish
