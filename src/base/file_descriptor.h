// FileDescriptor: sole owner of an open file descriptor; closes it on destruction.
#pragma once

#include <unistd.h>

#include <utility>

namespace tundish {

class FileDescriptor {
 public:
  FileDescriptor() = default;
  // Takes `fd` over; a negative number means none.
  static FileDescriptor adopt(int fd) {
    FileDescriptor result;
    result.fd_ = fd;
    return result;
  }

  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~FileDescriptor() { reset(); }

  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }
  void reset() {
    // Linux frees the number even when close() reports EINTR, so it is never repeated.
    if (const int fd = release(); fd >= 0) ::close(fd);
  }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

}  // namespace tundish
