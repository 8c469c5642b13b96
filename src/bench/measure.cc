#include "bench/measure.h"

#include <barrier>
#include <chrono>
#include <memory>
#include <thread>

namespace tundish {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// One instance with its inputs bound.
struct Caller {
  std::unique_ptr<Instance> instance;
  std::unique_ptr<Call> call;
};

Result<Caller> make_caller(Executable& executable, const Load& load) {
  Caller caller;
  TUNDISH_ASSIGN(caller.instance, executable.create_instance());
  std::vector<BufferRef> buffers;
  for (const Tensor& input : load.inputs) {
    TUNDISH_ASSIGN(BufferRef buffer, caller.instance->import(input));
    buffers.push_back(std::move(buffer));
  }
  TUNDISH_ASSIGN(caller.call, caller.instance->prepare(load.function, buffers));
  return caller;
}

double sum(const std::vector<double>& values) {
  double total = 0;
  for (const double value : values) total += value;
  return total;
}

Status check_load(Executable& executable, const Load& load) {
  if (load.concurrency < 1) return invalid_argument("the concurrency must be at least 1");
  TUNDISH_ASSIGN(const FunctionSignature* function, executable.signature().find(load.function));
  return check_inputs(*function, load.inputs);
}

}  // namespace

Result<Measured> measure_warm(Executable& executable, const Load& load) {
  TUNDISH_TRY(check_load(executable, load));
  std::vector<Caller> callers;
  for (int i = 0; i < load.concurrency; ++i) {
    TUNDISH_ASSIGN(Caller caller, make_caller(executable, load));
    callers.push_back(std::move(caller));
  }
  std::vector<Result<std::vector<double>>> results(callers.size(), std::vector<double>());
  std::barrier start(load.concurrency);
  const auto begin = Clock::now();
  {
    std::vector<std::jthread> threads;
    for (size_t i = 0; i < callers.size(); ++i) {
      threads.emplace_back([&, i] {
        start.arrive_and_wait();
        results[i] = callers[i].call->measure(load.options);
      });
    }
  }
  Measured measured;
  measured.wall_seconds = seconds_since(begin);
  for (const auto& result : results) {
    if (!result.has_value()) return result.error();
    measured.seconds.insert(measured.seconds.end(), result->begin(), result->end());
    // Each thread calls without pause, so its own rate is exact although its warm-up is not timed.
    const double busy = sum(*result);
    if (busy > 0) measured.calls_per_second += static_cast<double>(result->size()) / busy;
  }
  return measured;
}

Result<Measured> measure_cold(const std::function<Result<std::shared_ptr<Executable>>()>& open,
                              const Load& load, const std::function<bool()>& is_cancelled) {
  Measured measured;
  const auto begin = Clock::now();
  while (static_cast<int>(measured.seconds.size()) < load.options.max_runs) {
    if (is_cancelled && is_cancelled()) return cancelled("the measurement was interrupted");
    const auto start = Clock::now();
    TUNDISH_ASSIGN(const auto executable, open());
    TUNDISH_TRY(check_load(*executable, load));
    TUNDISH_ASSIGN(const Caller caller, make_caller(*executable, load));
    TUNDISH_TRY(caller.call->run());
    measured.seconds.push_back(seconds_since(start));
    if (static_cast<int>(measured.seconds.size()) >= load.options.min_runs &&
        Clock::now() - begin >= load.options.min_time) {
      break;
    }
  }
  measured.wall_seconds = seconds_since(begin);
  measured.calls_per_second = static_cast<double>(measured.seconds.size()) / sum(measured.seconds);
  return measured;
}

}  // namespace tundish
