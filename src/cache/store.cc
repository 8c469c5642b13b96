#include "cache/store.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>

#include "base/file.h"
#include "base/sha256.h"
#include "tundish/base/log.h"

namespace tundish {
namespace {

constexpr uint64_t kMaxRecordBytes = 64 << 20;
// Finer than this, the order of last uses does not matter; coarser, every hit would write.
constexpr time_t kTouchSeconds = 60;
constexpr char kCacheTag[] =
    "Signature: 8a477f597d28d172789f06886806bc55\n"
    "# Tundish can make everything in this folder again.\n";

void touch(const std::string& path, const struct stat& info) {
  if (time(nullptr) - info.st_mtim.tv_sec < kTouchSeconds) return;
  (void)utimensat(AT_FDCWD, path.c_str(), nullptr, 0);  // a read-only cache keeps its order
}

Status write_in_new_folder(const std::string& path, std::span<const std::byte> bytes) {
  // No fsync: what a power cut damages is found by its digest.
  constexpr WriteOptions kOptions{.sync = false};
  Status status = write_file_atomically(path, bytes, kOptions);
  if (status.code() != Code::kNotFound) return status;
  TUNDISH_TRY(create_folders(path.substr(0, path.rfind('/'))));
  return write_file_atomically(path, bytes, kOptions);
}

}  // namespace

std::string Store::path_of(const char* kind, const Digest& digest) const {
  const std::string hex = digest.to_hex();
  return root_ + "/" + kind + "/" + hex.substr(0, 2) + "/" + hex;
}

std::string Store::lock_path(const ActionKey& key) const {
  return root_ + "/locks/" + key.digest.to_hex();
}

Status Store::prepare() const {
  TUNDISH_TRY(create_folders(root_, 0700));
  for (const char* name : {"/ac", "/cas", "/inputs", "/locks"}) {
    TUNDISH_TRY(create_folders(root_ + name));
  }
  const std::string tag = root_ + "/CACHEDIR.TAG";
  if (access(tag.c_str(), F_OK) == 0) return {};
  return write_file_atomically(tag, std::string_view(kCacheTag), {.sync = false});
}

bool Store::contains(const ActionKey& key) const {
  return access(record_path(key.digest).c_str(), F_OK) == 0;
}

Result<std::optional<Blob>> Store::read_blob(const ContentDigest& content) const {
  const std::string path = blob_path(content.digest);
  auto file = open_regular_file(path);
  if (!file) {
    if (file.error().code() == Code::kNotFound) return std::optional<Blob>();
    return file.error();
  }
  struct stat info;
  if (fstat(file->get(), &info) != 0) return errno_status(errno, "stat " + path);
  if (static_cast<uint64_t>(info.st_size) == content.size_bytes) {
    TUNDISH_ASSIGN(const auto mapped, MappedFile::from(file->get(), path));
    if (sha256(mapped->bytes()) == content.digest) {
      touch(path, info);
      return std::optional<Blob>(Blob(mapped->bytes(), mapped));
    }
  }
  TUNDISH_LOG(kWarning, "removed damaged cache content " + path);
  unlink(path.c_str());
  return std::optional<Blob>();
}

Result<std::optional<Entry>> Store::lookup(const ActionKey& key) const {
  const std::string path = record_path(key.digest);
  const auto text = read_file(path, kMaxRecordBytes);
  if (!text) {
    if (text.error().code() == Code::kNotFound) return std::optional<Entry>();
    return text.error();
  }
  auto record = decode_record(*text);
  if (!record) {
    TUNDISH_LOG(kWarning, "removed " + path + ": " + record.error().message());
    unlink(path.c_str());
    return std::optional<Entry>();
  }
  Entry entry;
  for (const auto& [name, content] : record->outputs) {
    TUNDISH_ASSIGN(std::optional<Blob> blob, read_blob(content));
    if (!blob) {
      unlink(path.c_str());
      return std::optional<Entry>();
    }
    entry.outputs.emplace(name, *std::move(blob));
  }
  entry.metadata = std::move(record->metadata);
  struct stat info;
  if (stat(path.c_str(), &info) == 0) touch(path, info);
  return std::optional<Entry>(std::move(entry));
}

Result<uint64_t> Store::write_blob(const ContentDigest& content, const Blob& blob) const {
  const std::string path = blob_path(content.digest);
  struct stat info;
  if (stat(path.c_str(), &info) == 0 && static_cast<uint64_t>(info.st_size) == content.size_bytes) {
    (void)utimensat(AT_FDCWD, path.c_str(), nullptr, 0);  // in use again: spared by collect()
    return uint64_t{0};
  }
  TUNDISH_TRY(write_in_new_folder(path, blob.bytes()));
  return content.size_bytes;
}

FileDescriptor Store::lock_folder(Access access) const {
  auto file = FileDescriptor::adopt(
      open((root_ + "/lock").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0666));
  if (!file) return file;
  while (flock(file.get(), access == Access::kAdd ? LOCK_SH : LOCK_EX) != 0 && errno == EINTR) {
  }
  return file;
}

Result<uint64_t> Store::store(const ActionKey& key, const Entry& entry) const {
  const FileDescriptor lock = lock_folder(Access::kAdd);
  EntryRecord record;
  record.metadata = entry.metadata;
  uint64_t added = 0;
  for (const auto& [name, blob] : entry.outputs) {
    const ContentDigest content = content_digest(blob.bytes());
    record.outputs[name] = content;
    TUNDISH_ASSIGN(const uint64_t written, write_blob(content, blob));
    added += written;
  }
  // The record comes last: who sees it finds its outputs.
  const std::string text = encode_record(record);
  TUNDISH_TRY(write_in_new_folder(record_path(key.digest), std::as_bytes(std::span(text))));
  return added + text.size();
}

uint64_t Store::add_usage(uint64_t bytes) const {
  const auto file = FileDescriptor::adopt(
      open((root_ + "/usage").c_str(), O_CREAT | O_RDWR | O_APPEND | O_CLOEXEC, 0666));
  if (!file) return 0;
  (void)write_all(file.get(), std::as_bytes(std::span(&bytes, 1)), "usage");
  uint64_t total = 0;
  uint64_t numbers[512];
  off_t at = 0;
  for (ssize_t count; (count = pread(file.get(), numbers, sizeof numbers, at)) > 0; at += count) {
    for (size_t i = 0; i < static_cast<size_t>(count) / sizeof *numbers; ++i) total += numbers[i];
  }
  return total;
}

}  // namespace tundish
