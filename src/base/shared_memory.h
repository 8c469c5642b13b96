// MemoryFile: memory that is shared with another process by passing a file descriptor.
//
//   TUNDISH_ASSIGN(MemoryFile file, MemoryFile::create("inputs", size));
//   TUNDISH_ASSIGN(MemoryMapping mapping, file.map(MemoryMapping::Access::kReadWrite));
//   ... fill mapping.bytes(), destroy the mapping ...
//   TUNDISH_TRY(file.publish());           // nobody can change it any more
//   channel.send(header, {{file.fd()}});   // the other side: MemoryFile::adopt(fd)
//
// The size is sealed from the start, so a peer that has gone mad cannot raise SIGBUS here by
// truncating what we have mapped. Memory is taken as pages are touched.
#pragma once

#include <cstdint>
#include <string>

#include "base/file_descriptor.h"
#include "base/memory_mapping.h"
#include "tundish/base/status.h"

namespace tundish {

class MemoryFile {
 public:
  // Zeroed memory. `name` shows in /proc/<pid>/maps.
  static Result<MemoryFile> create(const std::string& name, uint64_t size);
  // Takes over a descriptor that another process made with create(). kDataLoss when it is no memory
  // file or its size is not sealed.
  static Result<MemoryFile> adopt(FileDescriptor fd);

  uint64_t size() const { return size_; }
  int fd() const { return fd_.get(); }
  // Independent mappings of the same memory; they may outlive the MemoryFile.
  Result<MemoryMapping> map(MemoryMapping::Access access) const;

  // Seals the content against every later change, by anyone. kFailedPrecondition while somebody
  // has it mapped for writing.
  Status publish();
  bool is_published() const;

 private:
  MemoryFile(FileDescriptor fd, uint64_t size) : fd_(std::move(fd)), size_(size) {}

  FileDescriptor fd_;
  uint64_t size_ = 0;
};

}  // namespace tundish
