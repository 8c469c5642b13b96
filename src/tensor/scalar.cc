#include "tundish/tensor/scalar.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace tundish {
namespace {

template <typename T>
T load(const std::byte* element) {
  T value;
  std::memcpy(&value, element, sizeof(T));
  return value;
}

template <typename T>
void store(T value, std::byte* element) {
  std::memcpy(element, &value, sizeof(T));
}

uint64_t low_bits(int count) { return (uint64_t{1} << count) - 1; }

uint64_t load_bits(size_t bytes, const std::byte* element) {
  uint64_t bits = 0;
  std::memcpy(&bits, element, bytes);  // little-endian host
  return bits;
}
static_assert(std::endian::native == std::endian::little, "host storage is little-endian");

// The bits of an integer or i1, sign-extended when signed.
uint64_t load_integer(const ElementTypeInfo& info, const std::byte* element) {
  const uint64_t bits = load_bits(static_cast<size_t>(info.storage_bytes), element);
  if (info.kind == ElementKind::kBool) return bits != 0;
  const int unused = 64 - info.bit_width;
  if (info.kind == ElementKind::kSigned) {
    return static_cast<uint64_t>(static_cast<int64_t>(bits << unused) >> unused);
  }
  return bits << unused >> unused;
}

void store_integer(const ElementTypeInfo& info, uint64_t bits, std::byte* element) {
  const int unused = 64 - info.bit_width;
  if (info.kind == ElementKind::kBool) {
    bits = bits != 0;
  } else if (info.kind == ElementKind::kSigned) {
    bits = static_cast<uint64_t>(static_cast<int64_t>(bits << unused) >> unused);
  } else {
    bits = bits << unused >> unused;
  }
  std::memcpy(element, &bits, static_cast<size_t>(info.storage_bytes));
}

int64_t saturate_int64(double value) {
  if (std::isnan(value)) return 0;
  if (value >= 0x1p63) return std::numeric_limits<int64_t>::max();
  if (value < -0x1p63) return std::numeric_limits<int64_t>::min();
  return static_cast<int64_t>(value);
}

uint64_t saturate_uint64(double value) {
  if (!(value > 0)) return 0;  // NaN, too
  if (value >= 0x1p64) return std::numeric_limits<uint64_t>::max();
  return static_cast<uint64_t>(value);
}

void store_small_float(const ElementTypeInfo& info, uint32_t bits, std::byte* element) {
  std::memcpy(element, &bits, static_cast<size_t>(info.storage_bytes));
}

// Stores sign and magnitude of an integer in a float or complex type.
void store_magnitude(const ElementTypeInfo& info, bool negative, uint64_t magnitude,
                     std::byte* element) {
  auto with_sign = [&](auto value) { return negative ? -value : value; };
  switch (info.type) {
    case ElementType::kF32:
      return store(with_sign(static_cast<float>(magnitude)), element);
    case ElementType::kF64:
      return store(with_sign(static_cast<double>(magnitude)), element);
    case ElementType::kComplexF32:
      return store(std::complex<float>(with_sign(static_cast<float>(magnitude))), element);
    case ElementType::kComplexF64:
      return store(std::complex<double>(with_sign(static_cast<double>(magnitude))), element);
    default:
      return store_small_float(info, encode_float(info.format, negative, magnitude, 0), element);
  }
}

// What follows describes a format by the encodings that are not ordinary numbers.

uint32_t sign_bit(const FloatFormat& format, bool negative) {
  if (!negative || format.non_finite == NonFinite::kPowerOfTwo) return 0;
  return uint32_t{1} << (format.exponent_bits + format.mantissa_bits);
}

uint32_t max_finite(const FloatFormat& format) {
  const uint32_t all = static_cast<uint32_t>(low_bits(format.exponent_bits + format.mantissa_bits));
  switch (format.non_finite) {
    case NonFinite::kIeee:
      return all - (uint32_t{1} << format.mantissa_bits);
    case NonFinite::kNanOnly:
    case NonFinite::kPowerOfTwo:
      return all - 1;
    case NonFinite::kNanIsNegativeZero:
    case NonFinite::kNone:
      break;
  }
  return all;
}

uint32_t nan_bits(const FloatFormat& format, bool negative) {
  const int magnitude_bits = format.exponent_bits + format.mantissa_bits;
  const uint32_t all = static_cast<uint32_t>(low_bits(magnitude_bits));
  switch (format.non_finite) {
    case NonFinite::kIeee:  // quiet: the mantissa's highest bit alone
      return sign_bit(format, negative) |
             (all & ~static_cast<uint32_t>(low_bits(format.mantissa_bits - 1)));
    case NonFinite::kNanOnly:
    case NonFinite::kPowerOfTwo:
      return sign_bit(format, negative) | all;
    case NonFinite::kNanIsNegativeZero:
      return uint32_t{1} << magnitude_bits;
    case NonFinite::kNone:
      break;
  }
  return sign_bit(format, !negative);  // as ml_dtypes has it
}

uint32_t overflow_bits(const FloatFormat& format, bool negative) {
  switch (format.non_finite) {
    case NonFinite::kIeee:  // infinity is the encoding after the largest finite one
      return sign_bit(format, negative) | (max_finite(format) + 1);
    case NonFinite::kNone:
      return sign_bit(format, negative) | max_finite(format);
    default:
      return nan_bits(format, negative);
  }
}

uint32_t zero_bits(const FloatFormat& format, bool negative) {
  if (format.non_finite == NonFinite::kPowerOfTwo) return nan_bits(format, false);
  if (format.non_finite == NonFinite::kNanIsNegativeZero) return 0;
  return sign_bit(format, negative);
}

// significand · 2^-shift, to nearest even.
uint64_t round_shift(uint64_t significand, int64_t shift) {
  if (shift <= 0) return significand << -shift;
  if (shift > 64) return 0;
  const uint64_t quotient = shift == 64 ? 0 : significand >> shift;
  const uint64_t rest = shift == 64 ? significand : significand & low_bits(static_cast<int>(shift));
  const uint64_t half = uint64_t{1} << (shift - 1);
  return quotient + (rest > half || (rest == half && (quotient & 1) != 0));
}

}  // namespace

