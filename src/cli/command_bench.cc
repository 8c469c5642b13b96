// tundish bench: how long a function takes, and whether that is longer than it was.
#include <cstdio>

#include "base/human_units.h"
#include "bench/measure.h"
#include "bench/peak_memory.h"
#include "bench/statistics.h"
#include "cli/bench_baseline.h"
#include "cli/context.h"
#include "cli/model.h"
#include "cli/pin_threads.h"
#include "tundish/tensor/literal.h"

namespace tundish::cli {
namespace {

constexpr size_t kStoredSamples = 1000;

struct BenchFlags {
  ModelFlags model;
  std::vector<std::string> inputs;
  int concurrency = 1;
  std::string pin;
  bool is_cold = false;
  bool is_per_dispatch = false;
  std::string baseline;
  std::string max_regression = "5%";
  double min_seconds = 1;
};

// What was given, or random:0 for every input; dynamic dimensions are then 1.
Result<std::vector<Tensor>> make_inputs(const FunctionSignature& function,
                                        const std::vector<std::string>& literals) {
  if (!literals.empty() && literals.size() != function.inputs.size()) {
    return invalid_argument('@' + function.name + " takes " +
                            std::to_string(function.inputs.size()) + " inputs, found " +
                            std::to_string(literals.size()) + "; its signature is " +
                            function.to_string());
  }
  std::vector<Tensor> inputs;
  for (size_t i = 0; i < function.inputs.size(); ++i) {
    LiteralOptions options;
    TensorType type = function.inputs[i].type;
    if (literals.empty()) {
      std::vector<int64_t> dims(type.shape.begin(), type.shape.end());
      for (int64_t& dim : dims) dim = dim == kDynamic ? 1 : dim;
      TUNDISH_ASSIGN(type.shape, Shape::make(dims));
    }
    options.expected = type;
    auto tensor = parse_literal(literals.empty() ? "random:0" : literals[i], options);
    if (!tensor.has_value()) return tensor.error().with_context("input " + std::to_string(i));
    inputs.push_back(*std::move(tensor));
  }
  return inputs;
}

struct BenchReport {
  BenchSetting setting;
  std::string target;
  Measured measured;
  Summary summary;
  std::optional<CompileOutcome> compiled;
  size_t executable_bytes = 0;
  uint64_t peak_memory_bytes = 0;
};

Result<BenchReport> measure(Context& context, const BenchFlags& flags) {
  TUNDISH_ASSIGN(OpenedModel model, open_model(context, flags.model));
  TUNDISH_ASSIGN(const FunctionSignature* function,
                 model.executable->signature().find(flags.model.function));
  TUNDISH_ASSIGN(const std::vector<Tensor> inputs, make_inputs(*function, flags.inputs));
  BenchReport report;
  report.setting = {function->name, {}, "", flags.model.threads, flags.concurrency, flags.is_cold};
  for (const Tensor& input : inputs) report.setting.inputs.push_back(input.type().to_string());
  if (!model.executable->devices().empty()) report.setting.device = model.executable->devices()[0];
  report.target = model.executable->target();
  report.executable_bytes = model.bytes.data.size();

  Load load{function->name, inputs, flags.concurrency, {}};
  load.options.min_time = std::chrono::milliseconds(static_cast<int64_t>(flags.min_seconds * 1000));
  const PeakMemory memory;
  if (flags.is_cold) {
    TUNDISH_ASSIGN(Toolkit * toolkit, context.toolkit());
    TUNDISH_ASSIGN(const LoadOptions loading, load_options(flags.model));
    model.executable.reset();
    const auto open = [&] { return toolkit->load(model.bytes, loading); };
    TUNDISH_ASSIGN(report.measured, measure_cold(open, load, &Context::is_interrupted));
  } else {
    TUNDISH_ASSIGN(report.measured, measure_warm(*model.executable, load));
  }
  if (Context::is_interrupted()) return cancelled("the measurement was interrupted");
  report.peak_memory_bytes = memory.bytes();
  report.summary = summarize(report.measured.seconds);
  report.compiled = std::move(model.compiled);
  return report;
}

nlohmann::json to_document(const BenchReport& report, const BenchFlags& flags) {
  nlohmann::json document = to_json(report.setting);
  const Summary& summary = report.summary;
  document.update({{"model", flags.model.path},
                   {"target", report.target},
                   {"runs", summary.runs},
                   {"min_seconds", summary.min},
                   {"median_seconds", summary.median},
                   {"mean_seconds", summary.mean},
                   {"p90_seconds", summary.p90},
                   {"p99_seconds", summary.p99},
                   {"throughput_per_second", report.measured.calls_per_second},
                   {"executable_size_bytes", report.executable_bytes},
                   {"peak_memory_bytes", report.peak_memory_bytes},
                   {"tundish_version", tundish_version()},
                   {"samples_seconds", thin(report.measured.seconds, kStoredSamples)}});
  if (report.compiled.has_value()) {
    document["compile_seconds"] = report.compiled->seconds;
    document["cache"] = report.compiled->is_cache_hit ? "hit" : "miss";
    document["profile"] = flags.model.profile;
  }
  return document;
}

void print_text(const BenchReport& report, const BenchFlags& flags) {
  std::string inputs;
  for (const std::string& type : report.setting.inputs) {
    inputs += (inputs.empty() ? "" : ", ") + type;
  }
  std::printf("%s @%s(%s) on %s%s\n", flags.model.path.c_str(), report.setting.function.c_str(),
              inputs.c_str(), report.setting.device.c_str(),
              flags.is_cold ? ", cold: loading included" : "");
  const Summary& summary = report.summary;
  const auto time = [](double seconds) { return human_duration(seconds); };
  std::printf("  runs         %zu%s\n", summary.runs,
              flags.concurrency > 1
                  ? (" by " + std::to_string(flags.concurrency) + " instances at once").c_str()
                  : "");
  std::printf("  latency      min %s  median %s  p90 %s  p99 %s\n", time(summary.min).c_str(),
              time(summary.median).c_str(), time(summary.p90).c_str(), time(summary.p99).c_str());
  std::printf("  throughput   %.6g calls/s\n", report.measured.calls_per_second);
  if (report.compiled.has_value()) {
    std::printf("  compile      %s (cache %s)\n", time(report.compiled->seconds).c_str(),
                report.compiled->is_cache_hit ? "hit" : "miss");
  }
  std::printf("  executable   %s\n", human_size(report.executable_bytes).c_str());
  if (report.peak_memory_bytes > 0) {
    std::printf("  peak memory  %s\n", human_size(report.peak_memory_bytes).c_str());
  }
}

std::string percent(double ratio) {
  char text[32];
  std::snprintf(text, sizeof text, "%+.1f%%", (ratio - 1) * 100);
  return text;
}

void print_comparison(const Comparison& comparison, double limit) {
  std::printf("  baseline     median %s (95%% interval %s to %s): %s\n",
              percent(comparison.ratio).c_str(), percent(comparison.low).c_str(),
              percent(comparison.high).c_str(),
              comparison.is_regression(limit) ? "REGRESSION, over the limit"
              : comparison.is_improvement()   ? "faster"
                                              : "no regression over the limit");
}

Status bench(Context& context, BenchFlags flags) {
  if (flags.is_per_dispatch) {
    return unimplemented(
        "--per-dispatch: the iree backend does not time dispatches yet; leave the "
        "flag out to time whole calls");
  }
  if (flags.is_cold && flags.concurrency != 1) {
    return invalid_argument("--cold measures one instance; leave --concurrency out");
  }
  TUNDISH_ASSIGN(const double limit, parse_percent(flags.max_regression, "--max-regression"));
  std::optional<Baseline> baseline;
  if (!flags.baseline.empty()) {
    TUNDISH_ASSIGN(baseline, read_baseline(flags.baseline));  // before the work, not after it
  }
  if (!flags.pin.empty()) {
    TUNDISH_ASSIGN(const int cpus, pin_threads(flags.pin));
    if (flags.model.threads == 0) flags.model.threads = cpus;
  }
  TUNDISH_ASSIGN(const BenchReport report, measure(context, flags));
  nlohmann::json document = to_document(report, flags);
  std::optional<Comparison> comparison;
  if (baseline.has_value()) {
    TUNDISH_TRY(check_same_setting(*baseline, report.setting, flags.baseline));
    comparison = compare_medians(baseline->samples, report.measured.seconds);
    document["baseline"] = {
        {"file", flags.baseline},       {"ratio", comparison->ratio},
        {"ratio_low", comparison->low}, {"ratio_high", comparison->high},
        {"max_regression", limit},      {"is_regression", comparison->is_regression(limit)}};
    if (comparison->is_regression(limit)) context.exit_status = 1;
  }
  context.print(document, [&] {
    print_text(report, flags);
    if (comparison.has_value()) print_comparison(*comparison, limit);
  });
  return {};
}

}  // namespace

void add_bench_command(CLI::App& app, Context& context) {
  auto flags = std::make_shared<BenchFlags>();
  CLI::App* command =
      add_command(app, context, "bench", "Measure how long a function takes",
                  "tundish bench model.mlir --json > before.json\n"
                  "  tundish bench model.mlir --baseline before.json --max-regression 5%",
                  [&context, flags] { return bench(context, *flags); });
  flags->model.add_to(*command);
  command->add_option("--input", flags->inputs, "as for run; default: random:0 for each")
      ->expected(1)
      ->take_all();
  command->add_option("--concurrency", flags->concurrency, "instances that are called at once")
      ->check(CLI::Range(1, 1024));
  command->add_option("--pin", flags->pin, "the CPUs to use, as in 0,2-3");
  command->add_flag("--cold", flags->is_cold, "a fresh executable for each run, loading included");
  command->add_flag("--per-dispatch", flags->is_per_dispatch, "time each dispatch");
  command->add_option("--baseline", flags->baseline, "what an earlier --json run printed");
  command
      ->add_option("--max-regression", flags->max_regression,
                   "exit 1 when the median is slower by more, beyond chance")
      ->capture_default_str();
  command->add_option("--min-time", flags->min_seconds, "measure at least so many seconds")
      ->check(CLI::Range(0.0, 3600.0))
      ->capture_default_str();
}

}  // namespace tundish::cli
