#include "tensor/shortest.h"

#include <bit>
#include <cmath>
#include <cstdlib>

#include "tundish/tensor/scalar.h"

namespace tundish {
namespace {

// Fixed layout of a double: sign, 309 digits, point, and as many decimals as are asked for.
constexpr size_t kBufferSize = 1500;

template <typename T>
std::string native_shortest(T value, std::chars_format layout) {
  char buffer[kBufferSize];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof(buffer), value, layout);
  return std::string(buffer, end);
}

}  // namespace

std::string with_precision(double value, std::chars_format layout, int precision) {
  char buffer[kBufferSize];
  const auto [end, error] =
      std::to_chars(buffer, buffer + sizeof(buffer), value, layout, precision);
  return std::string(buffer, end);
}

std::string shortest(ElementType type, double value, std::chars_format layout) {
  if (std::isnan(value)) return std::signbit(value) ? "-nan" : "nan";
  if (type == ElementType::kF64) return native_shortest(value, layout);
  if (type == ElementType::kF32) return native_shortest(static_cast<float>(value), layout);
  if (std::isinf(value) || value == 0) return native_shortest(value, layout);
  // A narrow format needs few digits; try one more at a time.
  const FloatFormat& format = element_type_info(type).format;
  const uint32_t bits = encode_float(format, value);
  for (int digits = 0;; ++digits) {
    const std::string text = with_precision(value, std::chars_format::scientific, digits);
    double candidate = 0;
    std::from_chars(text.data(), text.data() + text.size(), candidate);
    if (digits < 17 && encode_float(format, candidate) != bits) continue;
    // Few digits: as a double they are their own shortest text.
    return native_shortest(candidate, layout);
  }
}

}  // namespace tundish
