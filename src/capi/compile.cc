#include <chrono>
#include <utility>

#include "base/file.h"
#include "capi/entry.h"
#include "capi/handles.h"
#include "capi/read_options.h"

namespace tundish::capi {
namespace {

Result<Source> read_source(const tundish_bytes_t* from) {
  TUNDISH_TRY(require(from, "source"));
  tundish_bytes_t bytes;
  TUNDISH_TRY(read_struct(from, "tundish_bytes_t", bytes));
  if (bytes.path != nullptr) return Source::from_file(bytes.path);
  TUNDISH_TRY(require(bytes.data, "source: both path and data"));
  return Source::from_string(std::string(static_cast<const char*>(bytes.data), bytes.data_size),
                             bytes.name != nullptr ? bytes.name : "input");
}

Status read_flags(const tundish_compile_options_t& options, std::vector<std::string>& flags) {
  if (options.iree_flag_count > 0) TUNDISH_TRY(require(options.iree_flags, "iree_flags"));
  for (size_t i = 0; i < options.iree_flag_count; ++i) {
    TUNDISH_TRY(require(options.iree_flags[i], "an element of iree_flags"));
    flags.emplace_back(options.iree_flags[i]);
  }
  return {};
}

Status read_compile_options(const tundish_compile_options_t& options, CompileRequest& request,
                            CompileControl& control) {
  if (options.profile < TUNDISH_PROFILE_AGGRESSIVE || options.profile > TUNDISH_PROFILE_LATENCY) {
    return invalid_argument("profile " + std::to_string(options.profile) +
                            " is none of TUNDISH_PROFILE_*");
  }
  if (options.optimization_level < TUNDISH_OPTIMIZATION_LEVEL_DEFAULT ||
      options.optimization_level > TUNDISH_OPTIMIZATION_LEVEL_O3) {
    return invalid_argument("optimization_level " + std::to_string(options.optimization_level) +
                            " is none of TUNDISH_OPTIMIZATION_LEVEL_*");
  }
  request.options.profile = static_cast<Profile>(options.profile);
  if (options.optimization_level != TUNDISH_OPTIMIZATION_LEVEL_DEFAULT) {
    request.options.optimization_level = options.optimization_level - TUNDISH_OPTIMIZATION_LEVEL_O0;
  }
  request.options.deterministic = options.deterministic != 0;
  if (options.backend != nullptr) request.backend = options.backend;
  TUNDISH_TRY(read_flags(options, request.options.iree_flags));
  TUNDISH_ASSIGN(request.options.limits, read_limits(options.timeout_ms, options.memory_limit_bytes,
                                                     options.output_limit_bytes));
  if (options.is_cancelled != nullptr) {
    control.is_cancelled = [ask = options.is_cancelled, data = options.user_data] {
      return ask(data) != 0;
    };
  }
  if (options.on_progress != nullptr) {
    control.on_progress = [tell = options.on_progress,
                           data = options.user_data](const CompileProgress& progress) {
      tell(data, progress.phase.c_str());
    };
  }
  return {};
}

static_assert(static_cast<int>(Profile::kSize) == TUNDISH_PROFILE_SIZE);
static_assert(static_cast<int>(Profile::kLatency) == TUNDISH_PROFILE_LATENCY);
static_assert(static_cast<int>(Isolation::kInProcess) == TUNDISH_ISOLATION_IN_PROCESS);

Status compile(tundish_toolkit_t* toolkit, const tundish_bytes_t* source, const char* target,
               const tundish_compile_options_t* options, tundish_compiled_t** out) {
  TUNDISH_TRY(require(out, "out_compiled"));
  *out = nullptr;
  TUNDISH_TRY(require(toolkit, "toolkit"));
  TUNDISH_TRY(require(target, "target"));
  tundish_compile_options_t known;
  TUNDISH_TRY(read_struct(options, "tundish_compile_options_t", known));
  TUNDISH_ASSIGN(Source program, read_source(source));
  TUNDISH_ASSIGN(Target parsed, parse_target(target));
  CompileRequest request{.source = std::move(program), .target = std::move(parsed)};
  CompileControl control;
  TUNDISH_TRY(read_compile_options(known, request, control));
  TUNDISH_ASSIGN(CompileOutcome outcome, toolkit->toolkit->compile(request, control));
  tundish_signature_t signature(outcome.compiled.signature);
  *out = new tundish_compiled_t{{}, std::move(outcome), std::move(signature)};
  return {};
}

}  // namespace

Result<Limits> read_limits(uint64_t timeout_ms, uint64_t memory_bytes, uint64_t output_bytes) {
  constexpr uint64_t kLongestMs = uint64_t{1} << 40;  // 34 years; sums of it do not overflow
  if (timeout_ms > kLongestMs) {
    return invalid_argument("timeout_ms is " + std::to_string(timeout_ms) + "; at most " +
                            std::to_string(kLongestMs) + ", or 0 for no limit");
  }
  return Limits{std::chrono::milliseconds(timeout_ms), memory_bytes, output_bytes};
}

}  // namespace tundish::capi

using namespace tundish;        // NOLINT: only the entry points below
using namespace tundish::capi;  // NOLINT

tundish_error_t* tundish_toolkit_create(const tundish_toolkit_options_t* options,
                                        tundish_toolkit_t** out_toolkit) {
  return guard([&]() -> Status {
    TUNDISH_TRY(require(out_toolkit, "out_toolkit"));
    *out_toolkit = nullptr;
    tundish_toolkit_options_t known;
    TUNDISH_TRY(read_struct(options, "tundish_toolkit_options_t", known));
    if (known.isolation != TUNDISH_ISOLATION_HOST &&
        known.isolation != TUNDISH_ISOLATION_IN_PROCESS) {
      return invalid_argument("isolation " + std::to_string(known.isolation) +
                              " is none of TUNDISH_ISOLATION_*");
    }
    ToolkitOptions wanted;
    wanted.isolation = static_cast<Isolation>(known.isolation);
    wanted.use_cache = known.disable_cache == 0;
    if (known.cache_folder != nullptr) wanted.cache_folder = known.cache_folder;
    wanted.cache_max_bytes = known.cache_max_bytes;
    TUNDISH_ASSIGN(auto toolkit, Toolkit::create(wanted));
    *out_toolkit = new tundish_toolkit_t{{}, std::move(toolkit)};
    return {};
  });
}

tundish_toolkit_t* tundish_toolkit_retain(tundish_toolkit_t* toolkit) { return retain(toolkit); }
void tundish_toolkit_release(tundish_toolkit_t* toolkit) { release(toolkit); }

tundish_error_t* tundish_toolkit_compile(tundish_toolkit_t* toolkit, const tundish_bytes_t* source,
                                         const char* target,
                                         const tundish_compile_options_t* options,
                                         tundish_compiled_t** out_compiled) {
  return guard([&] { return compile(toolkit, source, target, options, out_compiled); });
}
