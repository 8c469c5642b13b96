// The parts of Store that walk the whole folder.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <filesystem>
#include <functional>
#include <set>
#include <system_error>
#include <vector>

#include "base/file.h"
#include "base/sha256.h"
#include "cache/key_lock.h"
#include "cache/store.h"
#include "tundish/base/log.h"

namespace tundish {
namespace {

namespace fs = std::filesystem;

// A blob is written before the record that names it: a young one without a record is no garbage.
constexpr time_t kOrphanSeconds = 3600;
constexpr uint64_t kMaxRecordBytes = 64 << 20;
constexpr char kUnfinishedPrefix[] = ".tundish-new";

struct FoundFile {
  Digest digest;  // from its name
  std::string path;
  uint64_t size_bytes;
  timespec last_use;
};

bool is_before(const timespec& a, const timespec& b) {
  return a.tv_sec != b.tv_sec ? a.tv_sec < b.tv_sec : a.tv_nsec < b.tv_nsec;
}

// What a killed writer left where files cannot be written without a name.
void remove_if_unfinished(const fs::path& path) {
  struct stat info;
  if (path.filename().string().starts_with(kUnfinishedPrefix) && lstat(path.c_str(), &info) == 0 &&
      time(nullptr) - info.st_mtim.tv_sec > kOrphanSeconds) {
    unlink(path.c_str());
  }
}

void find_in_folder(const fs::path& folder, std::vector<FoundFile>& found) {
  std::error_code error;
  for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const auto digest = Digest::from_hex(at->path().filename().string());
    struct stat info;
    if (!digest) {
      remove_if_unfinished(at->path());
    } else if (lstat(at->path().c_str(), &info) == 0 && S_ISREG(info.st_mode)) {
      found.push_back(
          {*digest, at->path().string(), static_cast<uint64_t>(info.st_size), info.st_mtim});
    }
  }
}

// The files with a digest for a name, in the 256 folders below `folder`. Whatever else lies there
// is not ours.
std::vector<FoundFile> find_files(const std::string& folder) {
  constexpr char kHex[] = "0123456789abcdef";
  std::vector<FoundFile> found;
  for (int i = 0; i < 256; ++i) {
    find_in_folder(folder + "/" + kHex[i >> 4] + kHex[i & 15], found);
  }
  return found;
}

Result<EntryRecord> read_record(const std::string& path) {
  TUNDISH_ASSIGN(const std::string text, read_file(path, kMaxRecordBytes));
  return decode_record(text);
}

// Removes a file and counts it; false when it is still there.
bool remove_file(const FoundFile& file, uint64_t& count, CollectReport& report) {
  if (unlink(file.path.c_str()) != 0 && errno != ENOENT) return false;
  ++count;
  report.removed_bytes += file.size_bytes;
  return true;
}

// The entries with their sizes, and which blobs they share: what eviction decides on.
class Eviction {
 public:
  Eviction(std::vector<FoundFile> records, std::vector<FoundFile> blobs)
      : records_(std::move(records)) {
    std::sort(records_.begin(), records_.end(), [](const FoundFile& a, const FoundFile& b) {
      return is_before(a.last_use, b.last_use);
    });
    for (FoundFile& blob : blobs) {
      bytes_ += blob.size_bytes;
      blobs_.emplace(blob.digest, BlobUse{std::move(blob), 0});
    }
    for (const FoundFile& record : records_) {
      bytes_ += record.size_bytes;
      outputs_.push_back(outputs_of(record));
      for (const Digest& output : outputs_.back()) {
        if (auto use = blobs_.find(output); use != blobs_.end()) ++use->second.entries;
      }
    }
  }

  CollectReport shrink_to(uint64_t max_bytes) {
    remove_orphans();
    for (size_t i = 0; i < records_.size() && bytes_ > max_bytes; ++i) {
      if (!remove_file(records_[i], report_.removed_entries, report_)) continue;
      bytes_ -= records_[i].size_bytes;
      for (const Digest& output : outputs_[i]) release(output);
    }
    report_.remaining_bytes = bytes_;
    return report_;
  }

 private:
  struct BlobUse {
    FoundFile file;
    uint64_t entries;
  };

  static std::set<Digest> outputs_of(const FoundFile& record) {
    std::set<Digest> digests;
    if (const auto decoded = read_record(record.path)) {
      for (const auto& [name, content] : decoded->outputs) digests.insert(content.digest);
    }
    return digests;
  }

  void remove_orphans() {
    for (auto& [digest, use] : blobs_) {
      struct stat info;  // again: a writer may have taken it into use since
      if (use.entries == 0 && stat(use.file.path.c_str(), &info) == 0 &&
          time(nullptr) - info.st_mtim.tv_sec > kOrphanSeconds &&
          remove_file(use.file, report_.removed_blobs, report_)) {
        bytes_ -= use.file.size_bytes;
      }
    }
  }

