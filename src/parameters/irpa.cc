// .irpa, IREE's parameter archive, version 0.0. A file is a list of archives; each has
//
//   header       magic "IRPA", version, header size, offset of the next archive, flags,
//                entry count, and three segments (offset, length): entries, metadata, storage
//   entries      one record per parameter, each at a multiple of 16
//   metadata     names and free-form blobs, referred to by (offset, length)
//   storage      the data, likewise
//
// Segments are relative to the archive's header, references to their segment. All numbers are
// little-endian and packed.
#include <algorithm>
#include <array>
#include <cstring>
#include <set>

#include "base/file.h"
#include "parameters/formats.h"

namespace tundish {
namespace {

constexpr uint32_t kMagic = 0x41505249;  // "IRPA"
constexpr uint64_t kPrefixBytes = 32;
constexpr uint64_t kHeaderBytes = 88;
constexpr uint64_t kEntryBytes = 60;  // what all entries start with
constexpr uint64_t kDataEntryBytes = 76;
constexpr uint64_t kSplatEntryBytes = 85;
constexpr uint64_t kEntryAlignment = 16;
// Chains longer than this are made to keep a reader busy.
constexpr int kMaxArchives = 4096;

enum EntryKind : uint32_t { kSkip = 0, kSplat = 1, kData = 2, kExternal = 3 };

struct Range {
  uint64_t offset = 0;
  uint64_t length = 0;
};

// Whether `range` lies within `size` bytes, without overflow.
bool fits(const Range& range, uint64_t size) {
  return range.offset <= size && range.length <= size - range.offset;
}

// Reads numbers at fixed places of a record that is known to be long enough.
class Record {
 public:
  explicit Record(std::span<const std::byte> bytes) : bytes_(bytes) {}

  template <typename T>
  T number(uint64_t offset) const {
    T value;
    std::memcpy(&value, bytes_.data() + offset, sizeof(T));
    return value;
  }
  Range range(uint64_t offset) const {
    return {number<uint64_t>(offset), number<uint64_t>(offset + 8)};
  }

