// Conversions between one stored element of any type and the host's widest types.
//
// Loading is exact where the result can hold the value. Storing rounds once, to nearest even, from
// the full-precision argument; what overflows becomes what the format has for it:
//
//   IEEE-like formats     infinity (f8E5M2, f8E4M3, f8E3M4, bf16, f16, f32, f64)
//   FN, FNUZ (8 bits)     NaN
//   f6, f4                the largest finite value; NaN becomes a zero of the opposite sign
//   f8E8M0FNU             NaN, as for zero and negative values; below 2^-127 becomes 2^-127
//   integers, from float  the nearest representable value; NaN becomes 0; fractions are cut off
//   integers, from int    the low bits, as two's complement
//
// All but the f8E8M0FNU and f6/f4 rules follow the IEEE formats; those follow ml_dtypes. Pointers
// need no alignment. Thread-safe.
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>

#include "tundish/tensor/element_type.h"

namespace tundish {

// Exact but for i64 and ui64, which round to nearest even. Complex: the real part. i1: 0 or 1.
double load_double(ElementType type, const std::byte* element);
// As load_double, with the imaginary part of a complex type.
std::complex<double> load_complex(ElementType type, const std::byte* element);
// Exact for i1 and integers up to 2^63 - 1, saturated above; floats are cut toward zero and
// saturated, NaN is 0.
int64_t load_int64(ElementType type, const std::byte* element);
// The same for 0 to 2^64 - 1.
uint64_t load_uint64(ElementType type, const std::byte* element);

// i1 stores value != 0; a complex type gets a zero imaginary part.
void store_double(ElementType type, double value, std::byte* element);
// A type that is not complex takes the real part.
void store_complex(ElementType type, std::complex<double> value, std::byte* element);
void store_int64(ElementType type, int64_t value, std::byte* element);
void store_uint64(ElementType type, uint64_t value, std::byte* element);

// The smallest and largest value of an integer type or i1.
int64_t integer_min(ElementType type);
uint64_t integer_max(ElementType type);

// Float formats alone. The bits stand in the low end of the integer. Formats up to 32 bits.
double decode_float(const FloatFormat& format, uint32_t bits);
uint32_t encode_float(const FloatFormat& format, double value);
// (-1)^negative · significand · 2^exponent, rounded once.
uint32_t encode_float(const FloatFormat& format, bool negative, uint64_t significand,
                      int64_t exponent);

}  // namespace tundish
