#include "tundish/tensor/tensor.h"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace tundish {
namespace {

// Linux hands out address space that no memory backs, so a size that cannot be real must be
// refused here, not when the pages are touched.
size_t physical_memory_bytes() {
  static const size_t bytes = [] {
    const long pages = sysconf(_SC_PHYS_PAGES);
    const long page_bytes = sysconf(_SC_PAGE_SIZE);
    if (pages <= 0 || page_bytes <= 0) return SIZE_MAX;
    return static_cast<size_t>(pages) * static_cast<size_t>(page_bytes);
  }();
  return bytes;
}

size_t natural_alignment(ElementType type) { return storage_bytes(complex_part(type)); }

}  // namespace

Tensor::Tensor() : type_{ElementType::kF32, {0}} {}

Result<Tensor> Tensor::make(TensorType type, const std::byte* data, size_t size_bytes,
                            std::shared_ptr<const void> owner, bool writable) {
  TUNDISH_ASSIGN(size_t expected, type.size_bytes());
  if (size_bytes != expected) {
    return invalid_argument("tensor " + type.to_string() + " takes " + std::to_string(expected) +
                            " bytes; found " + std::to_string(size_bytes));
  }
  if (reinterpret_cast<uintptr_t>(data) % natural_alignment(type.element_type) != 0) {
    return invalid_argument("the bytes of a " + type.to_string() + " must start at a multiple of " +
                            std::to_string(natural_alignment(type.element_type)));
  }
  Tensor tensor;
  TUNDISH_ASSIGN(tensor.element_count_, type.shape.element_count());
  tensor.type_ = std::move(type);
  tensor.size_bytes_ = size_bytes;
  tensor.data_ = data;
  tensor.owner_ = std::move(owner);
  tensor.writable_ = writable;
  return tensor;
}

Result<Tensor> Tensor::allocate(TensorType type) {
  TUNDISH_ASSIGN(size_t bytes, type.size_bytes());
  // std::aligned_alloc wants a multiple of the alignment; never zero, so that an empty tensor has
  // an address, too.
  const size_t rounded = std::max(bytes / kAlignment + (bytes % kAlignment != 0), size_t{1});
  void* memory = bytes <= physical_memory_bytes()
                     ? std::aligned_alloc(kAlignment, rounded * kAlignment)
                     : nullptr;
  if (memory == nullptr) {
    return resource_exhausted("tensor " + type.to_string() + " takes " + std::to_string(bytes) +
                              " bytes; this machine has " +
                              std::to_string(physical_memory_bytes()) + " in all");
  }
  std::shared_ptr<const void> owner(memory, [](void* pointer) { std::free(pointer); });
  return make(std::move(type), static_cast<std::byte*>(memory), bytes, std::move(owner), true);
}

Result<Tensor> Tensor::zeros(TensorType type) {
  TUNDISH_ASSIGN(Tensor tensor, allocate(std::move(type)));
  std::span<std::byte> bytes = tensor.mutable_bytes();
  std::fill(bytes.begin(), bytes.end(), std::byte{0});
  return tensor;
}

Result<Tensor> Tensor::copy_of(TensorType type, std::span<const std::byte> bytes) {
  TUNDISH_ASSIGN(size_t expected, type.size_bytes());
  if (bytes.size() != expected) {
    return invalid_argument("tensor " + type.to_string() + " takes " + std::to_string(expected) +
                            " bytes; found " + std::to_string(bytes.size()));
  }
  TUNDISH_ASSIGN(Tensor tensor, allocate(std::move(type)));
  std::copy(bytes.begin(), bytes.end(), tensor.mutable_bytes().begin());
  return tensor;
}

Result<Tensor> Tensor::borrow(TensorType type, std::span<const std::byte> bytes,
                              std::shared_ptr<const void> owner) {
  return make(std::move(type), bytes.data(), bytes.size(), std::move(owner), false);
}

Result<Tensor> Tensor::borrow_writable(TensorType type, std::span<std::byte> bytes,
                                       std::shared_ptr<const void> owner) {
  return make(std::move(type), bytes.data(), bytes.size(), std::move(owner), true);
}

std::span<std::byte> Tensor::mutable_bytes() {
  if (!writable_ && size_bytes_ > 0) {
    internal::die("mutable_bytes() of a read-only tensor " + type_.to_string());
  }
  return {const_cast<std::byte*>(data_), size_bytes_};
}

void Tensor::check_element_size(size_t size) const {
  if (size != storage_bytes(type_.element_type)) {
    internal::die("elements of " + type_.to_string() + " accessed as " + std::to_string(size) +
                  "-byte values");
  }
}

Result<Tensor> Tensor::clone() const { return copy_of(type_, bytes()); }

Result<Tensor> Tensor::reshaped(Shape shape) const {
  TUNDISH_ASSIGN(int64_t count, shape.element_count());
  if (count != element_count_) {
    return invalid_argument("cannot reshape " + type_.to_string() + " to " + shape.to_string() +
                            ": " + std::to_string(element_count_) + " and " +
                            std::to_string(count) + " elements");
  }
  Tensor result = *this;
  result.type_.shape = std::move(shape);
  return result;
}

}  // namespace tundish
