// DigestIndex: remembers the digests of large files, to spare reading them again.
//
// A record is found by path, device and inode, and holds while size, mtime and ctime are those of
// the time of hashing. A file that was changed within two seconds before hashing is not recorded:
// another change in the same clock tick would not show ("racily clean").
#pragma once

#include <string>

#include "tundish/base/digest.h"
#include "tundish/base/status.h"

namespace tundish {

// Thread-safe and safe between processes: each record is a small file, replaced atomically.
class DigestIndex {
 public:
  // Files below this size are hashed faster than looked up.
  static constexpr uint64_t kMinBytes = 256 << 10;

  // `folder` need not exist or be writable; then the index helps less. Empty: no index at all.
  explicit DigestIndex(std::string folder) : folder_(std::move(folder)) {}

  // The digest of the regular file's content. Errors are those of reading the file.
  Result<ContentDigest> digest_file(const std::string& path) const;

 private:
  std::string folder_;
};

}  // namespace tundish
