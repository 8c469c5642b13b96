// NumPy's .npy files, both ways.
//
// What each element type is in a file (little-endian is written, both orders are read):
//
//   i1                              bool ('|b1')
//   i2, i4, i8 ... i64              signed integers; i2 and i4 take one byte
//   ui2, ui4, ui8 ... ui64          unsigned integers; ui2 and ui4 take one byte
//   f16, f32, f64, complex          as they are
//   bf16                            uint16 bit patterns; '|V2' is read, too
//   f8, f6, f4                      uint8 bit patterns; '|V1' is read, too
//
// Several element types share a form, so the reader needs the expected type to tell them apart.
// Without it a file gives the native type, and '|V2' gives bf16. Thread-safe.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "tundish/base/status.h"
#include "tundish/tensor/tensor.h"

namespace tundish {

// Reads the (first) array of a file. Versions 1 to 3, C and Fortran order, either byte order. A
// large array that is stored as it is held here stays in the mapped file: no copy, read-only; such
// a file must not be truncated while the Tensor lives.
//
// kInvalidArgument: not an .npy file, a header that is malformed or asks for the impossible, an
// element type Tundish does not have, or a type that `expected` does not accept: the message names
// both. kDataLoss: fewer bytes than the header promises. Values that no element of the type can
// have (2 as bool, 9 as i4) are kInvalidArgument.
Result<Tensor> read_npy(const std::string& path,
                        const std::optional<TensorType>& expected = std::nullopt);
// The same from memory. `name` stands for the file in messages. With an `owner`, which keeps
// `contents` alive, the Tensor may use them in place; without one they are copied.
Result<Tensor> parse_npy(std::span<const std::byte> contents, std::string_view name,
                         const std::optional<TensorType>& expected = std::nullopt,
                         std::shared_ptr<const void> owner = nullptr);

// Writes version 1.0, C order, little-endian; atomically: the old file stays until the new one is
// whole.
Status write_npy(const std::string& path, const Tensor& tensor);
// The header that goes before the elements' bytes; a multiple of 64 bytes.
std::string npy_header(const TensorType& type);

// Whether a file starts as .npy files do. An error only if it cannot be read.
Result<bool> is_npy(const std::string& path);

}  // namespace tundish