double decode_float(const FloatFormat& format, uint32_t bits) {
  const int mantissa_bits = format.mantissa_bits;
  const int magnitude_bits = format.exponent_bits + mantissa_bits;
  const bool power_of_two = format.non_finite == NonFinite::kPowerOfTwo;
  const bool negative = !power_of_two && (bits >> magnitude_bits & 1) != 0;
  const uint32_t magnitude = bits & static_cast<uint32_t>(low_bits(magnitude_bits));
  const uint64_t sign = static_cast<uint64_t>(negative) << 63;
  if (format.non_finite == NonFinite::kNanIsNegativeZero && negative && magnitude == 0) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  if (magnitude > max_finite(format)) {
    const bool infinite =
        format.non_finite == NonFinite::kIeee && magnitude == max_finite(format) + 1;
    const double value = infinite ? std::numeric_limits<double>::infinity()
                                  : std::numeric_limits<double>::quiet_NaN();
    return std::copysign(value, negative ? -1.0 : 1.0);
  }
  const uint64_t exponent = magnitude >> mantissa_bits;
  const uint64_t mantissa = magnitude & low_bits(mantissa_bits);
  if (exponent == 0 && !power_of_two) {
    const double subnormal =
        std::ldexp(static_cast<double>(mantissa), 1 - format.bias - mantissa_bits);
    return negative ? -subnormal : subnormal;
  }
  const uint64_t rebiased = exponent + static_cast<uint64_t>(1023 - format.bias);
  return std::bit_cast<double>(sign | rebiased << 52 | mantissa << (52 - mantissa_bits));
}

uint32_t encode_float(const FloatFormat& format, bool negative, uint64_t significand,
                      int64_t exponent) {
  if (significand == 0) return zero_bits(format, negative);
  const bool power_of_two = format.non_finite == NonFinite::kPowerOfTwo;
  if (power_of_two && negative) return nan_bits(format, false);
  // The value lies in [2^e, 2^(e+1)); the format's step there is 2^(scale - mantissa_bits).
  const int64_t e = exponent + 63 - std::countl_zero(significand);
  const int64_t min_exponent = (power_of_two ? 0 : 1) - format.bias;
  const int64_t scale = std::max(e, min_exponent);
  if (scale > format.bias + 2) return overflow_bits(format, negative);
  const uint64_t rounded = round_shift(significand, scale - format.mantissa_bits - exponent);
  // The implicit bit of a normal number, and a carry out of the rounding, add one to the exponent
  // field; a subnormal adds nothing to a field of zero.
  const int64_t encoded =
      ((scale + format.bias - 1) << format.mantissa_bits) + static_cast<int64_t>(rounded);
  if (encoded > static_cast<int64_t>(max_finite(format))) return overflow_bits(format, negative);
  if (power_of_two) return static_cast<uint32_t>(std::max<int64_t>(encoded, 0));
  return encoded == 0 ? zero_bits(format, negative)
                      : sign_bit(format, negative) | static_cast<uint32_t>(encoded);
}

