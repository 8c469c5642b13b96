// Entry: what the cache holds under one key, and its form on disk.
#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "tundish/base/digest.h"
#include "tundish/base/status.h"

namespace tundish {

// Immutable bytes with whoever owns them: a mapped file, shared memory, a string. Cheap to copy.
class Blob {
 public:
  Blob() = default;
  Blob(std::span<const std::byte> bytes, std::shared_ptr<const void> owner)
      : bytes_(bytes), owner_(std::move(owner)) {}
  static Blob from_string(std::string text);

  std::span<const std::byte> bytes() const { return bytes_; }
  std::string_view text() const {
    return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
  }

 private:
  std::span<const std::byte> bytes_;
  std::shared_ptr<const void> owner_;
};

struct Entry {
  std::map<std::string, Blob> outputs;  // by name
  nlohmann::json metadata;              // whatever the producer wants to have back
};

// What is written in the action's file: the outputs by their digest, and the metadata.
struct EntryRecord {
  std::map<std::string, ContentDigest> outputs;
  nlohmann::json metadata;
};

// A line with the digest of the rest, then JSON.
std::string encode_record(const EntryRecord& record);
// kDataLoss when the text is not exactly what encode_record() writes.
Result<EntryRecord> decode_record(std::string_view text);

}  // namespace tundish
