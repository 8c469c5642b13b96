// Profile aggressive against iree-compile's default flags, on every model that is there: latency of
// a call on local-task, both executables on the same runtime, interleaved.
//   bench_profiles IREE_COMPILE [MODEL_NAME...]      (from the repository's root)
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/subprocess.h"
#include "base/temporary_folder.h"
#include "interleaved.h"
#include "tundish/api/toolkit.h"
#include "tundish/backend/target.h"
#include "tundish/parameters/parameter_file.h"
#include "tundish/tensor/generate.h"

namespace tundish {
namespace {

constexpr int kRounds = 30;

Result<Bytes> compile_default(const std::string& iree_compile, const std::string& program,
                              const TemporaryFolder& folder) {
  SubprocessOptions options;
  options.program = iree_compile;
  options.arguments = {"--iree-hal-target-backends=llvm-cpu", program, "-o",
                       folder.file("default.vmfb")};
  TUNDISH_ASSIGN(SubprocessResult result, run_subprocess(std::move(options)));
  TUNDISH_TRY(result.to_status("iree-compile"));
  TUNDISH_ASSIGN(std::string bytes, read_file(folder.file("default.vmfb"), kNoSizeLimit));
  return Bytes::own(std::move(bytes));
}

struct Prepared {
  std::unique_ptr<Instance> instance;
  std::unique_ptr<Call> call;
};

Result<Prepared> prepare(Toolkit& toolkit, const Bytes& bytes, const LoadOptions& options) {
  TUNDISH_ASSIGN(auto executable, toolkit.load(bytes, options));
  Prepared prepared;
  TUNDISH_ASSIGN(prepared.instance, executable->create_instance());
  TUNDISH_ASSIGN(const FunctionSignature* function, executable->signature().find(""));
  std::vector<BufferRef> inputs;
  for (size_t i = 0; i < function->inputs.size(); ++i) {
    const TensorType& type = function->inputs[i].type;
    std::vector<int64_t> dims(type.shape.begin(), type.shape.end());
    for (int64_t& dim : dims) dim = dim == kDynamic ? 64 : dim;
    TUNDISH_ASSIGN(Shape shape, Shape::make(dims));
    TUNDISH_ASSIGN(Tensor tensor, random_tensor({type.element_type, shape}, i));
    TUNDISH_ASSIGN(BufferRef buffer, prepared.instance->import(tensor));
    inputs.push_back(std::move(buffer));
  }
  TUNDISH_ASSIGN(prepared.call, prepared.instance->prepare(function->name, inputs));
  return prepared;
}

// The median of a short measurement.
Result<double> round_of(Call& call) {
  MeasureOptions options;
  options.warmup_runs = 1;
  options.min_runs = 1;
  options.min_time = std::chrono::milliseconds(20);
  TUNDISH_ASSIGN(const auto seconds, call.measure(options));
  return summarize(seconds).median;
}

Result<double> compare(Toolkit& toolkit, const std::string& iree_compile,
                       const nlohmann::json& model) {
  const std::string program = "models/" + model.at("program").get<std::string>();
  TUNDISH_ASSIGN(TemporaryFolder folder, TemporaryFolder::create());
  TUNDISH_ASSIGN(const Bytes plain, compile_default(iree_compile, program, folder));
  TUNDISH_ASSIGN(Source source, Source::from_file(program));
  TUNDISH_ASSIGN(const Target cpu, parse_target("cpu"));
  TUNDISH_ASSIGN(auto outcome, toolkit.compile({source, cpu, {}}));
  LoadOptions loading;
  loading.devices = {"local-task"};
  for (const auto& parameters : model.value("parameters", nlohmann::json::array())) {
    TUNDISH_ASSIGN(auto file,
                   ParameterFile::open("models/" + parameters.at("file").get<std::string>()));
    loading.parameters[parameters.at("scope").get<std::string>()].push_back(std::move(file));
  }
  TUNDISH_ASSIGN(auto peer, prepare(toolkit, plain, loading));
  TUNDISH_ASSIGN(auto ours, prepare(toolkit, outcome.compiled.executable, loading));
  TUNDISH_ASSIGN(const Pair pair, interleave(
                                      kRounds, [&] { return round_of(*peer.call); },
                                      [&] { return round_of(*ours.call); }));
  print_row(model.at("name").get<std::string>(), pair);
  return pair.ratio.ratio;
}

Status run(const std::string& iree_compile, const std::vector<std::string>& names) {
  TUNDISH_ASSIGN(auto toolkit, Toolkit::create({}));
  std::ifstream file("models/manifest.json");
  const auto manifest = nlohmann::json::parse(file);
  print_heading();
  double logs = 0;
  int count = 0;
  for (const auto& model : manifest.at("models")) {
    const auto name = model.at("name").get<std::string>();
    if (!names.empty() && std::find(names.begin(), names.end(), name) == names.end()) continue;
    auto ratio = compare(*toolkit, iree_compile, model);
    if (!ratio.has_value()) {
      std::printf("| %s | left out: %s |\n", name.c_str(), ratio.error().message().c_str());
      continue;
    }
    logs += std::log(*ratio);
    ++count;
  }
  if (count > 0) std::printf("geometric mean of %d: %.2f times as fast\n", count, std::exp(-logs / count));
  return {};
}

}  // namespace
}  // namespace tundish

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: bench_profiles IREE_COMPILE [MODEL_NAME...]\n");
    return 2;
  }
  const auto status = tundish::run(argv[1], {argv + 2, argv + argc});
  if (status.ok()) return 0;
  std::fprintf(stderr, "bench_profiles: %s\n", status.to_string().c_str());
  return 1;
}
