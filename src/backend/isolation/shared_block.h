// SharedBlock: memory that a child may map, too, and that a Tensor or Bytes here may own.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "base/memory_mapping.h"
#include "base/shared_memory.h"
#include "tundish/tensor/tensor.h"

namespace tundish {

// Immutable but for the bytes; thread-safe.
class SharedBlock {
 public:
  // Zeroed and writable.
  static Result<std::shared_ptr<SharedBlock>> create(uint64_t size);
  // Maps what a child made. Read-only where the child published it.
  static Result<std::shared_ptr<SharedBlock>> adopt(FileDescriptor fd);
  static Result<std::shared_ptr<SharedBlock>> adopt(MemoryFile file);
  // The block that `owner`, of a Tensor or Bytes, is; null when it is none.
  static std::shared_ptr<SharedBlock> of(const std::shared_ptr<const void>& owner);
  ~SharedBlock();

  int fd() const { return file_.fd(); }
  bool is_published() const { return is_published_; }
  std::span<std::byte> bytes() const { return mapping_.bytes(); }
  // Where `part` of this block starts; kNotInside when it lies elsewhere.
  static constexpr uint64_t kNotInside = UINT64_MAX;
  uint64_t offset_of(std::span<const std::byte> part) const;

 private:
  SharedBlock(MemoryFile file, MemoryMapping mapping, bool is_published)
      : file_(std::move(file)), mapping_(std::move(mapping)), is_published_(is_published) {}

  MemoryFile file_;
  MemoryMapping mapping_;
  bool is_published_;
};

// A writable tensor that an isolated executable uses in place: nothing is copied on the way to the
// child. Errors as Tensor::allocate.
Result<Tensor> allocate_shared(TensorType type);

}  // namespace tundish
