// tundish compile: a program to one executable per target.
#include <cstdio>
#include <filesystem>

#include "base/file.h"
#include "base/human_units.h"
#include "base/sha256.h"
#include "bench/statistics.h"
#include "cli/context.h"
#include "cli/model.h"
#include "tundish/backend/target.h"
#include "tundish/config/compile_config.h"
#include "tundish/config/result_document.h"

namespace tundish::cli {
namespace {

// The command line's own words; the rest of what it says is a CompileConfig.
struct CompileFlags {
  std::string config_file;
  std::string model;
  std::string output;
  std::string target;
  std::string backend;
  std::string profile;
  std::string level;
  std::string memory_limit;
  std::vector<std::string> parameters;
  std::vector<std::string> iree_flags;
  std::vector<std::string> xla_options;
  std::vector<std::string> dims;
  std::string precision;
  std::string emit;
  double timeout_seconds = -1;
  bool deterministic = false;
  bool validate = false;
  bool benchmark = false;
};

// Configuration file first, then what the command line says over it.
Result<CompileConfig> merge(const CompileFlags& flags, const Context& context) {
  CompileConfig config;
  if (!flags.config_file.empty()) {
    TUNDISH_ASSIGN(std::string text, read_file(flags.config_file, uint64_t{1} << 20));
    TUNDISH_ASSIGN(config, parse_config(text, flags.config_file));
  }
  if (!flags.model.empty()) config.input_file = flags.model;
  if (!flags.output.empty()) config.output_file = flags.output;
  if (!flags.target.empty()) {
    config.targets.clear();
    TUNDISH_ASSIGN(auto targets, parse_targets(flags.target));
    for (const Target& target : targets) config.targets.push_back(target.to_string());
    config.target_features.clear();
  }
  if (!flags.backend.empty()) {
    TUNDISH_ASSIGN(config.backend, parse_backend_choice(flags.backend));
  }
  if (!flags.profile.empty()) {
    TUNDISH_ASSIGN(config.profile, parse_profile(flags.profile));
  }
  if (!flags.level.empty()) config.optimization_level = flags.level[1] - '0';
  if (!flags.memory_limit.empty()) {
    TUNDISH_ASSIGN(const uint64_t bytes, parse_size(flags.memory_limit));
    config.memory_limit_mb = static_cast<double>(bytes) / 1e6;
  }
  if (flags.timeout_seconds >= 0) config.timeout_seconds = flags.timeout_seconds;
  config.iree_flags.insert(config.iree_flags.end(), flags.iree_flags.begin(),
                           flags.iree_flags.end());
  config.xla_flags.insert(config.xla_flags.end(), flags.xla_options.begin(),
                          flags.xla_options.end());
  if (!flags.emit.empty()) config.emit = flags.emit;
  config.deterministic |= flags.deterministic;
  config.validation |= flags.validate;
  config.benchmark |= flags.benchmark;
  config.cache &= !context.no_cache;
  if (config.input_file.empty()) {
    return invalid_argument("no model given; expected `tundish compile MODEL` or --config FILE");
  }
  if (config.targets.empty()) {
    return invalid_argument(
        "no target given; expected --target, for example --target cpu (see `tundish targets`)");
  }
  TUNDISH_TRY(check_config(config));
  return config;
}

// What this version cannot do yet, said before any work.
Status check_supported(const CompileFlags& flags, const CompileConfig& config,
                       const OutputPlan& plan) {
  if (plan.is_package()) {
    return unimplemented(
        "packages are not written yet; give one target, or an output name that ends in .vmfb for "
        "one executable per target");
  }
  if (plan.format == OutputFormat::kXla || config.backend == BackendChoice::kXla) {
    return unimplemented("the xla backend is not part of this build; use --backend iree");
  }
  if (!flags.dims.empty()) {
    return unimplemented("--dim is not supported yet; export the model with the sizes fixed");
  }
  if (!flags.precision.empty()) {
    return unimplemented("--precision is not supported yet; convert the model's types instead");
  }
  return {};
}

std::string architecture_of(const Target& target) {
  return target.name.empty() ? family_name(target.family) : target.name;
}

Status write_intermediates(const Compiled& compiled, const std::string& output) {
  for (const auto& [name, text] : compiled.intermediates) {
    const std::string path = output + '.' + name;
    TUNDISH_TRY(write_file_atomically(path, text));
    std::fprintf(stderr, "tundish: wrote %s\n", path.c_str());
  }
  return {};
}

Result<BenchmarkResults> benchmark(Toolkit& toolkit, const CompileConfig& config,
                                   const Compiled& compiled) {
  LoadOptions options;
  options.limits = compile_options(config).limits;
  for (const auto& [scope, file] : config.parameters) {
    TUNDISH_ASSIGN(auto scopes, open_parameters({scope + '=' + file}));
    options.parameters.merge(scopes);
  }
  TUNDISH_ASSIGN(auto executable, toolkit.load(compiled.executable, options, "iree"));
  TUNDISH_ASSIGN(auto instance, executable->create_instance());
  TUNDISH_ASSIGN(const FunctionSignature* function, executable->signature().find(""));
  TUNDISH_ASSIGN(auto call, prepare_call(*instance, *function, config.inputs));
  TUNDISH_ASSIGN(const auto seconds, call->measure({}));
  const double median = summarize(seconds).median;
  return BenchmarkResults{median * 1e3, 1 / median};
}

class CompileCommand {
 public:
  CompileCommand(Context& context, const CompileFlags& flags) : context_(context), flags_(flags) {}

