#include "cache/digest_index.h"

#include <sys/stat.h>

#include <cerrno>
#include <ctime>
#include <optional>
#include <sstream>

#include "base/file.h"
#include "base/sha256.h"

namespace tundish {
namespace {

constexpr int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr int64_t kRacyNanoseconds = 2 * kNanosecondsPerSecond;

int64_t nanoseconds(const timespec& time) {
  return time.tv_sec * kNanosecondsPerSecond + time.tv_nsec;
}

// What must be unchanged for a record to hold.
struct Stamp {
  uint64_t size_bytes;
  int64_t modified_ns;
  int64_t changed_ns;

  static Stamp of(const struct stat& info) {
    return {static_cast<uint64_t>(info.st_size), nanoseconds(info.st_mtim),
            nanoseconds(info.st_ctim)};
  }
  bool is_older_than(int64_t now_ns) const { return modified_ns < now_ns && changed_ns < now_ns; }
  friend bool operator==(const Stamp&, const Stamp&) = default;
};

std::string record_path(const std::string& folder, const std::string& path,
                        const struct stat& info) {
  Sha256 hash;
  hash.update(path);
  hash.update(std::string_view("\0", 1));
  hash.update(std::to_string(info.st_dev) + "," + std::to_string(info.st_ino));
  return folder + "/" + hash.finish().to_hex();
}

std::string format_record(const Stamp& stamp, const Digest& digest) {
  const std::string text = std::to_string(stamp.size_bytes) + " " +
                           std::to_string(stamp.modified_ns) + " " +
                           std::to_string(stamp.changed_ns) + " " + digest.to_hex();
  return text + " " + sha256(text).to_hex() + "\n";
}

// The digest that `record` gives for `stamp`: the record must be exactly what we would write.
std::optional<Digest> match_record(const std::string& record, const Stamp& stamp) {
  std::istringstream words(record);
  std::string size, modified, changed, hex;
  words >> size >> modified >> changed >> hex;
  const auto digest = Digest::from_hex(hex);
  if (!digest || record != format_record(stamp, *digest)) return std::nullopt;
  return *digest;
}

}  // namespace

Result<ContentDigest> DigestIndex::digest_file(const std::string& path) const {
  TUNDISH_ASSIGN(const FileDescriptor file, open_regular_file(path));
  struct stat info;
  if (fstat(file.get(), &info) != 0) return errno_status(errno, "stat " + path);
  const Stamp before = Stamp::of(info);
  if (folder_.empty() || before.size_bytes < kMinBytes) return sha256_file(file.get(), path);

  const std::string record = record_path(folder_, path, info);
  if (const auto text = read_file(record, 4096)) {
    if (const auto digest = match_record(*text, before)) {
      return ContentDigest{*digest, before.size_bytes};
    }
  }
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  TUNDISH_ASSIGN(const ContentDigest content, sha256_file(file.get(), path));
  if (fstat(file.get(), &info) == 0 && Stamp::of(info) == before &&
      content.size_bytes == before.size_bytes &&
      before.is_older_than(nanoseconds(now) - kRacyNanoseconds)) {
    // The index is a convenience: a full or read-only disk only makes it useless.
    (void)write_file_atomically(record, format_record(before, content.digest), {.sync = false});
  }
  return content;
}

}  // namespace tundish
