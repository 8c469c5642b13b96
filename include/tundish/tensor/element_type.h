// ElementType: every StableHLO element type, and the facts about each, one table row per type.
//
// Host storage: an element takes whole bytes, little-endian. A type narrower than a byte takes one
// byte an element: i1 is 0 or 1, i2 and i4 are sign-extended, ui2, ui4, f4 and f6 leave the upper
// bits zero. Complex elements are (real, imaginary).
//
// All functions are pure and thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "tundish/base/status.h"

namespace tundish {

enum class ElementType : uint8_t {
  kI1,  // StableHLO's boolean
  kI2,
  kI4,
  kI8,
  kI16,
  kI32,
  kI64,
  kUi2,
  kUi4,
  kUi8,
  kUi16,
  kUi32,
  kUi64,
  kF4E2M1FN,
  kF6E2M3FN,
  kF6E3M2FN,
  kF8E3M4,
  kF8E4M3,
  kF8E4M3FN,
  kF8E4M3B11FNUZ,
  kF8E4M3FNUZ,
  kF8E5M2,
  kF8E5M2FNUZ,
  kF8E8M0FNU,
  kBf16,
  kF16,
  kF32,
  kF64,
  kComplexF32,
  kComplexF64,
};
inline constexpr int kElementTypeCount = static_cast<int>(ElementType::kComplexF64) + 1;

enum class ElementKind : uint8_t { kBool, kSigned, kUnsigned, kFloat, kComplex };

// What a float format does with the encodings that other formats use for Inf and NaN.
enum class NonFinite : uint8_t {
  kIeee,               // the largest exponent is Inf (mantissa 0) or NaN
  kNanOnly,            // FN: no Inf; all bits but the sign set is NaN
  kNanIsNegativeZero,  // FNUZ: no Inf, no -0; the sign bit alone is NaN
  kNone,               // f4 and f6: every encoding is a finite number
  kPowerOfTwo,         // f8E8M0FNU: no sign, no zero, no mantissa; 0xFF is NaN
};

// A binary float format: value = (-1)^sign · 2^(exponent - bias) · 1.mantissa, with subnormals.
struct FloatFormat {
  int exponent_bits = 0;
  int mantissa_bits = 0;  // stored bits, without the implicit one
  int bias = 0;
  NonFinite non_finite = NonFinite::kIeee;
};

struct ElementTypeInfo {
  ElementType type;
  std::string_view name;  // StableHLO's spelling: "i1", "ui8", "f8E4M3FN", "complex<f32>"
  ElementKind kind;
  int bit_width;       // of the value: 1 for i1, 6 for f6E2M3FN, 64 for complex<f32>
  int storage_bytes;   // of one element on the host
  FloatFormat format;  // of a float, or of each part of a complex; zeros for the other kinds
};

// The row of `type`.
const ElementTypeInfo& element_type_info(ElementType type);
// All rows, in the order of the enumeration.
std::span<const ElementTypeInfo> all_element_types();

// "f32", "complex<f64>", ...
std::string_view element_type_name(ElementType type);
// Bytes of one element in host storage.
size_t storage_bytes(ElementType type);

bool is_float(ElementType type);
bool is_complex(ElementType type);
// Signed or unsigned, not i1.
bool is_integer(ElementType type);
bool is_signed_integer(ElementType type);
bool is_unsigned_integer(ElementType type);

// The type of one part of a complex type; any other type itself.
ElementType complex_part(ElementType type);

// The element type of a name: StableHLO's spellings, and "pred", "si<N>" (i<N>) and IREE's "cf64"
// and "cf128" (complex<f32>, complex<f64>). kInvalidArgument lists the known names.
Result<ElementType> parse_element_type(std::string_view name);

}  // namespace tundish