  Status run() {
    Status status = work();
    document_.status = status;
    document_.tundish_version = tundish_version();
    if (!output_.empty()) {
      Status written = write_document();
      if (!written.ok()) context_.warn("the result document was not written: " + written.message());
    }
    context_.clear_progress();
    if (context_.json) {
      std::fputs(to_json(document_).c_str(), stdout);
      context_.json = false;  // said; fail() must not say it again
    }
    return status;
  }

 private:
  Status work() {
    TUNDISH_ASSIGN(const CompileConfig config, merge(flags_, context_));
    TUNDISH_ASSIGN(const OutputPlan plan, output_plan(config));
    document_.input_file = config.input_file;
    document_.backend = "iree";
    document_.profile = profile_name(config.profile);
    TUNDISH_TRY(check_supported(flags_, config, plan));
    context_.no_cache = !config.cache;
    TUNDISH_ASSIGN(Source source, Source::from_file(config.input_file));
    TUNDISH_ASSIGN(document_.input_sha256, Digest::from_hex(source.digest()));
    for (const PlannedOutput& output : plan.outputs) {
      TUNDISH_TRY(check_output(config.input_file, output.path));
    }
    output_ = plan.outputs.front().path;
    for (const PlannedOutput& output : plan.outputs) {
      TUNDISH_TRY(compile_one(config, source, output));
    }
    return {};
  }

  static Status check_output(const std::string& input, const std::string& output) {
    if (same_file(input, output)) {
      return invalid_argument("the output " + output +
                              " is the input itself; choose another name with -o");
    }
    if (std::filesystem::is_directory(output)) {
      return invalid_argument("the output " + output + " is a folder; expected a file name");
    }
    return {};
  }

  Status compile_one(const CompileConfig& config, const Source& source,
                     const PlannedOutput& planned) {
    TUNDISH_ASSIGN(Toolkit * toolkit, context_.toolkit());
    TUNDISH_ASSIGN(const Target target, resolve(planned.target));
    const CompileRequest request{source, target, compile_options(config), "iree"};
    TUNDISH_ASSIGN(CompileOutcome outcome, toolkit->compile(request, context_.control()));
    const Compiled& compiled = outcome.compiled;
    if (!outcome.cache_warning.ok()) context_.warn(outcome.cache_warning.message());
    if (context_.is_interrupted()) return cancelled("interrupted");
    TUNDISH_TRY(write_file_atomically(planned.path, compiled.executable.data));
    TUNDISH_TRY(write_intermediates(compiled, planned.path));

    CompiledOutput output;
    output.output_file = planned.path;
    output.target = target.to_string();
    output.target_arch = architecture_of(target);
    output.compilation_seconds = outcome.seconds;
    output.size_bytes = compiled.executable.data.size();
    output.sha256 = sha256(compiled.executable.data);
    output.cache = !config.cache          ? CacheUse::kOff
                   : outcome.is_cache_hit ? CacheUse::kHit
                                          : CacheUse::kMiss;
    if (config.cache) {
      output.cache_key = outcome.key;
      std::replace(output.cache_key.begin(), output.cache_key.end(), '/', '-');
    }
    if (config.validation) {
      output.validation = ValidationResult::kSkipped;
      context_.warn("validation skipped: the reference backend is not part of this build yet");
    }
    if (config.benchmark) {
      auto results = benchmark(*toolkit, config, compiled);
      if (results.has_value()) {
        output.benchmark = *results;
      } else {
        context_.warn("benchmark skipped: " + results.error().message());
      }
    }
    remember(outcome, output);
    return {};
  }

