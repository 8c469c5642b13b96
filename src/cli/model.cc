#include "cli/model.h"

#include "base/file.h"
#include "base/human_units.h"
#include "tundish/backend/target.h"
#include "tundish/parameters/parameter_file.h"
#include "tundish/tensor/literal.h"

namespace tundish::cli {
namespace {

// The target whose executables `device` runs.
std::string target_for(const ModelFlags& flags) {
  if (!flags.target.empty()) return flags.target;
  if (flags.device.starts_with("vulkan")) return "vulkan";
  if (flags.device.starts_with("cuda")) return "cuda:sm_80";
  return "cpu";
}

TensorType with_dynamic_dims_as_one(const TensorType& type) {
  std::vector<int64_t> dims(type.shape.begin(), type.shape.end());
  for (int64_t& dim : dims) dim = dim == kDynamic ? 1 : dim;
  return {type.element_type, Shape::make(dims).value_or(Shape())};
}

Result<Limits> limits(const ModelFlags& flags) {
  Limits result;
  if (flags.timeout_seconds < 0) return invalid_argument("--timeout: expected a positive number");
  result.timeout = std::chrono::milliseconds(static_cast<int64_t>(flags.timeout_seconds * 1000));
  if (!flags.memory_limit.empty()) {
    auto bytes = parse_size(flags.memory_limit);
    if (!bytes.has_value()) return bytes.error().with_context("--memory-limit");
    result.memory_bytes = *bytes;
  }
  return result;
}

}  // namespace

void ModelFlags::add_to(CLI::App& command) {
  command.add_option("MODEL", path, "a program (.mlir, .mlirbc) or an executable (.vmfb)")
      ->required();
  command.add_option("--function", function, "the function; default: the only one, or main");
  command.add_option("--device", device,
                     "local-sync, local-task, vulkan, cuda; a number after a colon chooses among "
                     "several");
  command.add_option("--backend", backend, "what compiles a program")->capture_default_str();
  command.add_option("--target", target, "what a program is compiled for; default: the device's");
  command.add_option("--profile", profile, "aggressive, size or latency")->capture_default_str();
  command.add_option("--parameters", parameters, "scope=FILE.{irpa,safetensors}; may repeat")
      ->expected(1)
      ->take_all();
  command.add_option("--iree-flag", iree_flags, "a flag for IREE's compiler; may repeat")
      ->expected(1)
      ->take_all();
  command.add_option("--threads", threads, "worker threads of local-task; 0: one per core")
      ->check(CLI::Range(0, 1024));
  command.add_option("--timeout", timeout_seconds, "seconds for each of compile, load and run");
  command.add_option("--memory-limit", memory_limit, "of the child that does the work, as in 2GB");
}

Result<ParameterScopes> open_parameters(const std::vector<std::string>& flags) {
  ParameterScopes scopes;
  for (const std::string& flag : flags) {
    const size_t equals = flag.find('=');
    if (equals == std::string::npos) {
      return invalid_argument("--parameters: found '" + flag + "', expected scope=FILE");
    }
    auto file = ParameterFile::open(flag.substr(equals + 1));
    if (!file.has_value()) return file.error().with_context("--parameters");
    scopes[flag.substr(0, equals)].push_back(*std::move(file));
  }
  return scopes;
}

Result<CompileOptions> compile_options(const ModelFlags& flags) {
  CompileOptions options;
  TUNDISH_ASSIGN(options.profile, parse_profile(flags.profile));
  options.iree_flags = flags.iree_flags;
  TUNDISH_ASSIGN(options.limits, limits(flags));
  return options;
}

Result<LoadOptions> load_options(const ModelFlags& flags) {
  LoadOptions options;
  if (!flags.device.empty()) options.devices = {flags.device};
  options.threads = flags.threads;
  TUNDISH_ASSIGN(options.parameters, open_parameters(flags.parameters));
  TUNDISH_ASSIGN(options.limits, limits(flags));
  return options;
}

Result<std::unique_ptr<Call>> prepare_call(Instance& instance, const FunctionSignature& function,
                                           const std::vector<std::string>& literals) {
  if (!literals.empty() && literals.size() != function.inputs.size()) {
    return invalid_argument('@' + function.name + " takes " +
                            std::to_string(function.inputs.size()) + " inputs, found " +
                            std::to_string(literals.size()));
  }
  std::vector<BufferRef> buffers;
  for (size_t i = 0; i < function.inputs.size(); ++i) {
    LiteralOptions options;
    TensorType type = function.inputs[i].type;
    if (literals.empty()) type = with_dynamic_dims_as_one(type);
    options.expected = type;
    options.seed = i;
    auto tensor = parse_literal(literals.empty() ? "random" : literals[i], options);
    if (!tensor.has_value()) return tensor.error().with_context("input " + std::to_string(i));
    TUNDISH_ASSIGN(BufferRef buffer, instance.import(*tensor));
    buffers.push_back(std::move(buffer));
  }
  return instance.prepare(function.name, buffers);
}

Result<OpenedModel> open_model(Context& context, const ModelFlags& flags) {
  TUNDISH_ASSIGN(Toolkit * toolkit, context.toolkit());
  TUNDISH_ASSIGN(LoadOptions loading, load_options(flags));
  TUNDISH_ASSIGN(auto file, MappedFile::open(flags.path));
  OpenedModel model;
  if (is_iree_executable(file->text())) {
    model.bytes = Bytes{file, file->bytes()};
    auto executable = toolkit->load(model.bytes, loading, "iree");
    if (!executable.has_value()) return executable.error().with_context(flags.path);
    model.executable = *std::move(executable);
    return model;
  }
  TUNDISH_ASSIGN(Source source, Source::from_file(flags.path));
  TUNDISH_ASSIGN(Target target, parse_target(target_for(flags)));
  TUNDISH_ASSIGN(CompileOptions options, compile_options(flags));
  if (loading.devices.empty() && target.family == Family::kVulkan) loading.devices = {"vulkan"};
  if (loading.devices.empty() && target.family == Family::kCuda) loading.devices = {"cuda"};
  const CompileRequest request{std::move(source), std::move(target), std::move(options),
                               flags.backend};
  TUNDISH_ASSIGN(CompileOutcome outcome, toolkit->compile(request, context.control()));
  context.clear_progress();
  if (!outcome.cache_warning.ok()) context.warn(outcome.cache_warning.message());
  model.bytes = outcome.compiled.executable;
  TUNDISH_ASSIGN(model.executable, toolkit->load(model.bytes, loading, flags.backend));
  model.compiled = std::move(outcome);
  return model;
}

}  // namespace tundish::cli
