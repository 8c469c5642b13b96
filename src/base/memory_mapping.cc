#include "base/memory_mapping.h"

#include <sys/mman.h>

#include <cerrno>
#include <limits>
#include <string>
#include <utility>

namespace tundish {

Result<MemoryMapping> MemoryMapping::map(int fd, uint64_t size, Access access) {
  MemoryMapping result;
  if (size == 0) return result;  // mmap refuses a length of 0
  if (size > std::numeric_limits<size_t>::max()) {
    return resource_exhausted("map " + std::to_string(size) + " bytes: larger than memory");
  }
  const bool writes = access == Access::kReadWrite;
  void* address =
      mmap(nullptr, static_cast<size_t>(size), writes ? PROT_READ | PROT_WRITE : PROT_READ,
           writes ? MAP_SHARED : MAP_PRIVATE, fd, 0);
  if (address == MAP_FAILED) {
    return errno_status(errno, "map " + std::to_string(size) + " bytes");
  }
  result.data_ = static_cast<std::byte*>(address);
  result.size_ = static_cast<size_t>(size);
  return result;
}

MemoryMapping::MemoryMapping(MemoryMapping&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

MemoryMapping& MemoryMapping::operator=(MemoryMapping&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

MemoryMapping::~MemoryMapping() {
  if (data_) munmap(data_, size_);
}

}  // namespace tundish
