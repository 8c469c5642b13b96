// Digest: a SHA-256 value, the name of bytes everywhere in Tundish.
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

}  // namespace tundish

template <>
struct std::hash<tundish::Digest> {
  size_t operator()(const tundish::Digest& digest) const noexcept {
    size_t value;  // the bytes are uniformly distributed already
    std::memcpy(&value, digest.bytes.data(), sizeof value);
    return value;
  }
};
