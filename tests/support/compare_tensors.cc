#include "support/compare_tensors.h"

#include <cmath>
#include <complex>

#include "tundish/tensor/number.h"
#include "tundish/tensor/scalar.h"

namespace tundish::testing {
namespace {

bool is_near(double actual, double expected, double magnitude, double rtol, double atol) {
  if (std::isnan(expected)) return std::isnan(actual);
  if (actual == expected) return true;  // also infinities
  return std::abs(actual - expected) <= atol + rtol * magnitude;
}

}  // namespace

std::string difference(const Tensor& actual, const Tensor& expected, double rtol, double atol) {
  if (actual.type() != expected.type()) {
    return "the type is " + actual.type().to_string() + ", expected " + expected.type().to_string();
  }
  const ElementType type = actual.element_type();
  const size_t size = storage_bytes(type);
  size_t count = 0;
  std::string first;
  for (size_t i = 0; i < static_cast<size_t>(actual.element_count()); ++i) {
    const std::byte* const a = actual.bytes().data() + i * size;
    const std::byte* const e = expected.bytes().data() + i * size;
    if (std::equal(a, a + size, e)) continue;
    const std::complex<double> found = load_complex(type, a);
    const std::complex<double> wanted = load_complex(type, e);
    const bool is_float = !is_integer(type);
    const double magnitude = std::abs(wanted);
    if (is_float && is_near(found.real(), wanted.real(), magnitude, rtol, atol) &&
        is_near(found.imag(), wanted.imag(), magnitude, rtol, atol)) {
      continue;
    }
    if (count++ == 0) {
      first = "element " + std::to_string(i) + " is " + format_number(type, a) + ", expected " +
              format_number(type, e);
    }
  }
  if (count == 0) return "";
  return first + "; " + std::to_string(count) + " of " + std::to_string(actual.element_count()) +
         " differ";
}

}  // namespace tundish::testing
