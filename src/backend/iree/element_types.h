// Element types and tensor bytes as IREE's HAL sees them.
#pragma once

#include <iree/hal/api.h>

#include "tundish/tensor/tensor.h"

namespace tundish::iree {

// The HAL's type for `type`; kUnimplemented for those it has none for (f4, f6, some f8).
Result<iree_hal_element_type_t> hal_element_type(ElementType type);

// Bytes of a tensor in a device buffer: sub-byte integers are packed there.
size_t device_size_bytes(const TensorType& type);
// Whether host storage and device storage are the same bytes.
bool has_device_layout(ElementType type);
// Host storage → packed, low bits first; and back, with the sign extended.
void pack(ElementType type, std::span<const std::byte> host, std::span<std::byte> device);
void unpack(ElementType type, std::span<const std::byte> device, std::span<std::byte> host);

}  // namespace tundish::iree
