#include "base/shared_memory.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <limits>
#include <utility>

namespace tundish {

Result<MemoryFile> MemoryFile::create(const std::string& name, uint64_t size) {
  if (size > static_cast<uint64_t>(std::numeric_limits<off_t>::max())) {
    return resource_exhausted("shared memory " + name + ": " + std::to_string(size) +
                              " bytes are larger than any file");
  }
  auto fd = FileDescriptor::adopt(
      memfd_create(name.substr(0, 200).c_str(), MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd) return errno_status(errno, "create shared memory " + name);
  if (ftruncate(fd.get(), static_cast<off_t>(size)) != 0 ||
      fcntl(fd.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) != 0) {
    return errno_status(errno, "size shared memory " + name);
  }
  return MemoryFile(std::move(fd), size);
}

Result<MemoryFile> MemoryFile::adopt(FileDescriptor fd) {
  const int seals = fcntl(fd.get(), F_GET_SEALS);
  struct stat info;
  if (seals < 0 || fstat(fd.get(), &info) != 0) {
    return data_loss("received a descriptor that is no shared memory");
  }
  constexpr int kSizeSeals = F_SEAL_SHRINK | F_SEAL_GROW;
  if ((seals & kSizeSeals) != kSizeSeals) {
    return data_loss("received shared memory whose size is not sealed");
  }
  return MemoryFile(std::move(fd), static_cast<uint64_t>(info.st_size));
}

Result<MemoryMapping> MemoryFile::map(MemoryMapping::Access access) const {
  return MemoryMapping::map(fd_.get(), size_, access);
}

Status MemoryFile::publish() {
  if (fcntl(fd_.get(), F_ADD_SEALS, F_SEAL_WRITE) == 0 || is_published()) return {};
  if (errno == EBUSY) {
    return failed_precondition("shared memory is still mapped for writing; unmap it to publish it");
  }
  return errno_status(errno, "seal shared memory");
}

bool MemoryFile::is_published() const {
  const int error = errno;
  const int seals = fcntl(fd_.get(), F_GET_SEALS);
  errno = error;
  return seals >= 0 && (seals & F_SEAL_WRITE) != 0;
}

}  // namespace tundish
