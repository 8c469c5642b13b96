#include <utility>

#include "capi/entry.h"
#include "capi/handles.h"
#include "tundish/base/log.h"

namespace tundish::capi {
namespace {

// Given out where there is no memory for an error of its own; never freed.
tundish_error_t& static_out_of_memory() {
  static tundish_error_t error{resource_exhausted("out of memory")};
  return error;
}
// Made while there still is memory.
[[maybe_unused]] const tundish_error_t& kMadeEarly = static_out_of_memory();

}  // namespace

tundish_error_t* out_of_memory() noexcept { return &static_out_of_memory(); }

tundish_error_t* to_error(const Status& status) noexcept {
  if (status.ok()) return nullptr;
  auto* error = new (std::nothrow) tundish_error_t{status};
  return error != nullptr ? error : out_of_memory();
}

int32_t write_diagnostic(const std::vector<Diagnostic>& diagnostics, size_t index,
                         tundish_diagnostic_t* out) {
  if (index >= diagnostics.size()) return 0;
  const Diagnostic& diagnostic = diagnostics[index];
  tundish_diagnostic_t facts{};
  facts.severity = static_cast<tundish_severity_t>(diagnostic.severity);
  facts.line = diagnostic.line;
  facts.column = diagnostic.column;
  facts.file = diagnostic.file.c_str();
  facts.message = diagnostic.message.c_str();
  return write_struct(facts, out) ? 1 : 0;
}

static_assert(static_cast<int>(Code::kUnauthenticated) == TUNDISH_UNAUTHENTICATED);
static_assert(static_cast<int>(Code::kAborted) == TUNDISH_ABORTED);
static_assert(static_cast<int>(Stage::kParse) == TUNDISH_STAGE_PARSE);
static_assert(static_cast<int>(Stage::kRun) == TUNDISH_STAGE_RUN);
static_assert(static_cast<int>(Severity::kNote) == TUNDISH_SEVERITY_NOTE);
static_assert(static_cast<int>(LogLevel::kOff) == TUNDISH_LOG_OFF);

}  // namespace tundish::capi

using namespace tundish;        // NOLINT: only the entry points below
using namespace tundish::capi;  // NOLINT

tundish_code_t tundish_error_code(const tundish_error_t* error) {
  return error != nullptr ? static_cast<tundish_code_t>(error->status.code()) : TUNDISH_OK;
}

const char* tundish_error_message(const tundish_error_t* error) {
  return error != nullptr ? error->status.message().c_str() : "";
}

tundish_stage_t tundish_error_stage(const tundish_error_t* error) {
  return error != nullptr ? static_cast<tundish_stage_t>(error->status.stage())
                          : TUNDISH_STAGE_NONE;
}

const char* tundish_error_reproducer(const tundish_error_t* error) {
  return error != nullptr ? error->status.reproducer().c_str() : "";
}

size_t tundish_error_diagnostic_count(const tundish_error_t* error) {
  return error != nullptr ? error->status.diagnostics().size() : 0;
}

int32_t tundish_error_diagnostic(const tundish_error_t* error, size_t index,
                                 tundish_diagnostic_t* out) {
  return error != nullptr ? write_diagnostic(error->status.diagnostics(), index, out) : 0;
}

void tundish_error_release(tundish_error_t* error) {
  if (error != out_of_memory()) delete error;
}

tundish_error_t* tundish_set_log_callback(tundish_log_callback_t callback, void* user_data,
                                          tundish_log_level_t level) {
  return guard([&]() -> Status {
    if (level < TUNDISH_LOG_TRACE || level > TUNDISH_LOG_OFF) {
      return out_of_range("log level " + std::to_string(level) + " is none of TUNDISH_LOG_*");
    }
    if (callback == nullptr) {
      set_log_sink({}, LogLevel::kOff);
      return {};
    }
    set_log_sink(
        [callback, user_data](LogLevel message_level, std::string_view message) {
          callback(user_data, static_cast<tundish_log_level_t>(message_level),
                   std::string(message).c_str());
        },
        static_cast<LogLevel>(level));
    return {};
  });
}
