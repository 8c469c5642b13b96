#include "base/sha256.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <utility>

#include "base/file.h"

namespace tundish {
namespace {

constexpr size_t kReadBytes = 1 << 20;
constexpr char kHexDigits[] = "0123456789abcdef";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Fetched once: a lookup per hash costs more than hashing a short message.
const EVP_MD* algorithm() {
  static const EVP_MD* const md = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (!md) internal::die("this OpenSSL has no SHA-256");
  return md;
}

EVP_MD_CTX* evp(void* context) { return static_cast<EVP_MD_CTX*>(context); }

void check(int succeeded) {
  if (succeeded != 1) internal::die("SHA-256 failed inside OpenSSL");
}

}  // namespace

std::string Digest::to_hex() const {
  std::string hex;
  hex.reserve(2 * bytes.size());
  for (uint8_t byte : bytes) {
    hex += kHexDigits[byte >> 4];
    hex += kHexDigits[byte & 15];
  }
  return hex;
}

Result<Digest> Digest::from_hex(std::string_view hex) {
  Digest digest;
  if (hex.size() != 2 * digest.bytes.size()) {
    return invalid_argument("a SHA-256 digest has 64 hexadecimal digits; found " +
                            std::to_string(hex.size()) + " characters");
  }
  for (size_t i = 0; i < digest.bytes.size(); ++i) {
    const int high = hex_value(hex[2 * i]);
    const int low = hex_value(hex[2 * i + 1]);
    if (high < 0 || low < 0) {
      return invalid_argument("not a hexadecimal digit in SHA-256 digest \"" + std::string(hex) +
                              "\"");
    }
    digest.bytes[i] = static_cast<uint8_t>(high << 4 | low);
  }
  return digest;
}

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
  if (!context_) internal::die("out of memory for a SHA-256 context");
  check(EVP_DigestInit_ex(evp(context_), algorithm(), nullptr));
}

Sha256::Sha256(Sha256&& other) noexcept : context_(std::exchange(other.context_, nullptr)) {}

Sha256& Sha256::operator=(Sha256&& other) noexcept {
  std::swap(context_, other.context_);
  return *this;
}

Sha256::~Sha256() { EVP_MD_CTX_free(evp(context_)); }

void Sha256::update(std::span<const std::byte> bytes) {
  check(EVP_DigestUpdate(evp(context_), bytes.data(), bytes.size()));
}

void Sha256::update(std::string_view text) { update(std::as_bytes(std::span(text))); }

Digest Sha256::finish() {
  Digest digest;
  unsigned int size = 0;
  check(EVP_DigestFinal_ex(evp(context_), digest.bytes.data(), &size));
  check(EVP_DigestInit_ex(evp(context_), algorithm(), nullptr));
  return digest;
}

Digest sha256(std::span<const std::byte> bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

Digest sha256(std::string_view text) { return sha256(std::as_bytes(std::span(text))); }

ContentDigest content_digest(std::span<const std::byte> bytes) {
  return {sha256(bytes), bytes.size()};
}

ContentDigest content_digest(std::string_view text) { return {sha256(text), text.size()}; }

Result<ContentDigest> sha256_file(const std::string& path) {
  TUNDISH_ASSIGN(FileDescriptor file, open_regular_file(path));
  return sha256_file(file.get(), path);
}

Result<ContentDigest> sha256_file(int fd, std::string_view name) {
  const auto buffer = std::make_unique_for_overwrite<std::byte[]>(kReadBytes);
  Sha256 hash;
  ContentDigest result;
  for (;;) {
    const ssize_t count =
        pread(fd, buffer.get(), kReadBytes, static_cast<off_t>(result.size_bytes));
    if (count < 0) {
      if (errno == EINTR) continue;
      return errno_status(errno, "read " + std::string(name));
    }
    if (count == 0) break;
    hash.update(std::span(buffer.get(), static_cast<size_t>(count)));
    result.size_bytes += static_cast<uint64_t>(count);
  }
  result.digest = hash.finish();
  return result;
}

}  // namespace tundish
