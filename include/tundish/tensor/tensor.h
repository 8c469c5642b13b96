// Tensor: a static TensorType and its elements on the host, dense and row-major.
//
//   TUNDISH_ASSIGN(Tensor tensor, Tensor::zeros({ElementType::kF32, {4, 8}}));
//   tensor.mutable_data<float>()[0] = 1.0f;
//
// Copying a Tensor shares the bytes (as a shared_ptr does); `clone` copies them. Distinct Tensor
// objects may be used from distinct threads; writing bytes that another thread reads is the
// caller's race. Storage layout: element_type.h.
#pragma once

#include <complex>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <type_traits>

#include "tundish/base/status.h"
#include "tundish/tensor/shape.h"

namespace tundish {

class Tensor {
 public:
  // Allocated bytes start at a multiple of this.
  static constexpr size_t kAlignment = 64;

  // No elements: 0xf32.
  Tensor();

  // Writable, contents unspecified. kInvalidArgument for a dynamic type, kOutOfRange for one too
  // large to count, kResourceExhausted when it exceeds this machine's memory. Never throws.
  static Result<Tensor> allocate(TensorType type);
  // As `allocate`, filled with zero bytes.
  static Result<Tensor> zeros(TensorType type);
  // As `allocate`, filled with a copy of `bytes`, whose size must fit the type.
  static Result<Tensor> copy_of(TensorType type, std::span<const std::byte> bytes);
  // As `copy_of`, from values in host storage form, e.g. floats for f32.
  template <typename T>
  static Result<Tensor> from_values(TensorType type, std::span<const T> values) {
    return copy_of(std::move(type), std::as_bytes(values));
  }

  // Uses `bytes` in place, read-only or writable. `owner` is held until the last copy of the
  // Tensor goes; with a null owner the caller keeps the bytes alive. kInvalidArgument if the size
  // differs from the type's or the address is not aligned for the element type.
  static Result<Tensor> borrow(TensorType type, std::span<const std::byte> bytes,
                               std::shared_ptr<const void> owner);
  static Result<Tensor> borrow_writable(TensorType type, std::span<std::byte> bytes,
                                        std::shared_ptr<const void> owner);

  const TensorType& type() const { return type_; }
  const Shape& shape() const { return type_.shape; }
  ElementType element_type() const { return type_.element_type; }
  int64_t element_count() const { return element_count_; }
  size_t size_bytes() const { return size_bytes_; }

  std::span<const std::byte> bytes() const { return {data_, size_bytes_}; }
  bool is_writable() const { return writable_; }
  // Aborts when not writable: ask first, or clone.
  std::span<std::byte> mutable_bytes();
  // What keeps the bytes alive; null for a borrowed Tensor without an owner.
  const std::shared_ptr<const void>& owner() const { return owner_; }

  // The elements as T, whose size must be that of one element: float for f32, std::complex<float>
  // for complex<f32>, uint16_t for the bits of f16 and bf16, uint8_t or int8_t for the one-byte
  // types. A wrong size is the program's bug and aborts.
  template <typename T>
  std::span<const T> data() const {
    check_element_size(sizeof(T));
    static_assert(std::is_trivially_copyable_v<T>);
    return {reinterpret_cast<const T*>(data_), static_cast<size_t>(element_count_)};
  }
  template <typename T>
  std::span<T> mutable_data() {
    check_element_size(sizeof(T));
    static_assert(std::is_trivially_copyable_v<T>);
    return {reinterpret_cast<T*>(mutable_bytes().data()), static_cast<size_t>(element_count_)};
  }

  // A writable copy with bytes of its own.
  Result<Tensor> clone() const;
  // The same bytes under another shape with the same element count; kInvalidArgument otherwise.
  Result<Tensor> reshaped(Shape shape) const;

 private:
  void check_element_size(size_t size) const;
  static Result<Tensor> make(TensorType type, const std::byte* data, size_t size_bytes,
                             std::shared_ptr<const void> owner, bool writable);

  TensorType type_;
  int64_t element_count_ = 0;
  size_t size_bytes_ = 0;
  const std::byte* data_ = nullptr;
  std::shared_ptr<const void> owner_;
  bool writable_ = false;
};

}  // namespace tundish
