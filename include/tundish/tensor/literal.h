// The input literals of the command line.
//
//   4x8xf32=1 2 3 ...        values in row-major order, separated by spaces or commas
//   2x3xf32=[1 2 3][4 5 6]   brackets may show the rows; [[1,2,3],[4,5,6]] too
//   4x8xf32=0.5              one value fills all elements
//   4x8xf32                  zeros, as 4x8xf32=
//   f32=1                    a scalar
//   @file.npy                the type comes from the file
//   4x8xf32=@file.npy        the file must have that type
//   4x8xf32=@file.bin        raw elements in host storage form, exactly as many bytes
//   random, random:7, iota   for the type that the function expects (generate.h)
//   8x16xf32=random:7        the same with a type of one's own
//
// How a single number is written: number.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "tundish/base/status.h"
#include "tundish/tensor/tensor.h"

namespace tundish {

struct LiteralOptions {
  // What the function takes here. The literal must have a type that this accepts.
  std::optional<TensorType> expected;
  // The seed of "random" without one.
  uint64_t seed = 0;
  // Off where the literal comes from someone who must not name our files: '@' is then refused.
  bool allow_files = true;
};

// kInvalidArgument with what was found and expected; kNotFound and the like for files.
Result<Tensor> parse_literal(std::string_view text, const LiteralOptions& options = {});

}  // namespace tundish
