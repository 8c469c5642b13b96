// Measuring one function of an executable under one kind of load.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "tundish/backend/executable.h"
#include "tundish/base/status.h"

namespace tundish {

struct Load {
  std::string function;            // empty: the only one, or `main`
  std::span<const Tensor> inputs;  // borrowed
  int concurrency = 1;             // instances, each with a thread that calls without pause
  MeasureOptions options;          // for each thread
};

struct Measured {
  std::vector<double> seconds;  // of each call; of several threads, one thread after the other
  double wall_seconds = 0;      // the measurement, warm-up included where calls overlap
  double calls_per_second = 0;  // of all threads together
};

// Inputs are imported once; a call is measured where it really runs (Call::measure). The threads
// start together. The first error ends the measurement.
Result<Measured> measure_warm(Executable& executable, const Load& load);

// Each call on a fresh executable from `open`: what the first call costs, loading included.
// At least `options.min_runs` and `options.min_time`; no warm-up, and one thread.
Result<Measured> measure_cold(const std::function<Result<std::shared_ptr<Executable>>()>& open,
                              const Load& load, const std::function<bool()>& is_cancelled);

}  // namespace tundish
