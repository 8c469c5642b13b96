#include "base/file.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace tundish {
namespace {

const char* kind_of_file(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
  return "not a regular file";
}

std::string folder_of(const std::string& path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

// Where a write to `path` ends up: the target of symbolic links, dangling ones too.
Result<std::string> follow_links(std::string path) {
  for (int hops = 0; hops < 40; ++hops) {
    char target[4096];
    const ssize_t count = readlink(path.c_str(), target, sizeof target);
    if (count < 0) return path;
    std::string next(target, static_cast<size_t>(count));
    path = next.starts_with('/') ? next : folder_of(path) + "/" + next;
  }
  return errno_status(ELOOP, "open " + path);
}

// A new file in the folder of its target, which gets a name only when it is complete: a process
// that is killed while writing leaves nothing. File systems without O_TMPFILE get a named file.
class NewFile {
 public:
  static Result<NewFile> create(const std::string& target, mode_t mode) {
    NewFile result;
    const std::string folder = folder_of(target);
    result.temporary_path_ = folder + "/" + unique_name(".tundish-new");
    int fd = ::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
    if (fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL)) {
      fd = ::open(result.temporary_path_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, mode);
      result.is_named_ = fd >= 0;
    }
    if (fd < 0) return errno_status(errno, "create " + target);
    result.file_ = FileDescriptor::adopt(fd);
    return result;
  }

  NewFile(NewFile&& other) noexcept
      : file_(std::move(other.file_)),
        temporary_path_(std::move(other.temporary_path_)),
        is_named_(std::exchange(other.is_named_, false)) {}
  ~NewFile() {
    if (is_named_) unlink(temporary_path_.c_str());
  }

  int fd() const { return file_.get(); }

  Status rename_to(const std::string& target) {
    if (!is_named_) {
      const std::string self = "/proc/self/fd/" + std::to_string(fd());
      if (linkat(AT_FDCWD, self.c_str(), AT_FDCWD, temporary_path_.c_str(), AT_SYMLINK_FOLLOW) !=
          0) {
        return errno_status(errno, "write " + target);
      }
      is_named_ = true;
    }
    if (rename(temporary_path_.c_str(), target.c_str()) != 0) {
      return errno_status(errno, "write " + target);
    }
    is_named_ = false;
    return {};
  }

 private:
  NewFile() = default;
  FileDescriptor file_;
  std::string temporary_path_;
  bool is_named_ = false;
};

Status write_pieces(int fd, std::span<const std::span<const std::byte>> pieces,
                    const std::string& path) {
  for (const auto piece : pieces) TUNDISH_TRY(write_all(fd, piece, path));
  return {};
}

// Devices and pipes cannot be replaced; they take the bytes as they come.
Status write_directly(const std::string& path, std::span<const std::span<const std::byte>> pieces) {
  const auto file = FileDescriptor::adopt(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (!file) return errno_status(errno, "open " + path + " for writing");
  return write_pieces(file.get(), pieces, path);
}

// Makes the rename itself durable. Failure is not reported: the content is in place.
void sync_folder_of(const std::string& path) {
  const auto folder =
      FileDescriptor::adopt(::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder) (void)fsync(folder.get());
}

}  // namespace

Result<FileDescriptor> open_regular_file(const std::string& path) {
  // O_NONBLOCK: a FIFO without a writer would block; on regular files it has no meaning.
  auto file = FileDescriptor::adopt(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file) return errno_status(errno, "open " + path);
  struct stat info;
  if (fstat(file.get(), &info) != 0) return errno_status(errno, "stat " + path);
  if (!S_ISREG(info.st_mode)) {
    return invalid_argument(path + " is " + kind_of_file(info.st_mode) +
                            "; a regular file was expected");
  }
  return file;
}

Result<std::string> read_file(const std::string& path, uint64_t max_bytes) {
  const auto file = FileDescriptor::adopt(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return errno_status(errno, "open " + path);
  struct stat info;
  if (fstat(file.get(), &info) != 0) return errno_status(errno, "stat " + path);
  if (S_ISDIR(info.st_mode)) {
    return invalid_argument(path + " is a folder; a file was expected");
  }
  const auto too_large = [&] {
    return resource_exhausted(path + " has more than " + std::to_string(max_bytes) +
                              " bytes, the limit for this kind of file");
  };
  const auto size = S_ISREG(info.st_mode) ? static_cast<uint64_t>(info.st_size) : uint64_t{0};
  if (size > max_bytes) return too_large();

  // One byte more than expected tells the end in the same call; the stated size is only a hint.
  std::string content;
  size_t used = 0;
  for (;;) {
    const size_t room = std::max<uint64_t>(used < size ? size - used : 0, 64 << 10);
    content.resize(used + room + 1);
    const ssize_t count = ::read(file.get(), content.data() + used, room + 1);
    if (count < 0) {
      if (errno == EINTR) continue;
      return errno_status(errno, "read " + path);
    }
    if (count == 0) break;
    used += static_cast<size_t>(count);
    if (used > max_bytes) return too_large();
  }
  content.resize(used);
  return content;
}

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::string& path) {
  TUNDISH_ASSIGN(FileDescriptor file, open_regular_file(path));
  return from(file.get(), path);
}

Result<std::shared_ptr<const MappedFile>> MappedFile::from(int fd, std::string name) {
  struct stat info;
  if (fstat(fd, &info) != 0) return errno_status(errno, "stat " + name);
  auto mapping =
      MemoryMapping::map(fd, static_cast<uint64_t>(info.st_size), MemoryMapping::Access::kRead);
  if (!mapping) return mapping.error().with_context(name);
  return std::shared_ptr<const MappedFile>(
      new MappedFile(std::move(name), std::move(mapping).value()));
}

Status write_all(int fd, std::span<const std::byte> bytes, std::string_view name) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), std::min<size_t>(bytes.size(), 1 << 30));
    if (count < 0) {
      if (errno == EINTR) continue;
      return errno_status(errno, "write " + std::string(name));
    }
    bytes = bytes.subspan(static_cast<size_t>(count));
  }
  return {};
}

