// Files: read whole, mapped, written so that a reader sees the old content or the new, never a
// part.
//
// Paths are as the user wrote them; messages name them. Every function may be called from any
// thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/file_descriptor.h"
#include "base/memory_mapping.h"
#include "tundish/base/status.h"

namespace tundish {

inline constexpr uint64_t kNoSizeLimit = std::numeric_limits<uint64_t>::max();

// Opens a regular file for reading (close-on-exec). A folder, FIFO, socket or device is
// kInvalidArgument that says what it is; opening a FIFO without a writer does not block.
Result<FileDescriptor> open_regular_file(const std::string& path);

// The whole content. Regular files, and also pipes and devices such as /dev/stdin; folders are
// refused. kResourceExhausted when there are more than `max_bytes`; never allocates much more than
// was read.
Result<std::string> read_file(const std::string& path, uint64_t max_bytes);

// A regular file mapped read-only. The content is shared with the page cache, so large files cost
// no memory of ours. An empty file is an empty span. A file that another process truncates while it
// is mapped raises SIGBUS on access; files that Tundish writes are replaced whole, never truncated.
class MappedFile {
 public:
  static Result<std::shared_ptr<const MappedFile>> open(const std::string& path);
  // From an open regular file; `name` is kept as path().
  static Result<std::shared_ptr<const MappedFile>> from(int fd, std::string name);

  const std::string& path() const { return path_; }
  std::span<const std::byte> bytes() const { return mapping_.bytes(); }
  std::string_view text() const {
    return {reinterpret_cast<const char*>(bytes().data()), bytes().size()};
  }

 private:
  MappedFile(std::string path, MemoryMapping mapping)
      : path_(std::move(path)), mapping_(std::move(mapping)) {}

  std::string path_;
  MemoryMapping mapping_;
};

struct WriteOptions {
  bool sync = true;         // fsync before the rename: survives a power cut
  bool executable = false;  // a new file gets mode 0777 instead of 0666, less the umask
};

// Writes `pieces` one after the other as the new content of `path`.
//
// A regular file is replaced by rename: on any failure (disk full, killed) the old content stays
// and no temporary file remains. A symbolic link is followed; the mode of an existing file is kept.
// What is no regular file (/dev/null, a pipe) is written directly. kPermissionDenied when an
// existing file is not writable, kNotFound when the folder does not exist.
Status write_file_atomically(const std::string& path,
                             std::span<const std::span<const std::byte>> pieces,
                             const WriteOptions& options = {});
Status write_file_atomically(const std::string& path, std::span<const std::byte> bytes,
                             const WriteOptions& options = {});
Status write_file_atomically(const std::string& path, std::string_view text,
                             const WriteOptions& options = {});

// Writes everything, also where the kernel takes it in parts. `name` is for messages.
Status write_all(int fd, std::span<const std::byte> bytes, std::string_view name);

// Whether both paths exist and name one file (same device and inode, links followed).
bool same_file(const std::string& a, const std::string& b);

// Creates the folder and its missing parents with `mode` (less the umask). OK when it exists.
Status create_folders(const std::string& path, unsigned mode = 0777);

// "PREFIX-<pid>-<16 random hexadecimal digits>": unique among processes and threads.
std::string unique_name(std::string_view prefix);

}  // namespace tundish