uint32_t encode_float(const FloatFormat& format, double value) {
  const bool negative = std::signbit(value);
  if (std::isnan(value)) return nan_bits(format, negative);
  if (std::isinf(value)) return overflow_bits(format, negative);
  const uint64_t bits = std::bit_cast<uint64_t>(value);
  const int64_t exponent = static_cast<int64_t>(bits >> 52 & 0x7FF);
  const uint64_t mantissa = bits & low_bits(52);
  if (exponent == 0) return encode_float(format, negative, mantissa, -1074);
  return encode_float(format, negative, mantissa | uint64_t{1} << 52, exponent - 1075);
}

double load_double(ElementType type, const std::byte* element) {
  const ElementTypeInfo& info = element_type_info(type);
  switch (info.kind) {
    case ElementKind::kBool:
    case ElementKind::kUnsigned:
      return static_cast<double>(load_integer(info, element));
    case ElementKind::kSigned:
      return static_cast<double>(static_cast<int64_t>(load_integer(info, element)));
    case ElementKind::kComplex:
      return load_double(complex_part(type), element);
    case ElementKind::kFloat:
      break;
  }
  if (type == ElementType::kF64) return load<double>(element);
  if (type == ElementType::kF32) return load<float>(element);
  return decode_float(info.format, static_cast<uint32_t>(load_bits(storage_bytes(type), element)));
}

std::complex<double> load_complex(ElementType type, const std::byte* element) {
  if (!is_complex(type)) return load_double(type, element);
  const ElementType part = complex_part(type);
  return {load_double(part, element), load_double(part, element + storage_bytes(part))};
}

int64_t load_int64(ElementType type, const std::byte* element) {
  const ElementTypeInfo& info = element_type_info(type);
  if (info.kind == ElementKind::kFloat || info.kind == ElementKind::kComplex) {
    return saturate_int64(load_double(type, element));
  }
  const uint64_t bits = load_integer(info, element);
  constexpr uint64_t kMax = std::numeric_limits<int64_t>::max();
  return static_cast<int64_t>(info.kind == ElementKind::kSigned ? bits : std::min(bits, kMax));
}

uint64_t load_uint64(ElementType type, const std::byte* element) {
  const ElementTypeInfo& info = element_type_info(type);
  if (info.kind == ElementKind::kFloat || info.kind == ElementKind::kComplex) {
    return saturate_uint64(load_double(type, element));
  }
  const uint64_t bits = load_integer(info, element);
  if (info.kind == ElementKind::kSigned && static_cast<int64_t>(bits) < 0) return 0;
  return bits;
}

void store_double(ElementType type, double value, std::byte* element) {
  const ElementTypeInfo& info = element_type_info(type);
  switch (info.kind) {
    case ElementKind::kBool:
      return store(static_cast<uint8_t>(value != 0), element);
    case ElementKind::kSigned: {
      const int64_t max = static_cast<int64_t>(integer_max(type));
      return store_int64(type, std::clamp(saturate_int64(value), integer_min(type), max), element);
    }
    case ElementKind::kUnsigned:
      return store_uint64(type, std::min(saturate_uint64(value), integer_max(type)), element);
    case ElementKind::kComplex:
      return store_complex(type, value, element);
    case ElementKind::kFloat:
      break;
  }
  if (type == ElementType::kF64) return store(value, element);
  if (type == ElementType::kF32) return store(static_cast<float>(value), element);
  store_small_float(info, encode_float(info.format, value), element);
}

void store_complex(ElementType type, std::complex<double> value, std::byte* element) {
  if (!is_complex(type)) return store_double(type, value.real(), element);
  const ElementType part = complex_part(type);
  store_double(part, value.real(), element);
  store_double(part, value.imag(), element + storage_bytes(part));
}

void store_int64(ElementType type, int64_t value, std::byte* element) {
  const ElementTypeInfo& info = element_type_info(type);
  if (info.kind != ElementKind::kFloat && info.kind != ElementKind::kComplex) {
    return store_integer(info, static_cast<uint64_t>(value), element);
  }
  const uint64_t bits = static_cast<uint64_t>(value);
  store_magnitude(info, value < 0, value < 0 ? 0 - bits : bits, element);
}

void store_uint64(ElementType type, uint64_t value, std::byte* element) {
  const ElementTypeInfo& info = element_type_info(type);
  if (info.kind != ElementKind::kFloat && info.kind != ElementKind::kComplex) {
    return store_integer(info, value, element);
  }
  store_magnitude(info, false, value, element);
}

int64_t integer_min(ElementType type) {
  const ElementTypeInfo& info = element_type_info(type);
  if (info.kind != ElementKind::kSigned) return 0;
  return std::numeric_limits<int64_t>::min() >> (64 - info.bit_width);
}

uint64_t integer_max(ElementType type) {
  const ElementTypeInfo& info = element_type_info(type);
  const int value_bits = info.bit_width - (info.kind == ElementKind::kSigned ? 1 : 0);
  return ~uint64_t{0} >> (64 - value_bits);
}

}  // namespace tundish
