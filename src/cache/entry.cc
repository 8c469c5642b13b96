#include "cache/entry.h"

#include <utility>

#include "base/sha256.h"

namespace tundish {
namespace {

using nlohmann::json;

constexpr std::string_view kMagic = "tundish-entry-1 ";
constexpr size_t kHeaderBytes = kMagic.size() + 64 + 1;

Status damaged(const char* what) { return data_loss(std::string("damaged cache entry: ") + what); }

}  // namespace

Blob Blob::from_string(std::string text) {
  auto owner = std::make_shared<const std::string>(std::move(text));
  const auto bytes = std::as_bytes(std::span(*owner));
  return Blob(bytes, std::move(owner));
}

std::string encode_record(const EntryRecord& record) {
  json outputs = json::object();
  for (const auto& [name, content] : record.outputs) {
    outputs[name] = {{"hash", content.digest.to_hex()}, {"size", content.size_bytes}};
  }
  const std::string body =
      json{{"outputs", std::move(outputs)}, {"metadata", record.metadata}}.dump(
          -1, ' ', false, json::error_handler_t::replace);
  return std::string(kMagic) + sha256(body).to_hex() + "\n" + body;
}

Result<EntryRecord> decode_record(std::string_view text) {
  if (text.size() < kHeaderBytes || !text.starts_with(kMagic)) return damaged("no header");
  const std::string_view body = text.substr(kHeaderBytes);
  if (text.substr(kMagic.size(), 65) != sha256(body).to_hex() + "\n") {
    return damaged("the checksum does not match");
  }
  json document = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object() || !document.contains("outputs") || !document["outputs"].is_object()) {
    return damaged("no outputs");
  }
  EntryRecord record;
  for (const auto& [name, output] : document["outputs"].items()) {
    const auto hash = output.is_object() ? output.find("hash") : output.end();
    const auto size = output.is_object() ? output.find("size") : output.end();
    if (hash == output.end() || size == output.end() || !hash->is_string() ||
        !size->is_number_unsigned()) {
      return damaged("an output without digest");
    }
    TUNDISH_ASSIGN(const Digest digest, Digest::from_hex(hash->get_ref<const std::string&>()));
    record.outputs[name] = {digest, size->get<uint64_t>()};
  }
  record.metadata = std::move(document["metadata"]);
  return record;
}

}  // namespace tundish
