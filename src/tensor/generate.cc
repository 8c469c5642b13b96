#include "tundish/tensor/generate.h"

#include <algorithm>
#include <cmath>

#include "tundish/tensor/scalar.h"

namespace tundish {
namespace {

class SplitMix64 {
 public:
  explicit SplitMix64(uint64_t seed) : state_(seed) {}

  // The `count` highest bits of the next draw, 1 <= count <= 64.
  uint64_t top(int count) {
    uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return (z ^ (z >> 31)) >> (64 - count);
  }

 private:
  uint64_t state_;
};

double random_float(const FloatFormat& format, SplitMix64& random) {
  if (format.non_finite == NonFinite::kPowerOfTwo) {
    return std::ldexp(1.0, static_cast<int>(random.top(3)) - 4);
  }
  const int bits = format.mantissa_bits + 1;
  return std::ldexp(static_cast<double>(random.top(bits)), 1 - bits) - 1.0;
}

void store_random(const ElementTypeInfo& info, SplitMix64& random, std::byte* element) {
  switch (info.kind) {
    case ElementKind::kFloat:
      return store_double(info.type, random_float(info.format, random), element);
    case ElementKind::kComplex: {
      const double real = random_float(info.format, random);
      const double imaginary = random_float(info.format, random);
      return store_complex(info.type, {real, imaginary}, element);
    }
    case ElementKind::kSigned: {
      const int bits = std::min(info.bit_width, 4);
      const int64_t offset = int64_t{1} << (bits - 1);
      return store_int64(info.type, static_cast<int64_t>(random.top(bits)) - offset, element);
    }
    case ElementKind::kBool:
    case ElementKind::kUnsigned:
      return store_uint64(info.type, random.top(std::min(info.bit_width, 4)), element);
  }
}

}  // namespace

Result<Tensor> random_tensor(const TensorType& type, uint64_t seed) {
  TUNDISH_ASSIGN(Tensor tensor, Tensor::allocate(type));
  const ElementTypeInfo& info = element_type_info(type.element_type);
  SplitMix64 random(seed);
  std::byte* element = tensor.mutable_bytes().data();
  for (int64_t i = 0; i < tensor.element_count(); ++i, element += info.storage_bytes) {
    store_random(info, random, element);
  }
  return tensor;
}

Result<Tensor> iota_tensor(const TensorType& type) {
  TUNDISH_ASSIGN(Tensor tensor, Tensor::allocate(type));
  std::byte* element = tensor.mutable_bytes().data();
  const bool is_bool = type.element_type == ElementType::kI1;
  for (int64_t i = 0; i < tensor.element_count(); ++i) {
    store_int64(type.element_type, is_bool ? i % 2 : i, element);
    element += storage_bytes(type.element_type);
  }
  return tensor;
}

}  // namespace tundish
