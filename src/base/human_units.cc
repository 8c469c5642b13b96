#include "base/human_units.h"

#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <utility>

namespace tundish {
namespace {

std::string with_one_digit(double value, const char* unit) {
  char text[64];
  std::snprintf(text, sizeof text, "%.1f%s", value, unit);
  return text;
}

// Splits "1.5GiB" in 1.5 and "gib". False when it does not start with a finite number >= 0.
bool split(std::string_view text, double& number, std::string& unit) {
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (error != std::errc() || !std::isfinite(number) || std::signbit(number)) return false;
  for (const char* p = end; p != text.data() + text.size(); ++p) {
    unit += static_cast<char>(std::tolower(static_cast<unsigned char>(*p)));
  }
  return true;
}

}  // namespace

std::string human_size(uint64_t bytes) {
  if (bytes < 1000) return std::to_string(bytes) + "B";
  constexpr const char* kUnits[] = {"kB", "MB", "GB", "TB", "PB", "EB"};
  double value = static_cast<double>(bytes) / 1000;
  size_t unit = 0;
  // 999.95 would be printed as 1000.0.
  while (value >= 999.95 && unit + 1 < std::size(kUnits)) {
    value /= 1000;
    ++unit;
  }
  return with_one_digit(value, kUnits[unit]);
}

std::string human_duration(double seconds) {
  if (!std::isfinite(seconds) || seconds < 0 || seconds > 1e9) return with_one_digit(seconds, "s");
  if (seconds < 999.5e-9) return std::to_string(std::lround(seconds * 1e9)) + "ns";
  if (seconds < 999.95e-6) return with_one_digit(seconds * 1e6, "us");
  if (seconds < 999.95e-3) return with_one_digit(seconds * 1e3, "ms");
  if (seconds < 59.95) return with_one_digit(seconds, "s");
  char text[64];
  const long whole = std::lround(seconds);
  if (whole < 3600) {
    std::snprintf(text, sizeof text, "%ldm%02lds", whole / 60, whole % 60);
  } else {
    std::snprintf(text, sizeof text, "%ldh%02ldm", whole / 3600, whole % 3600 / 60);
  }
  return text;
}

Result<uint64_t> parse_size(std::string_view text) {
  constexpr std::pair<const char*, double> kUnits[] = {
      {"", 1},         {"b", 1},      {"k", 0x1p10},   {"kb", 1e3},     {"kib", 0x1p10},
      {"m", 0x1p20},   {"mb", 1e6},   {"mib", 0x1p20}, {"g", 0x1p30},   {"gb", 1e9},
      {"gib", 0x1p30}, {"t", 0x1p40}, {"tb", 1e12},    {"tib", 0x1p40},
  };
  double number = 0;
  std::string unit;
  if (split(text, number, unit)) {
    for (const auto& [name, factor] : kUnits) {
      if (unit != name) continue;
      const double bytes = number * factor;
      if (bytes < 0x1p63) return static_cast<uint64_t>(std::llround(bytes));
    }
  }
  return invalid_argument("\"" + std::string(text) +
                          "\" is not a size; expected for example 4096, 500MB or 20GiB");
}

Result<double> parse_duration_seconds(std::string_view text) {
  constexpr std::pair<const char*, double> kUnits[] = {
      {"", 1}, {"s", 1}, {"ms", 1e-3}, {"m", 60}, {"min", 60}, {"h", 3600},
  };
  double number = 0;
  std::string unit;
  if (split(text, number, unit)) {
    for (const auto& [name, factor] : kUnits) {
      if (unit == name && number * factor < 1e9) return number * factor;
    }
  }
  return invalid_argument("\"" + std::string(text) +
                          "\" is not a duration; expected for example 90, 2.5s, 500ms or 10m");
}

}  // namespace tundish