Status write_file_atomically(const std::string& path,
                             std::span<const std::span<const std::byte>> pieces,
                             const WriteOptions& options) {
  struct stat info;
  const bool exists = stat(path.c_str(), &info) == 0;
  if (exists) {
    if (S_ISDIR(info.st_mode)) {
      return invalid_argument(path + " is a folder; the name of a file to write was expected");
    }
    if (!S_ISREG(info.st_mode)) return write_directly(path, pieces);
    if (access(path.c_str(), W_OK) != 0) return errno_status(errno, "write " + path);
  }
  TUNDISH_ASSIGN(const std::string target, follow_links(path));
  TUNDISH_ASSIGN(NewFile file, NewFile::create(target, options.executable ? 0777 : 0666));
  TUNDISH_TRY(write_pieces(file.fd(), pieces, path));
  if (exists && fchmod(file.fd(), info.st_mode & 07777) != 0) {
    return errno_status(errno, "set the mode of " + path);
  }
  if (options.sync && fsync(file.fd()) != 0) return errno_status(errno, "write " + path);
  TUNDISH_TRY(file.rename_to(target));
  if (options.sync) sync_folder_of(target);
  return {};
}

Status write_file_atomically(const std::string& path, std::span<const std::byte> bytes,
                             const WriteOptions& options) {
  return write_file_atomically(path, std::span(&bytes, 1), options);
}

Status write_file_atomically(const std::string& path, std::string_view text,
                             const WriteOptions& options) {
  return write_file_atomically(path, std::as_bytes(std::span(text)), options);
}

bool same_file(const std::string& a, const std::string& b) {
  struct stat first, second;
  return stat(a.c_str(), &first) == 0 && stat(b.c_str(), &second) == 0 &&
         first.st_dev == second.st_dev && first.st_ino == second.st_ino;
}

Status create_folders(const std::string& path, unsigned mode) {
  if (mkdir(path.c_str(), mode) == 0) return {};
  int error = errno;
  if (error == ENOENT && folder_of(path) != path && !path.empty()) {
    size_t end = path.find_last_not_of('/');
    const std::string trimmed = path.substr(0, end == std::string::npos ? 1 : end + 1);
    if (folder_of(trimmed) != trimmed && folder_of(trimmed) != ".") {
      TUNDISH_TRY(create_folders(folder_of(trimmed), mode));
      if (mkdir(trimmed.c_str(), mode) == 0) return {};
      error = errno;
    }
  }
  struct stat info;
  if (stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) return {};
  return errno_status(error, "create folder " + path);
}

std::string unique_name(std::string_view prefix) {
  static std::atomic<uint64_t> counter{0};
  uint64_t random = 0;
  if (getrandom(&random, sizeof random, GRND_NONBLOCK) != sizeof random) random = counter << 32;
  char suffix[48];
  std::snprintf(suffix, sizeof suffix, "-%ld-%016llx", static_cast<long>(getpid()),
                static_cast<unsigned long long>(random + counter++));
  return std::string(prefix) + suffix;
}

}  // namespace tundish
