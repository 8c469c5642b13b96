// Statistics of run times: the summary that is printed, and whether two measurements differ.
//
// All functions are pure; the same samples always give the same answer.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace tundish {

// Of run times in seconds.
struct Summary {
  size_t runs = 0;
  double min = 0;
  double median = 0;
  double p90 = 0;
  double p99 = 0;
  double mean = 0;
};

// Zeros for no samples. Percentiles are interpolated between the two nearest samples.
Summary summarize(std::span<const double> seconds);

// At most `count` of the samples, evenly spaced in time, in their order: what a file keeps.
std::vector<double> thin(std::span<const double> seconds, size_t count);

// How the median of `current` compares with that of `baseline`, as ratios: 1.05 is 5 % slower.
struct Comparison {
  double ratio = 1;
  double low = 1;  // of the 95 % confidence interval of the ratio
  double high = 1;

  // Slower by more than `limit` (0.05 is 5 %), beyond what chance explains.
  bool is_regression(double limit) const { return low > 1 + limit; }
  bool is_improvement() const { return high < 1; }
};

// Bootstrap of the medians' ratio. Neighbouring runs resemble each other (clock speed, caches), so
// whole blocks of neighbours are drawn: single runs would make the interval too narrow.
// Precondition: neither is empty, and all times are positive.
Comparison compare_medians(std::span<const double> baseline, std::span<const double> current);

}  // namespace tundish
