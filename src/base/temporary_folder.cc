#include "base/temporary_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <system_error>
#include <utility>

#include "base/file.h"

namespace tundish {
namespace {

namespace fs = std::filesystem;

constexpr char kPrefix[] = "tundish-";

FileDescriptor open_folder(const std::string& path) {
  return FileDescriptor::adopt(
      ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
}

// "tundish-<digits>-<16 hexadecimal digits>".
bool is_our_name(const std::string& name) {
  if (!name.starts_with(kPrefix)) return false;
  const size_t pid = sizeof kPrefix - 1;
  const size_t dash = name.find_first_not_of("0123456789", pid);
  return dash != std::string::npos && dash > pid && name[dash] == '-' && name.size() == dash + 17 &&
         name.find_first_not_of("0123456789abcdef", dash + 1) == std::string::npos;
}

bool is_abandoned(const std::string& path, int min_age_seconds) {
  const FileDescriptor folder = open_folder(path);
  struct stat info;
  if (!folder || fstat(folder.get(), &info) != 0) return false;
  return info.st_uid == geteuid() && time(nullptr) - info.st_ctime >= min_age_seconds &&
         flock(folder.get(), LOCK_EX | LOCK_NB) == 0;
}

void make_folders_writable(const std::string& path) {
  std::error_code ignored;
  fs::permissions(path, fs::perms::owner_all, fs::perm_options::add, ignored);
  fs::recursive_directory_iterator walk(path, fs::directory_options::none, ignored), end;
  while (!ignored && walk != end) {
    if (walk->is_directory(ignored) && !walk->is_symlink(ignored)) {
      fs::permissions(walk->path(), fs::perms::owner_all, fs::perm_options::add, ignored);
    }
    walk.increment(ignored);
  }
}

}  // namespace

std::string temporary_parent() {
  const char* folder = std::getenv("TMPDIR");
  return folder && *folder ? folder : "/tmp";
}

Status remove_folder(const std::string& path) {
  std::error_code error;
  fs::remove_all(path, error);
  if (error) {
    make_folders_writable(path);
    error.clear();
    fs::remove_all(path, error);
  }
  if (error) return errno_status(error.value(), "remove folder " + path);
  return {};
}

Result<TemporaryFolder> TemporaryFolder::create(const std::string& parent) {
  TemporaryFolder result;
  const std::string path =
      (parent.empty() ? temporary_parent() : parent) + "/" + unique_name("tundish");
  if (mkdir(path.c_str(), 0700) != 0) return errno_status(errno, "create folder " + path);
  result.path_ = path;
  result.lock_ = open_folder(path);
  // A file system without locks costs the sweep, not the folder.
  if (result.lock_) (void)flock(result.lock_.get(), LOCK_EX | LOCK_NB);
  return result;
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})), lock_(std::move(other.lock_)) {}

TemporaryFolder& TemporaryFolder::operator=(TemporaryFolder&& other) noexcept {
  if (this != &other) {
    (void)remove();
    path_ = std::exchange(other.path_, {});
    lock_ = std::move(other.lock_);
  }
  return *this;
}

TemporaryFolder::~TemporaryFolder() { (void)remove(); }

Status TemporaryFolder::remove() {
  if (path_.empty()) return {};
  Status status = remove_folder(path_);
  path_.clear();
  lock_.reset();
  return status;
}

std::string TemporaryFolder::release() {
  lock_.reset();
  return std::exchange(path_, {});
}

int sweep_temporary_folders(const std::string& parent, int min_age_seconds) {
  int removed = 0;
  std::error_code error;
  fs::directory_iterator entries(parent.empty() ? temporary_parent() : parent, error), end;
  while (!error && entries != end) {
    const fs::path path = entries->path();
    if (is_our_name(path.filename().string()) && is_abandoned(path.string(), min_age_seconds) &&
        remove_folder(path.string()).ok()) {
      ++removed;
    }
    entries.increment(error);
  }
  return removed;
}

}  // namespace tundish