 private:
  std::span<const std::byte> bytes_;
};

// The three segments of one archive, as bytes of the file.
struct Archive {
  uint64_t base = 0;  // of its header in the file
  uint64_t entry_count = 0;
  uint64_t next = 0;  // relative to base; 0: none
  std::span<const std::byte> entries, metadata, storage;
  uint64_t storage_offset = 0;  // in the file
};

Result<Archive> read_archive(std::span<const std::byte> contents, uint64_t base) {
  const std::string where = "archive at byte " + std::to_string(base);
  if (base > contents.size() || contents.size() - base < kPrefixBytes) {
    return data_loss(where + ": cut off within its header");
  }
  const std::span<const std::byte> bytes = contents.subspan(base);
  const Record record(bytes);
  if (record.number<uint32_t>(0) != kMagic) {
    return invalid_argument(where + ": does not start with \"IRPA\"");
  }
  const auto major = record.number<uint16_t>(4), minor = record.number<uint16_t>(6);
  if (major != 0 || minor != 0) {
    return unimplemented(where + ": version " + std::to_string(major) + "." +
                         std::to_string(minor) + " is newer than 0.0");
  }
  const uint64_t header_size = record.number<uint64_t>(8);
  if (header_size != kHeaderBytes) {
    return invalid_argument(where + ": header of " + std::to_string(header_size) +
                            " bytes; expected " + std::to_string(kHeaderBytes));
  }
  if (bytes.size() < kHeaderBytes) return data_loss(where + ": cut off within its header");
  Archive archive;
  archive.base = base;
  archive.next = record.number<uint64_t>(16);
  archive.entry_count = record.number<uint64_t>(32);
  const Range entries = record.range(40), metadata = record.range(56), storage = record.range(72);
  for (const auto& [range, name] : {std::pair{&entries, "entry"}, std::pair{&metadata, "metadata"},
                                    std::pair{&storage, "storage"}}) {
    if (range->length == 0 || fits(*range, bytes.size())) continue;
    return data_loss(where + ": the " + name + " segment reaches beyond the file's " +
                     std::to_string(contents.size()) + " bytes");
  }
  auto segment = [&](const Range& range) {
    return range.length == 0 ? std::span<const std::byte>()
                             : bytes.subspan(range.offset, range.length);
  };
  archive.entries = segment(entries);
  archive.metadata = segment(metadata);
  archive.storage = segment(storage);
  archive.storage_offset = base + storage.offset;
  return archive;
}

Result<std::string> read_text(const Archive& archive, const Range& range, const char* what) {
  if (range.length == 0) return std::string();
  if (!fits(range, archive.metadata.size())) {
    return invalid_argument(std::string(what) + " lies outside the metadata segment");
  }
  const std::span<const std::byte> bytes = archive.metadata.subspan(range.offset, range.length);
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

Status read_splat(const Record& entry, Parameter& parameter) {
  parameter.size_bytes = entry.number<uint64_t>(60);
  const uint8_t length = entry.number<uint8_t>(84);
  if (length != 1 && length != 2 && length != 4 && length != 8 && length != 16) {
    return invalid_argument("splat pattern of " + std::to_string(length) +
                            " bytes; expected 1, 2, 4, 8 or 16");
  }
  if (parameter.size_bytes % length != 0) {
    return invalid_argument("splat of " + std::to_string(parameter.size_bytes) +
                            " bytes is no multiple of its pattern");
  }
  for (uint64_t i = 0; i < length; ++i) parameter.splat.push_back(entry.number<std::byte>(68 + i));
  return {};
}

Status read_data(const Archive& archive, const Record& entry, Parameter& parameter) {
  const Range range = entry.range(60);
  if (range.length > 0 && !fits(range, archive.storage.size())) {
    return invalid_argument("bytes " + std::to_string(range.offset) + " + " +
                            std::to_string(range.length) + " lie outside the storage segment of " +
                            std::to_string(archive.storage.size()));
  }
  parameter.size_bytes = range.length;
  if (range.length == 0) return {};
  parameter.offset = archive.storage_offset + range.offset;
  parameter.bytes = archive.storage.subspan(range.offset, range.length);
  return {};
}

// The type that write_irpa leaves in the metadata; other writers leave other things there.
std::optional<TensorType> type_from_metadata(const std::string& metadata, uint64_t size_bytes) {
  const Result<TensorType> type = TensorType::parse(metadata);
  if (!type || type->size_bytes().value_or(size_bytes + 1) != size_bytes) return std::nullopt;
  return *type;
}

// Reads one entry; nullopt for an erased one.
Result<std::optional<Parameter>> read_entry(const Archive& archive,
                                            std::span<const std::byte> bytes) {
  const Record entry(bytes);
  const uint32_t kind = entry.number<uint32_t>(8);
  if (kind == kSkip) return std::optional<Parameter>();
  Parameter parameter;
  TUNDISH_ASSIGN(parameter.key, read_text(archive, entry.range(20), "the name"));
  TUNDISH_ASSIGN(const std::string metadata, read_text(archive, entry.range(36), "the metadata"));
  auto with_name = [&](const Status& status) {
    return status.with_context("parameter '" + parameter.key.substr(0, 80) + "'");
  };
  const uint64_t least = kind == kSplat ? kSplatEntryBytes : kDataEntryBytes;
  if (bytes.size() < least) return with_name(invalid_argument("its entry is too short"));
  Status status;
  if (kind == kSplat) {
    status = read_splat(entry, parameter);
  } else if (kind == kData) {
    status = read_data(archive, entry, parameter);
  } else {
    status = unimplemented(kind == kExternal ? "its data is in another file"
                                             : "entry kind " + std::to_string(kind));
  }
  if (!status.ok()) return with_name(status);
  parameter.type = type_from_metadata(metadata, parameter.size_bytes);
  return std::optional<Parameter>(std::move(parameter));
}

Status read_entries(const Archive& archive, ParameterList& list) {
  uint64_t at = 0;
  for (uint64_t i = 0; i < archive.entry_count; ++i) {
    const std::string where = "entry " + std::to_string(i);
    const std::span<const std::byte> rest = archive.entries.subspan(at);
    if (rest.size() < kEntryBytes) return data_loss(where + ": the entry table is cut off");
    const uint64_t size = Record(rest).number<uint64_t>(0);
    if (size < kEntryBytes || size > rest.size()) {
      return data_loss(where + ": its " + std::to_string(size) +
                       " bytes do not fit the entry table");
    }
    Result<std::optional<Parameter>> parameter = read_entry(archive, rest.first(size));
    if (!parameter) return parameter.error().with_context(where);
    if (*parameter) list.parameters.push_back(**std::move(parameter));
    at = std::min<uint64_t>(align_up(at + size, kEntryAlignment), archive.entries.size());
  }
  return {};
}

template <typename T>
void append(std::string& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof(T));
}

}  // namespace

bool is_irpa(std::span<const std::byte> contents) {
  return contents.size() >= 4 && Record(contents).number<uint32_t>(0) == kMagic;
}

Result<ParameterList> read_irpa(std::span<const std::byte> contents) {
  ParameterList list;
  uint64_t base = 0;
  for (int count = 0;; ++count) {
    TUNDISH_ASSIGN(const Archive archive, read_archive(contents, base));
    const Status status = read_entries(archive, list);
    if (!status.ok()) return status.with_context("archive at byte " + std::to_string(base));
    if (archive.next == 0) return list;
    // Links point forward, so a chain ends; a wrapped sum would point back.
    if (archive.next > contents.size() || count == kMaxArchives) {
      return invalid_argument("archive at byte " + std::to_string(base) +
                              ": the link to the next one leads nowhere");
    }
    base += archive.next;
  }
}

Status write_irpa(const std::string& path, std::span<const NamedTensor> parameters) {
  std::string entries, metadata;
  std::set<std::string_view> names;
  uint64_t storage_bytes = 0;
  std::vector<uint64_t> offsets;
  for (const NamedTensor& parameter : parameters) {
    if (!names.insert(parameter.key).second) {
      return invalid_argument(path + ": the name '" + parameter.key + "' is taken");
    }
    offsets.push_back(storage_bytes = align_up(storage_bytes, kParameterAlignment));
    const std::string type = parameter.tensor.type().to_string();
    append(entries, kDataEntryBytes);
    append(entries, static_cast<uint32_t>(kData));
    append(entries, uint64_t{0});  // flags
    append(entries, static_cast<uint64_t>(metadata.size()));
    append(entries, static_cast<uint64_t>(parameter.key.size()));
    append(entries, static_cast<uint64_t>(metadata.size() + parameter.key.size()));
    append(entries, static_cast<uint64_t>(type.size()));
    append(entries, kParameterAlignment);
    append(entries, storage_bytes);
    append(entries, static_cast<uint64_t>(parameter.tensor.size_bytes()));
    entries.resize(align_up(entries.size(), kEntryAlignment), '\0');
    metadata += parameter.key + type;
    storage_bytes += parameter.tensor.size_bytes();
  }
  const uint64_t entries_at = align_up(kHeaderBytes, kEntryAlignment);
  const uint64_t metadata_at = entries_at + entries.size();
  const uint64_t storage_at = align_up(metadata_at + metadata.size(), kParameterAlignment);
  std::string start;
  append(start, kMagic);
  append(start, uint32_t{0});  // version 0.0
  append(start, kHeaderBytes);
  append(start, uint64_t{0});  // no next archive
  append(start, uint64_t{0});  // flags
  for (uint64_t field :
       {static_cast<uint64_t>(parameters.size()), entries_at, static_cast<uint64_t>(entries.size()),
        metadata_at, static_cast<uint64_t>(metadata.size()), storage_at, storage_bytes}) {
    append(start, field);
  }
  start.resize(entries_at, '\0');
  start += entries + metadata;
  start.resize(storage_at, '\0');
  const std::array<std::byte, kParameterAlignment> padding{};
  std::vector<std::span<const std::byte>> pieces = {std::as_bytes(std::span(start))};
  uint64_t at = 0;
  for (size_t i = 0; i < parameters.size(); ++i) {
    pieces.push_back(std::span(padding).first(offsets[i] - at));
    pieces.push_back(parameters[i].tensor.bytes());
    at = offsets[i] + parameters[i].tensor.size_bytes();
  }
  return write_file_atomically(path, pieces);
}

}  // namespace tundish
