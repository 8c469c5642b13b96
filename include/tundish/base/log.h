// Logging: what Tundish does, for people who debug it. Results and errors never travel this way.
//
// A library does not print: until someone installs a sink, messages go nowhere and cost one atomic
// load. The command line installs stderr_log_sink(), the C ABI installs the caller's callback.
//
//   set_log_sink(stderr_log_sink(), LogLevel::kInfo);
//   TUNDISH_LOG(kDebug, "cache hit " + key.to_hex());  // the text is built only when it is wanted
//
// Everything here is thread-safe.
#pragma once

#include <functional>
#include <string_view>

#include "tundish/base/status.h"

namespace tundish {

enum class LogLevel : int { kTrace, kDebug, kInfo, kWarning, kError, kOff };

// "trace", "debug", "info", "warning", "error", "off".
const char* log_level_name(LogLevel level);
// The level of that name; kInvalidArgument lists the names.
Result<LogLevel> parse_log_level(std::string_view name);

// Called for one message at a time, from any thread. Must not throw and must not call set_log_sink;
// what it logs itself is dropped.
using LogSink = std::function<void(LogLevel level, std::string_view message)>;

// Installs `sink` for messages of `level` and above, and returns when the old one is no longer
// running. An empty sink switches logging off.
void set_log_sink(LogSink sink, LogLevel level = LogLevel::kInfo);
// Changes the level and keeps the sink.
void set_log_level(LogLevel level);
// Whether a message of that level would reach a sink.
bool is_log_enabled(LogLevel level);
// Hands `message` to the sink, if one wants it.
void log(LogLevel level, std::string_view message);

// A sink that writes "tundish: warning: message" lines to stderr; coloured on a terminal unless
// NO_COLOR is set.
LogSink stderr_log_sink();

}  // namespace tundish

// Logs `message` (any expression that gives a string) at LogLevel::`level`; it is evaluated only
// when a sink wants it.
#define TUNDISH_LOG(level, message)                              \
  do {                                                           \
    if (::tundish::is_log_enabled(::tundish::LogLevel::level)) { \
      ::tundish::log(::tundish::LogLevel::level, (message));     \
    }                                                            \
  } while (false)
