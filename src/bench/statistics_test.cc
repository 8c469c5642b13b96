#include "bench/statistics.h"

#include <gtest/gtest.h>

#include <random>

namespace tundish {
namespace {

// Run times as machines give them: a floor, and a tail above it.
std::vector<double> noisy(double floor, int count, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<double> seconds;
  for (int i = 0; i < count; ++i) {
    const double u = static_cast<double>(random() >> 11) / static_cast<double>(1ull << 53);
    seconds.push_back(floor * (1 + 0.05 * u + (u > 0.98 ? 3 : 0)));
  }
  return seconds;
}

TEST(StatisticsTest, SummaryHasTheKnownPercentiles) {
  std::vector<double> seconds;
  for (int i = 100; i >= 0; --i) seconds.push_back(i);
  const Summary summary = summarize(seconds);
  EXPECT_EQ(summary.runs, 101u);
  EXPECT_EQ(summary.min, 0);
  EXPECT_EQ(summary.median, 50);
  EXPECT_EQ(summary.p90, 90);
  EXPECT_EQ(summary.p99, 99);
  EXPECT_EQ(summary.mean, 50);
  EXPECT_EQ(summarize({}).runs, 0u);
  const double one[] = {2.0};
  EXPECT_EQ(summarize(one).p99, 2.0);
}

TEST(StatisticsTest, ThinKeepsOrderAndSpacing) {
  std::vector<double> seconds;
  for (int i = 0; i < 5000; ++i) seconds.push_back(i);
  const std::vector<double> kept = thin(seconds, 1000);
  ASSERT_EQ(kept.size(), 1000u);
  for (size_t i = 0; i < kept.size(); ++i) EXPECT_EQ(kept[i], 5.0 * static_cast<double>(i));
  EXPECT_EQ(thin(kept, 1000), kept);
}

TEST(StatisticsTest, FindsASlowdownAndNotItsAbsence) {
  int false_alarms = 0;
  for (uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE(seed);
    const auto baseline = noisy(1e-3, 400, seed);
    EXPECT_TRUE(compare_medians(baseline, noisy(1.2e-3, 300, seed + 100)).is_regression(0.05));
    const Comparison same = compare_medians(baseline, noisy(1e-3, 300, seed + 200));
    false_alarms += same.is_regression(0);
    EXPECT_FALSE(same.is_regression(0.05));
    EXPECT_LE(same.low, same.ratio);
    EXPECT_GE(same.high, same.ratio);
    EXPECT_TRUE(compare_medians(baseline, noisy(0.8e-3, 300, seed + 300)).is_improvement());
  }
  EXPECT_LE(false_alarms, 3);  // 2.5 % are expected
}

TEST(StatisticsTest, FewRunsProveLittle) {
  const double baseline[] = {1.0, 1.4, 1.1};
  const double current[] = {1.1, 1.5, 1.0};
  const Comparison comparison = compare_medians(baseline, current);
  EXPECT_FALSE(comparison.is_regression(0.05));
  EXPECT_FALSE(comparison.is_improvement());
  EXPECT_GT(comparison.high - comparison.low, 0.1);
}

}  // namespace
}  // namespace tundish
