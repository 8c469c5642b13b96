// Store: the cache's folder on disk.
//
//   ac/<2 hex>/<hash of the action>   EntryRecord: which outputs, by digest; its mtime is the last
//   use cas/<2 hex>/<hash of content>     the outputs themselves; equal outputs are stored once
//   inputs/<hash>                     DigestIndex records
//   locks/<hash of the action>        KeyLock files of producers at work
//   lock                              who adds and who removes (lock_folder)
//   usage                             8-byte numbers: bytes added since the last collection, and
//   before
//
// Every file appears by rename and is checked against its digest when it is read, so readers need no
// lock: a reader keeps what it has mapped, and at worst misses. Writers share a lock that who evicts
// holds alone. A damaged file is removed when it is met.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/file_descriptor.h"
#include "cache/action.h"
#include "cache/entry.h"
#include "tundish/base/status.h"

namespace tundish {

struct CacheStats {
  uint64_t entries = 0;
  uint64_t blobs = 0;
  uint64_t bytes = 0;  // of records and blobs
  uint64_t max_bytes = 0;
  int64_t oldest_use_seconds = 0;  // Unix time of the least recently used entry; 0: none
};

struct CollectReport {
  uint64_t removed_entries = 0;
  uint64_t removed_blobs = 0;
  uint64_t removed_bytes = 0;
  uint64_t remaining_bytes = 0;
};

struct VerifyReport {
  uint64_t checked_entries = 0;
  uint64_t checked_blobs = 0;
  uint64_t damaged_entries = 0;   // unreadable records, removed
  uint64_t damaged_blobs = 0;     // content that is not what its name says, removed
  uint64_t dangling_entries = 0;  // records of which an output is missing, removed
  bool is_sound() const { return damaged_entries + damaged_blobs + dangling_entries == 0; }
};

// Thread-safe; holds no state but the path.
class Store {
 public:
  explicit Store(std::string root) : root_(std::move(root)) {}

  const std::string& root() const { return root_; }
  std::string inputs_folder() const { return root_ + "/inputs"; }
  std::string lock_path(const ActionKey& key) const;

  // Held by who adds to the folder (shared) and by who removes from it on purpose (exclusive), so that
  // no record is published whose outputs are being evicted. Invalid where the folder cannot be
  // written: then nothing can be added or removed either. The kernel frees it with its holder.
  enum class Access { kAdd, kRemove };
  FileDescriptor lock_folder(Access access) const;

  // Creates the folders, and the tag file that tells backup programs to skip them.
  Status prepare() const;

  // Whether there is a record; says nothing about its soundness.
  bool contains(const ActionKey& key) const;
  // nullopt: not there, or damaged (removed and logged). An error: there, but not readable.
  Result<std::optional<Entry>> lookup(const ActionKey& key) const;
  // Returns the bytes added to the folder.
  Result<uint64_t> store(const ActionKey& key, const Entry& entry) const;

  // Adds to the estimate of the folder's size and returns it; no scan.
  uint64_t add_usage(uint64_t bytes) const;

  CacheStats stats() const;
  // Removes the least recently used entries until at most `max_bytes` remain, and blobs that no
  // entry names. One process at a time; another one's call returns with nothing removed.
  Result<CollectReport> collect(uint64_t max_bytes) const;
  // Removes all entries, blobs and index records; nothing else that lies in the folder.
  Status clear() const;
  // Reads everything and removes what is damaged.
  Result<VerifyReport> verify() const;

 private:
  std::string record_path(const Digest& digest) const { return path_of("ac", digest); }
  std::string blob_path(const Digest& digest) const { return path_of("cas", digest); }
  std::string path_of(const char* kind, const Digest& digest) const;
  Result<std::optional<Blob>> read_blob(const ContentDigest& content) const;
  Result<uint64_t> write_blob(const ContentDigest& content, const Blob& blob) const;

  std::string root_;
};

}  // namespace tundish
