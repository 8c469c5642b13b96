// KeyLock: makes one process or thread at a time the producer of a key.
#pragma once

#include <optional>
#include <string>

#include "base/file_descriptor.h"
#include "tundish/base/status.h"

namespace tundish {

// An exclusive lock on a file that exists only while somebody holds or wants it. The kernel
// releases it when the holder dies, however it dies. Also excludes other threads of this process.
class KeyLock {
 public:
  // Takes the lock if it is free; nullopt when another holds it. Errors: no such folder, read-only.
  static Result<std::optional<KeyLock>> try_acquire(const std::string& path);

  KeyLock(KeyLock&& other) noexcept = default;
  KeyLock& operator=(KeyLock&&) = delete;
  ~KeyLock();

 private:
  KeyLock(std::string path, FileDescriptor file) : path_(std::move(path)), file_(std::move(file)) {}

  std::string path_;
  FileDescriptor file_;
};

}  // namespace tundish
