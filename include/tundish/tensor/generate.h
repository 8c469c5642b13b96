// Tensors made from a rule: pseudo-random values and counting.
//
// `random_tensor` means the same on every platform and for ever. The numbers are SplitMix64's:
//
//   state += 0x9E3779B97F4A7C15 (the state starts as the seed)
//   z = state; z = (z ^ z>>30) · 0xBF58476D1CE4E5B9; z = (z ^ z>>27) · 0x94D049BB133111EB
//   draw = z ^ z>>31
//
// Elements take one draw each in row-major order, complex elements two (real, imaginary). With
// "top n" for the draw's n highest bits as an unsigned number, an element is
//
//   float with m mantissa bits   top (m+1) · 2^-m - 1: uniform in [-1, 1), exact in every format
//   f8E8M0FNU                    2^(top 3 - 4)
//   signed, w bits               top n - 2^(n-1), n = min(w, 4): -8 ... 7
//   unsigned, w bits             top n, n = min(w, 4): 0 ... 15
//   i1                           top 1
#pragma once

#include <cstdint>

#include "tundish/base/status.h"
#include "tundish/tensor/tensor.h"

namespace tundish {

// Fails as Tensor::allocate.
Result<Tensor> random_tensor(const TensorType& type, uint64_t seed);
// Element i in row-major order is i: wrapped for integers (i1: i mod 2), rounded for floats.
Result<Tensor> iota_tensor(const TensorType& type);

}  // namespace tundish
