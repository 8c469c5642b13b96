#include "cache/key_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace tundish {

Result<std::optional<KeyLock>> KeyLock::try_acquire(const std::string& path) {
  for (;;) {
    auto file = FileDescriptor::adopt(open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0666));
    if (!file) return errno_status(errno, "create " + path);
    if (flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EINTR) continue;
      if (errno == EWOULDBLOCK) return std::optional<KeyLock>();
      return errno_status(errno, "lock " + path);
    }
    // The holder before us removed the file: whoever opens the path now locks another one.
    struct stat ours, current;
    if (fstat(file.get(), &ours) != 0) return errno_status(errno, "stat " + path);
    if (stat(path.c_str(), &current) == 0 && ours.st_ino == current.st_ino &&
        ours.st_dev == current.st_dev) {
      return std::optional<KeyLock>(KeyLock(path, std::move(file)));
    }
  }
}

KeyLock::~KeyLock() {
  if (file_) unlink(path_.c_str());  // while it is still locked
}

}  // namespace tundish
