#include "tundish/base/log.h"

#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace tundish {
namespace {

constexpr const char* kNames[] = {"trace", "debug", "info", "warning", "error", "off"};

struct Logger {
  std::mutex mutex;
  LogSink sink;                                                  // guarded by mutex
  LogLevel level = LogLevel::kOff;                               // guarded by mutex
  std::atomic<int> threshold{static_cast<int>(LogLevel::kOff)};  // level, or kOff without a sink

  void publish_threshold() {
    threshold.store(static_cast<int>(sink ? level : LogLevel::kOff), std::memory_order_relaxed);
  }
};

// Never destroyed: threads may log while the process exits.
Logger& logger() {
  static Logger* const instance = new Logger;
  return *instance;
}

thread_local bool t_is_in_sink = false;

spdlog::level::level_enum to_spdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kTrace:
      return spdlog::level::trace;
    case LogLevel::kDebug:
      return spdlog::level::debug;
    case LogLevel::kInfo:
      return spdlog::level::info;
    case LogLevel::kWarning:
      return spdlog::level::warn;
    case LogLevel::kError:
      return spdlog::level::err;
    case LogLevel::kOff:
      break;
  }
  return spdlog::level::off;
}

}  // namespace

const char* log_level_name(LogLevel level) {
  const auto index = static_cast<size_t>(level);
  return index < std::size(kNames) ? kNames[index] : "off";
}

Result<LogLevel> parse_log_level(std::string_view name) {
  for (size_t i = 0; i < std::size(kNames); ++i) {
    if (name == kNames[i]) return static_cast<LogLevel>(i);
  }
  return invalid_argument("unknown log level \"" + std::string(name) +
                          "\"; expected trace, debug, info, warning, error or off");
}

void set_log_sink(LogSink sink, LogLevel level) {
  Logger& self = logger();
  {
    const std::scoped_lock lock(self.mutex);
    std::swap(self.sink, sink);
    self.level = level;
    self.publish_threshold();
  }  // the old sink's captures are destroyed outside the lock
}

void set_log_level(LogLevel level) {
  Logger& self = logger();
  const std::scoped_lock lock(self.mutex);
  self.level = level;
  self.publish_threshold();
}

bool is_log_enabled(LogLevel level) {
  return level != LogLevel::kOff &&
         static_cast<int>(level) >= logger().threshold.load(std::memory_order_relaxed);
}

void log(LogLevel level, std::string_view message) {
  if (!is_log_enabled(level) || t_is_in_sink) return;
  Logger& self = logger();
  const std::scoped_lock lock(self.mutex);
  if (!self.sink || level < self.level) return;
  t_is_in_sink = true;
  self.sink(level, message);
  t_is_in_sink = false;
}

LogSink stderr_log_sink() {
  const bool has_no_color = std::getenv("NO_COLOR") != nullptr;
  auto sink = std::make_shared<spdlog::sinks::stderr_color_sink_st>(
      has_no_color ? spdlog::color_mode::never : spdlog::color_mode::automatic);
  sink->set_pattern("tundish: %^%l%$: %v");
  return [sink](LogLevel level, std::string_view message) {
    sink->log(spdlog::details::log_msg({}, to_spdlog(level), {message.data(), message.size()}));
    sink->flush();
  };
}

}  // namespace tundish
