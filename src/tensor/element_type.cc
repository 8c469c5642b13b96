#include "tundish/tensor/element_type.h"

#include <array>
#include <string>

namespace tundish {
namespace {

constexpr FloatFormat kNoFormat{};

constexpr std::array<ElementTypeInfo, kElementTypeCount> kTable = {{
    // type, name, kind, bit width, storage bytes, {exponent, mantissa, bias, non-finite}
    {ElementType::kI1, "i1", ElementKind::kBool, 1, 1, kNoFormat},
    {ElementType::kI2, "i2", ElementKind::kSigned, 2, 1, kNoFormat},
    {ElementType::kI4, "i4", ElementKind::kSigned, 4, 1, kNoFormat},
    {ElementType::kI8, "i8", ElementKind::kSigned, 8, 1, kNoFormat},
    {ElementType::kI16, "i16", ElementKind::kSigned, 16, 2, kNoFormat},
    {ElementType::kI32, "i32", ElementKind::kSigned, 32, 4, kNoFormat},
    {ElementType::kI64, "i64", ElementKind::kSigned, 64, 8, kNoFormat},
    {ElementType::kUi2, "ui2", ElementKind::kUnsigned, 2, 1, kNoFormat},
    {ElementType::kUi4, "ui4", ElementKind::kUnsigned, 4, 1, kNoFormat},
    {ElementType::kUi8, "ui8", ElementKind::kUnsigned, 8, 1, kNoFormat},
    {ElementType::kUi16, "ui16", ElementKind::kUnsigned, 16, 2, kNoFormat},
    {ElementType::kUi32, "ui32", ElementKind::kUnsigned, 32, 4, kNoFormat},
    {ElementType::kUi64, "ui64", ElementKind::kUnsigned, 64, 8, kNoFormat},
    {ElementType::kF4E2M1FN, "f4E2M1FN", ElementKind::kFloat, 4, 1, {2, 1, 1, NonFinite::kNone}},
    {ElementType::kF6E2M3FN, "f6E2M3FN", ElementKind::kFloat, 6, 1, {2, 3, 1, NonFinite::kNone}},
    {ElementType::kF6E3M2FN, "f6E3M2FN", ElementKind::kFloat, 6, 1, {3, 2, 3, NonFinite::kNone}},
    {ElementType::kF8E3M4, "f8E3M4", ElementKind::kFloat, 8, 1, {3, 4, 3, NonFinite::kIeee}},
    {ElementType::kF8E4M3, "f8E4M3", ElementKind::kFloat, 8, 1, {4, 3, 7, NonFinite::kIeee}},
    {ElementType::kF8E4M3FN, "f8E4M3FN", ElementKind::kFloat, 8, 1, {4, 3, 7, NonFinite::kNanOnly}},
    {ElementType::kF8E4M3B11FNUZ,
     "f8E4M3B11FNUZ",
     ElementKind::kFloat,
     8,
     1,
     {4, 3, 11, NonFinite::kNanIsNegativeZero}},
    {ElementType::kF8E4M3FNUZ,
     "f8E4M3FNUZ",
     ElementKind::kFloat,
     8,
     1,
     {4, 3, 8, NonFinite::kNanIsNegativeZero}},
    {ElementType::kF8E5M2, "f8E5M2", ElementKind::kFloat, 8, 1, {5, 2, 15, NonFinite::kIeee}},
    {ElementType::kF8E5M2FNUZ,
     "f8E5M2FNUZ",
     ElementKind::kFloat,
     8,
     1,
     {5, 2, 16, NonFinite::kNanIsNegativeZero}},
    {ElementType::kF8E8M0FNU,
     "f8E8M0FNU",
     ElementKind::kFloat,
     8,
     1,
     {8, 0, 127, NonFinite::kPowerOfTwo}},
    {ElementType::kBf16, "bf16", ElementKind::kFloat, 16, 2, {8, 7, 127, NonFinite::kIeee}},
    {ElementType::kF16, "f16", ElementKind::kFloat, 16, 2, {5, 10, 15, NonFinite::kIeee}},
    {ElementType::kF32, "f32", ElementKind::kFloat, 32, 4, {8, 23, 127, NonFinite::kIeee}},
    {ElementType::kF64, "f64", ElementKind::kFloat, 64, 8, {11, 52, 1023, NonFinite::kIeee}},
    {ElementType::kComplexF32,
     "complex<f32>",
     ElementKind::kComplex,
     64,
     8,
     {8, 23, 127, NonFinite::kIeee}},
    {ElementType::kComplexF64,
     "complex<f64>",
     ElementKind::kComplex,
     128,
     16,
     {11, 52, 1023, NonFinite::kIeee}},
}};

constexpr bool is_in_order() {
  for (int i = 0; i < kElementTypeCount; ++i) {
    if (static_cast<int>(kTable[i].type) != i) return false;
  }
  return true;
}
static_assert(is_in_order(), "rows follow the enumeration");

struct Alias {
  std::string_view name;
  ElementType type;
};
constexpr Alias kAliases[] = {
    {"pred", ElementType::kI1},          {"si8", ElementType::kI8},
    {"si16", ElementType::kI16},         {"si32", ElementType::kI32},
    {"si64", ElementType::kI64},         {"si2", ElementType::kI2},
    {"si4", ElementType::kI4},           {"cf64", ElementType::kComplexF32},
    {"cf128", ElementType::kComplexF64},
};

// Every name, for an error; the list is short.
std::string all_names() {
  std::string names;
  for (const ElementTypeInfo& row : kTable) {
    if (!names.empty()) names += ", ";
    names += row.name;
  }
  return names;
}

}  // namespace

const ElementTypeInfo& element_type_info(ElementType type) {
  return kTable[static_cast<size_t>(type)];
}

std::span<const ElementTypeInfo> all_element_types() { return kTable; }

std::string_view element_type_name(ElementType type) { return element_type_info(type).name; }

size_t storage_bytes(ElementType type) {
  return static_cast<size_t>(element_type_info(type).storage_bytes);
}

bool is_float(ElementType type) { return element_type_info(type).kind == ElementKind::kFloat; }
bool is_complex(ElementType type) { return element_type_info(type).kind == ElementKind::kComplex; }
bool is_signed_integer(ElementType type) {
  return element_type_info(type).kind == ElementKind::kSigned;
}
bool is_unsigned_integer(ElementType type) {
  return element_type_info(type).kind == ElementKind::kUnsigned;
}
bool is_integer(ElementType type) { return is_signed_integer(type) || is_unsigned_integer(type); }

ElementType complex_part(ElementType type) {
  if (type == ElementType::kComplexF32) return ElementType::kF32;
  if (type == ElementType::kComplexF64) return ElementType::kF64;
  return type;
}

Result<ElementType> parse_element_type(std::string_view name) {
  for (const ElementTypeInfo& row : kTable) {
    if (row.name == name) return row.type;
  }
  for (const Alias& alias : kAliases) {
    if (alias.name == name) return alias.type;
  }
  return invalid_argument("unknown element type '" + std::string(name.substr(0, 40)) +
                          "'; expected one of " + all_names());
}

}  // namespace tundish
