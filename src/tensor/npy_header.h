// The header of an .npy file: a Python dictionary literal after a magic number.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "tundish/base/status.h"

namespace tundish {

inline constexpr char kNpyMagic[] = "\x93NUMPY";
inline constexpr size_t kNpyMagicSize = 6;

struct NpyHeader {
  char byte_order = '|';  // '<', '>' or '|'; '=' is read as '<'
  char kind = 'f';        // NumPy's: 'b', 'i', 'u', 'f', 'c', 'V'
  int item_bytes = 0;
  bool fortran_order = false;
  std::vector<int64_t> shape;
  size_t data_offset = 0;  // where the elements start

  std::string descr() const;  // "<f4"
};

// Checks everything but whether the elements fit the file. kInvalidArgument.
Result<NpyHeader> parse_npy_header(std::span<const std::byte> contents);

}  // namespace tundish
