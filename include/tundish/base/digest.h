// Digest and ContentDigest: SHA-256 values, the names of bytes everywhere in Tundish.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <string_view>

#include "tundish/base/status.h"

namespace tundish {

struct Digest {
  std::array<uint8_t, 32> bytes{};

  // 64 lower-case hexadecimal digits.
  std::string to_hex() const;
  // kInvalidArgument unless `hex` is exactly 64 hexadecimal digits of either case.
  static Result<Digest> from_hex(std::string_view hex);

  friend bool operator==(const Digest&, const Digest&) = default;
  friend auto operator<=>(const Digest&, const Digest&) = default;
};

// The digest and size of some bytes: what caches and remote execution name content by.
struct ContentDigest {
  Digest digest;
  uint64_t size_bytes = 0;

  std::string to_string() const { return digest.to_hex() + "/" + std::to_string(size_bytes); }

  friend bool operator==(const ContentDigest&, const ContentDigest&) = default;
  friend auto operator<=>(const ContentDigest&, const ContentDigest&) = default;
};

}  // namespace tundish

template <>
struct std::hash<tundish::Digest> {
  size_t operator()(const tundish::Digest& digest) const noexcept {
    size_t value;  // the bytes are uniformly distributed already
    std::memcpy(&value, digest.bytes.data(), sizeof value);
    return value;
  }
};
