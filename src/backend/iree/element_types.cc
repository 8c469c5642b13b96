#include "backend/iree/element_types.h"

namespace tundish::iree {
namespace {

// Bits of one element of a packed type; 8 for all others.
int packed_bits(ElementType type) {
  switch (type) {
    case ElementType::kI2:
    case ElementType::kUi2:
      return 2;
    case ElementType::kI4:
    case ElementType::kUi4:
      return 4;
    default:
      return 8;
  }
}

}  // namespace

Result<iree_hal_element_type_t> hal_element_type(ElementType type) {
  switch (type) {
    case ElementType::kI1:
      return IREE_HAL_ELEMENT_TYPE_BOOL_8;
    case ElementType::kI2:
      return IREE_HAL_ELEMENT_TYPE_VALUE(IREE_HAL_NUMERICAL_TYPE_INTEGER, 2);
    case ElementType::kI4:
      return IREE_HAL_ELEMENT_TYPE_INT_4;
    case ElementType::kI8:
      return IREE_HAL_ELEMENT_TYPE_INT_8;
    case ElementType::kI16:
      return IREE_HAL_ELEMENT_TYPE_INT_16;
    case ElementType::kI32:
      return IREE_HAL_ELEMENT_TYPE_INT_32;
    case ElementType::kI64:
      return IREE_HAL_ELEMENT_TYPE_INT_64;
    case ElementType::kUi2:
      return IREE_HAL_ELEMENT_TYPE_VALUE(IREE_HAL_NUMERICAL_TYPE_INTEGER_UNSIGNED, 2);
    case ElementType::kUi4:
      return IREE_HAL_ELEMENT_TYPE_UINT_4;
    case ElementType::kUi8:
      return IREE_HAL_ELEMENT_TYPE_UINT_8;
    case ElementType::kUi16:
      return IREE_HAL_ELEMENT_TYPE_UINT_16;
    case ElementType::kUi32:
      return IREE_HAL_ELEMENT_TYPE_UINT_32;
    case ElementType::kUi64:
      return IREE_HAL_ELEMENT_TYPE_UINT_64;
    case ElementType::kF8E4M3FN:
      return IREE_HAL_ELEMENT_TYPE_FLOAT_8_E4M3_FN;
    case ElementType::kF8E4M3FNUZ:
      return IREE_HAL_ELEMENT_TYPE_FLOAT_8_E4M3_FNUZ;
    case ElementType::kF8E5M2:
      return IREE_HAL_ELEMENT_TYPE_FLOAT_8_E5M2;
    case ElementType::kF8E5M2FNUZ:
      return IREE_HAL_ELEMENT_TYPE_FLOAT_8_E5M2_FNUZ;
    case ElementType::kF8E8M0FNU:
      return IREE_HAL_ELEMENT_TYPE_FLOAT_8_E8M0_FNU;
    case ElementType::kBf16:
      return IREE_HAL_ELEMENT_TYPE_BFLOAT_16;
    case ElementType::kF16:
      return IREE_HAL_ELEMENT_TYPE_FLOAT_16;
    case ElementType::kF32:
      return IREE_HAL_ELEMENT_TYPE_FLOAT_32;
    case ElementType::kF64:
      return IREE_HAL_ELEMENT_TYPE_FLOAT_64;
    case ElementType::kComplexF32:
      return IREE_HAL_ELEMENT_TYPE_COMPLEX_FLOAT_64;
    case ElementType::kComplexF64:
      return IREE_HAL_ELEMENT_TYPE_COMPLEX_FLOAT_128;
    default:
      return unimplemented("IREE's runtime has no buffers of element type " +
                           std::string(element_type_name(type)));
  }
}

bool has_device_layout(ElementType type) { return packed_bits(type) == 8; }

size_t device_size_bytes(const TensorType& type) {
  const size_t host_bytes = type.size_bytes().value_or(0);
  if (has_device_layout(type.element_type)) return host_bytes;
  return (host_bytes * packed_bits(type.element_type) + 7) / 8;
}

void pack(ElementType type, std::span<const std::byte> host, std::span<std::byte> device) {
  const int bits = packed_bits(type);
  const auto mask = static_cast<std::byte>((1 << bits) - 1);
  const size_t per_byte = 8 / bits;
  for (size_t i = 0; i < device.size(); ++i) {
    std::byte packed{0};
    for (size_t j = 0; j < per_byte && i * per_byte + j < host.size(); ++j) {
      packed |= (host[i * per_byte + j] & mask) << (j * bits);
    }
    device[i] = packed;
  }
}

void unpack(ElementType type, std::span<const std::byte> device, std::span<std::byte> host) {
  const int bits = packed_bits(type);
  const size_t per_byte = 8 / bits;
  const bool is_signed = is_signed_integer(type);
  for (size_t i = 0; i < host.size(); ++i) {
    int value =
        (std::to_integer<int>(device[i / per_byte]) >> ((i % per_byte) * bits)) & ((1 << bits) - 1);
    if (is_signed && value >= 1 << (bits - 1)) value -= 1 << bits;
    host[i] = static_cast<std::byte>(value);
  }
}

}  // namespace tundish::iree
