#include "base/human_units.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tundish {
namespace {

TEST(HumanSizeTest, HasOneDigitAndDecimalUnits) {
  EXPECT_EQ(human_size(0), "0B");
  EXPECT_EQ(human_size(999), "999B");
  EXPECT_EQ(human_size(1000), "1.0kB");
  EXPECT_EQ(human_size(999'949), "999.9kB");
  EXPECT_EQ(human_size(999'950), "1.0MB");
  EXPECT_EQ(human_size(1'234'567), "1.2MB");
  EXPECT_EQ(human_size(std::numeric_limits<uint64_t>::max()), "18.4EB");
}

TEST(HumanDurationTest, PicksTheUnit) {
  EXPECT_EQ(human_duration(0), "0ns");
  EXPECT_EQ(human_duration(12e-9), "12ns");
  EXPECT_EQ(human_duration(1.9e-6), "1.9us");
  EXPECT_EQ(human_duration(0.0152), "15.2ms");
  EXPECT_EQ(human_duration(0.99996), "1.0s");
  EXPECT_EQ(human_duration(2.34), "2.3s");
  EXPECT_EQ(human_duration(59.97), "1m00s");
  EXPECT_EQ(human_duration(185), "3m05s");
  EXPECT_EQ(human_duration(3720), "1h02m");
  EXPECT_EQ(human_duration(-1), "-1.0s");
  EXPECT_EQ(human_duration(std::nan("")), "nans");
}

TEST(ParseSizeTest, ReadsUnits) {
  EXPECT_EQ(*parse_size("4096"), 4096u);
  EXPECT_EQ(*parse_size("20GiB"), uint64_t{20} << 30);
  EXPECT_EQ(*parse_size("20g"), uint64_t{20} << 30);
  EXPECT_EQ(*parse_size("1.5kB"), 1500u);
  EXPECT_EQ(*parse_size("0"), 0u);
  for (const char* bad : {"", "GB", "-1", "1e3", "1 GB", "nan", "inf", "9999999999GiB", "5XB"}) {
    EXPECT_EQ(parse_size(bad).error().code(), Code::kInvalidArgument) << bad;
  }
}

TEST(ParseDurationTest, ReadsUnits) {
  EXPECT_DOUBLE_EQ(*parse_duration_seconds("90"), 90);
  EXPECT_DOUBLE_EQ(*parse_duration_seconds("2.5s"), 2.5);
  EXPECT_DOUBLE_EQ(*parse_duration_seconds("500ms"), 0.5);
  EXPECT_DOUBLE_EQ(*parse_duration_seconds("10m"), 600);
  EXPECT_FALSE(parse_duration_seconds("soon").has_value());
  EXPECT_FALSE(parse_duration_seconds("-1s").has_value());
}

}  // namespace
}  // namespace tundish
