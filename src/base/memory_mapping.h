// MemoryMapping: sole owner of a range that mmap returned; unmaps it on destruction.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "tundish/base/status.h"

namespace tundish {

class MemoryMapping {
 public:
  enum class Access {
    kRead,       // private, read-only
    kReadWrite,  // shared with everyone who maps the same file
  };

  MemoryMapping() = default;
  // Maps the first `size` bytes of `fd`; the descriptor may be closed afterwards. A size of 0 gives
  // an empty mapping. The caller makes sure that the file is at least that long: touching a page
  // past its end is SIGBUS.
  static Result<MemoryMapping> map(int fd, uint64_t size, Access access);

  MemoryMapping(MemoryMapping&& other) noexcept;
  MemoryMapping& operator=(MemoryMapping&& other) noexcept;
  ~MemoryMapping();

  // Page-aligned. Writing through it needs Access::kReadWrite.
  std::span<std::byte> bytes() const { return {data_, size_}; }

 private:
  std::byte* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace tundish
