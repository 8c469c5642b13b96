// Sizes and durations as people read and write them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tundish/base/status.h"

namespace tundish {

// Decimal units with one digit after the point: "999B", "1.2MB", "335.0MB", "20.0GB".
std::string human_size(uint64_t bytes);

// "12ns", "4.5us", "15.2ms", "2.3s", "3m05s", "1h02m". A negative or non-finite number is printed
// as it is, in seconds.
std::string human_duration(double seconds);

// "4096", "20GB" (10^9), "20GiB" or "20G" (2^30); units B, K, M, G, T with "B" or "iB", case
// ignored, fractions allowed ("1.5GiB"). kInvalidArgument for anything else, negative numbers and
// what does not fit in 63 bits.
Result<uint64_t> parse_size(std::string_view text);

// "90", "2.5s", "500ms", "10m", "1h" in seconds. kInvalidArgument for anything else.
Result<double> parse_duration_seconds(std::string_view text);

}  // namespace tundish
