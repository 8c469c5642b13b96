#include "backend/isolation/shared_block.h"

#include <algorithm>
#include <mutex>
#include <unordered_map>

namespace tundish {
namespace {

// Every living block by its address, which is what a type-erased owner still tells.
struct LivingBlocks {
  std::mutex mutex;
  std::unordered_map<const void*, std::weak_ptr<SharedBlock>> blocks;
};

LivingBlocks& living_blocks() {
  static auto* const living = new LivingBlocks;  // never destroyed: static tensors may own blocks
  return *living;
}

}  // namespace

Result<std::shared_ptr<SharedBlock>> SharedBlock::adopt(MemoryFile file) {
  const bool is_published = file.is_published();
  TUNDISH_ASSIGN(MemoryMapping mapping, file.map(is_published ? MemoryMapping::Access::kRead
                                                              : MemoryMapping::Access::kReadWrite));
  std::shared_ptr<SharedBlock> block(
      new SharedBlock(std::move(file), std::move(mapping), is_published));
  LivingBlocks& living = living_blocks();
  const std::lock_guard lock(living.mutex);
  living.blocks.emplace(block.get(), block);
  return block;
}

Result<std::shared_ptr<SharedBlock>> SharedBlock::create(uint64_t size) {
  TUNDISH_ASSIGN(MemoryFile file,
                 MemoryFile::create("tundish-shared", std::max<uint64_t>(size, 1)));
  return adopt(std::move(file));
}

Result<std::shared_ptr<SharedBlock>> SharedBlock::adopt(FileDescriptor fd) {
  TUNDISH_ASSIGN(MemoryFile file, MemoryFile::adopt(std::move(fd)));
  return adopt(std::move(file));
}

std::shared_ptr<SharedBlock> SharedBlock::of(const std::shared_ptr<const void>& owner) {
  LivingBlocks& living = living_blocks();
  const std::lock_guard lock(living.mutex);
  const auto found = living.blocks.find(owner.get());
  return found == living.blocks.end() ? nullptr : found->second.lock();
}

SharedBlock::~SharedBlock() {
  LivingBlocks& living = living_blocks();
  const std::lock_guard lock(living.mutex);
  living.blocks.erase(this);
}

uint64_t SharedBlock::offset_of(std::span<const std::byte> part) const {
  const auto begin = reinterpret_cast<uintptr_t>(bytes().data());
  const auto address = reinterpret_cast<uintptr_t>(part.data());
  if (address < begin || address - begin > bytes().size() ||
      part.size() > bytes().size() - (address - begin)) {
    return kNotInside;
  }
  return address - begin;
}

Result<Tensor> allocate_shared(TensorType type) {
  TUNDISH_ASSIGN(const size_t size, type.size_bytes());
  TUNDISH_ASSIGN(const std::shared_ptr<SharedBlock> block, SharedBlock::create(size));
  return Tensor::borrow_writable(std::move(type), block->bytes().first(size), block);
}

}  // namespace tundish