  void release(const Digest& output) {
    const auto use = blobs_.find(output);
    if (use == blobs_.end() || --use->second.entries > 0) return;
    if (remove_file(use->second.file, report_.removed_blobs, report_)) {
      bytes_ -= use->second.file.size_bytes;
    }
  }

  std::vector<FoundFile> records_;         // least recently used first
  std::vector<std::set<Digest>> outputs_;  // of the record at the same place
  std::map<Digest, BlobUse> blobs_;
  uint64_t bytes_ = 0;
  CollectReport report_;
};

// Index records that nobody has written for a month; they are tiny.
void remove_old_inputs(const std::string& folder) {
  constexpr time_t kMonth = 30 * 24 * 3600;
  std::vector<FoundFile> records;
  find_in_folder(folder, records);
  for (const FoundFile& record : records) {
    if (time(nullptr) - record.last_use.tv_sec > kMonth) unlink(record.path.c_str());
  }
}

Status remove_all(const std::vector<FoundFile>& files) {
  for (const FoundFile& file : files) {
    if (unlink(file.path.c_str()) != 0 && errno != ENOENT) {
      return errno_status(errno, "remove " + file.path);
    }
  }
  return {};
}

}  // namespace

CacheStats Store::stats() const {
  CacheStats stats;
  for (const FoundFile& record : find_files(root_ + "/ac")) {
    ++stats.entries;
    stats.bytes += record.size_bytes;
    const int64_t used = record.last_use.tv_sec;
    if (stats.oldest_use_seconds == 0 || used < stats.oldest_use_seconds) {
      stats.oldest_use_seconds = used;
    }
  }
  for (const FoundFile& blob : find_files(root_ + "/cas")) {
    ++stats.blobs;
    stats.bytes += blob.size_bytes;
  }
  return stats;
}

Result<CollectReport> Store::collect(uint64_t max_bytes) const {
  TUNDISH_ASSIGN(const auto lock, KeyLock::try_acquire(root_ + "/locks/collect"));
  if (!lock) return CollectReport{.remaining_bytes = stats().bytes};
  const FileDescriptor alone = lock_folder(Access::kRemove);
  auto records = find_files(root_ + "/ac");
  Eviction eviction(std::move(records), find_files(root_ + "/cas"));
  const CollectReport report = eviction.shrink_to(max_bytes);
  remove_old_inputs(inputs_folder());
  TUNDISH_TRY(write_file_atomically(
      root_ + "/usage", std::as_bytes(std::span(&report.remaining_bytes, 1)), {.sync = false}));
  TUNDISH_LOG(kInfo, "cache: removed " + std::to_string(report.removed_entries) + " entries and " +
                         std::to_string(report.removed_blobs) + " blobs");
  return report;
}

Status Store::clear() const {
  const FileDescriptor alone = lock_folder(Access::kRemove);
  // Records first: an entry without its outputs would be a damaged one.
  TUNDISH_TRY(remove_all(find_files(root_ + "/ac")));
  TUNDISH_TRY(remove_all(find_files(root_ + "/cas")));
  std::vector<FoundFile> inputs;
  find_in_folder(inputs_folder(), inputs);
  TUNDISH_TRY(remove_all(inputs));
  if (unlink((root_ + "/usage").c_str()) != 0 && errno != ENOENT) {
    return errno_status(errno, "remove " + root_ + "/usage");
  }
  return {};
}

Result<VerifyReport> Store::verify() const {
  const FileDescriptor alone = lock_folder(Access::kRemove);
  VerifyReport report;
  std::set<ContentDigest> sound;
  for (const FoundFile& blob : find_files(root_ + "/cas")) {
    const auto content = sha256_file(blob.path);
    if (!content && content.error().code() == Code::kNotFound) continue;  // evicted meanwhile
    ++report.checked_blobs;
    if (content && content->digest == blob.digest) {
      sound.insert(*content);
      continue;
    }
    ++report.damaged_blobs;
    TUNDISH_TRY(remove_all({blob}));
  }
  for (const FoundFile& file : find_files(root_ + "/ac")) {
    const auto record = read_record(file.path);
    if (!record && record.error().code() == Code::kNotFound) continue;
    ++report.checked_entries;
    const bool is_complete =
        record && std::all_of(record->outputs.begin(), record->outputs.end(), [&](const auto& o) {
          // One that was stored after the walk is there now.
          return sound.contains(o.second) ||
                 read_blob(o.second).value_or(std::optional<Blob>()).has_value();
        });
    if (is_complete) continue;
    ++(record ? report.dangling_entries : report.damaged_entries);
    TUNDISH_TRY(remove_all({file}));
  }
  return report;
}

}  // namespace tundish