  void remember(const CompileOutcome& outcome, const CompiledOutput& output) {
    const Compiled& compiled = outcome.compiled;
    document_.compilation_seconds += outcome.seconds;
    document_.iree_version = compiled.report.compiler_version;
    document_.flags.clear();
    for (const AppliedRule& rule : compiled.report.rules) document_.flags.push_back(rule.flag);
    for (const Diagnostic& diagnostic : compiled.diagnostics) {
      document_.diagnostics.push_back(diagnostic);
      if (diagnostic.severity == Severity::kWarning && context_.verbosity >= 0) {
        context_.clear_progress();
        std::fprintf(stderr, "%s\n", diagnostic.to_string().c_str());
      }
    }
    for (const std::string& note : compiled.report.notes) context_.note(note);
    document_.outputs.push_back(output);
    context_.clear_progress();
    if (!context_.json && context_.verbosity >= 0) {
      std::printf("%s: %s for %s in %s%s\n", output.output_file.c_str(),
                  human_size(output.size_bytes).c_str(), output.target.c_str(),
                  human_duration(output.compilation_seconds).c_str(),
                  output.cache == CacheUse::kHit ? " (from the cache)" : "");
      if (output.benchmark) {
        std::printf("  median %.4g ms a call, %.4g calls a second\n", output.benchmark->latency_ms,
                    output.benchmark->throughput_ops_per_sec);
      }
    }
  }

  // Beside the output, unless that is a device such as /dev/null.
  Status write_document() const {
    std::error_code error;
    const auto kind = std::filesystem::status(output_, error).type();
    if (kind != std::filesystem::file_type::regular &&
        kind != std::filesystem::file_type::not_found) {
      return {};
    }
    return write_result_document(document_, result_document_path(output_));
  }

  Context& context_;
  const CompileFlags& flags_;
  CompileResultDocument document_;
  std::string output_;  // the first one; empty until it is known
};

}  // namespace

void add_compile_command(CLI::App& app, Context& context) {
  auto flags = std::make_shared<CompileFlags>();
  CLI::App* command =
      add_command(app, context, "compile", "Compile a program to an executable",
                  "tundish compile model.mlir -o model.vmfb --target cuda:sm_80",
                  [flags, &context] { return CompileCommand(context, *flags).run(); });
  command->add_option("MODEL", flags->model, "the program: .mlir, .mlirbc or a portable artifact");
  command->add_option("-o,--output", flags->output, "the executable; default: MODEL's name.vmfb");
  command->add_option("--target,-t", flags->target,
                      "what to compile for, as in cpu or cuda:sm_80,vulkan");
  command->add_option("--backend", flags->backend, "iree (default), xla or auto");
  command->add_option("--profile", flags->profile, "aggressive (default), size or latency");
  command->add_option("--optimization-level,-O", flags->level, "O0 to O3 (default)")
      ->check(CLI::IsMember({"O0", "O1", "O2", "O3"}));
  command->add_option("--config", flags->config_file, "a configuration file; flags override it");
  command->add_option("--parameters", flags->parameters, "scope=FILE.{irpa,safetensors}")
      ->expected(1)
      ->take_all();
  command->add_option("--dim", flags->dims, "name=SIZE[,SIZE…]: fix a dynamic dimension")
      ->expected(1)
      ->take_all();
  command->add_option("--precision", flags->precision, "the precision policy");
  command->add_flag("--validate", flags->validate, "compare with the reference backend");
  command->add_flag("--benchmark", flags->benchmark, "measure the executable on this machine");
  command->add_option("--iree-flag", flags->iree_flags, "a flag for IREE's compiler; may repeat")
      ->expected(1)
      ->take_all();
  command->add_option("--xla-option", flags->xla_options, "an option for XLA; may repeat")
      ->expected(1)
      ->take_all();
  command->add_option("--emit", flags->emit,
                      "also write asm, llvm, ptx, spirv, stablehlo or dispatches");
  command->add_flag("--deterministic", flags->deterministic,
                    "the same bits on every run: no reassociated reductions");
  command->add_option("--timeout", flags->timeout_seconds, "seconds");
  command->add_option("--memory-limit", flags->memory_limit, "of the compiler, as in 4GB");
}

}  // namespace tundish::cli
