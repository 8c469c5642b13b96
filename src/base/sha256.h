// SHA-256 of memory, of files and of streams (OpenSSL's, which uses the CPU's SHA instructions).
//
//   Digest digest = sha256(bytes);
//
//   Sha256 hash;
//   hash.update("header");
//   hash.update(bytes);
//   Digest digest = hash.finish();
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "tundish/base/digest.h"
#include "tundish/base/status.h"

namespace tundish {

// An incremental hash. Not thread-safe; movable.
class Sha256 {
 public:
  Sha256();
  Sha256(Sha256&& other) noexcept;
  Sha256& operator=(Sha256&& other) noexcept;
  ~Sha256();

  void update(std::span<const std::byte> bytes);
  void update(std::string_view text);
  // The digest of everything since construction or the last finish(); starts anew.
  Digest finish();

 private:
  void* context_;  // EVP_MD_CTX
};

Digest sha256(std::span<const std::byte> bytes);
Digest sha256(std::string_view text);

ContentDigest content_digest(std::span<const std::byte> bytes);
ContentDigest content_digest(std::string_view text);

// Reads the regular file in pieces, so memory stays small and a file that another process
// truncates meanwhile is an error or a shorter file, never a SIGBUS.
Result<ContentDigest> sha256_file(const std::string& path);
// The same from the start of an open file; leaves the file offset alone. `name` is for messages.
Result<ContentDigest> sha256_file(int fd, std::string_view name);

}  // namespace tundish
