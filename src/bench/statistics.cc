#include "bench/statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

namespace tundish {
namespace {

constexpr int kResamples = 2000;
constexpr size_t kMaxSamples = 1000;  // more do not narrow what resampling finds

double percentile(const std::vector<double>& sorted, double fraction) {
  const double place = fraction * static_cast<double>(sorted.size() - 1);
  const size_t below = static_cast<size_t>(place);
  const size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

// Reorders `values`.
double median_of(std::vector<double>& values) {
  const size_t middle = values.size() / 2;
  std::nth_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(middle), values.end());
  const double upper = values[middle];
  if (values.size() % 2 == 1) return upper;
  return (upper +
          *std::max_element(values.begin(), values.begin() + static_cast<ptrdiff_t>(middle))) /
         2;
}

// Draws blocks of neighbours, with replacement, until there are as many samples as before.
class BlockBootstrap {
 public:
  explicit BlockBootstrap(std::vector<double> samples)
      : samples_(std::move(samples)),
        block_(std::max<size_t>(
            1, static_cast<size_t>(std::sqrt(static_cast<double>(samples_.size()))))) {}

  double draw_median(std::mt19937_64& random) {
    drawn_.clear();
    while (drawn_.size() < samples_.size()) {
      // Not std::uniform_int_distribution, which differs between standard libraries.
      size_t at = static_cast<size_t>(random() % samples_.size());
      for (size_t i = 0; i < block_ && drawn_.size() < samples_.size(); ++i) {
        drawn_.push_back(samples_[at]);
        at = at + 1 == samples_.size() ? 0 : at + 1;
      }
    }
    return median_of(drawn_);
  }

 private:
  std::vector<double> samples_;
  size_t block_;
  std::vector<double> drawn_;
};

}  // namespace

Summary summarize(std::span<const double> seconds) {
  Summary summary;
  if (seconds.empty()) return summary;
  std::vector<double> sorted(seconds.begin(), seconds.end());
  std::sort(sorted.begin(), sorted.end());
  summary.runs = sorted.size();
  summary.min = sorted.front();
  summary.median = percentile(sorted, 0.5);
  summary.p90 = percentile(sorted, 0.9);
  summary.p99 = percentile(sorted, 0.99);
  summary.mean =
      std::accumulate(sorted.begin(), sorted.end(), 0.0) / static_cast<double>(sorted.size());
  return summary;
}

std::vector<double> thin(std::span<const double> seconds, size_t count) {
  if (seconds.size() <= count) return {seconds.begin(), seconds.end()};
  std::vector<double> kept;
  kept.reserve(count);
  for (size_t i = 0; i < count; ++i) kept.push_back(seconds[i * seconds.size() / count]);
  return kept;
}

Comparison compare_medians(std::span<const double> baseline, std::span<const double> current) {
  std::vector<double> before = thin(baseline, kMaxSamples);
  std::vector<double> after = thin(current, kMaxSamples);
  BlockBootstrap draw_before(before);
  BlockBootstrap draw_after(after);
  std::mt19937_64 random(1);  // any fixed seed: the verdict must not change from call to call
  std::vector<double> ratios;
  for (int i = 0; i < kResamples; ++i) {
    const double numerator = draw_after.draw_median(random);
    ratios.push_back(numerator / draw_before.draw_median(random));
  }
  std::sort(ratios.begin(), ratios.end());
  return {median_of(after) / median_of(before), percentile(ratios, 0.025),
          percentile(ratios, 0.975)};
}

}  // namespace tundish
