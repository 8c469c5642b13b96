// .safetensors: eight bytes of header size, little-endian; a JSON object that gives each tensor's
// dtype, shape and range; the data. The ranges must tile the data without gap or overlap.
#include <algorithm>
#include <array>
#include <cstring>
#include <nlohmann/json.hpp>
#include <tuple>

#include "base/file.h"
#include "parameters/formats.h"

namespace tundish {
namespace {

using Json = nlohmann::json;

// The reference implementation refuses larger headers, too.
constexpr uint64_t kMaxHeaderBytes = 100'000'000;
// Objects in a header nest two deep; a parser that recurses must not see more.
constexpr int kMaxDepth = 8;

struct Dtype {
  std::string_view name;
  ElementType type;
};
constexpr Dtype kDtypes[] = {
    {"BOOL", ElementType::kI1},        {"I8", ElementType::kI8},
    {"I16", ElementType::kI16},        {"I32", ElementType::kI32},
    {"I64", ElementType::kI64},        {"U8", ElementType::kUi8},
    {"U16", ElementType::kUi16},       {"U32", ElementType::kUi32},
    {"U64", ElementType::kUi64},       {"F8_E4M3", ElementType::kF8E4M3FN},
    {"F8_E5M2", ElementType::kF8E5M2}, {"F8_E8M0", ElementType::kF8E8M0FNU},
    {"BF16", ElementType::kBf16},      {"F16", ElementType::kF16},
    {"F32", ElementType::kF32},        {"F64", ElementType::kF64},
    {"C64", ElementType::kComplexF32},
};

// Rejects deep nesting before the JSON parser recurses.
Status check_depth(std::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kMaxDepth) return invalid_argument("header: nested too deeply");
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return {};
}

// Parses without exceptions; an object with one key twice is refused, not merged.
Result<Json> parse_header(std::string_view text) {
  TUNDISH_TRY(check_depth(text));
  std::vector<std::vector<std::string>> keys;
  std::string twice;
  const auto watch = [&](int, Json::parse_event_t event, Json& value) {
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) {
      std::sort(keys.back().begin(), keys.back().end());
      const auto same = std::adjacent_find(keys.back().begin(), keys.back().end());
      if (same != keys.back().end()) twice = *same;
      keys.pop_back();
    }
    if (event == Json::parse_event_t::key) keys.back().push_back(value.get<std::string>());
    return true;
  };
  Json header = Json::parse(text.begin(), text.end(), watch, /*allow_exceptions=*/false);
  if (header.is_discarded() || !header.is_object()) {
    return invalid_argument("not an .irpa or .safetensors file: its header is no JSON object");
  }
  if (!twice.empty()) return invalid_argument("header: key '" + twice + "' twice");
  return header;
}

Result<std::vector<uint64_t>> read_integers(const Json& entry, const char* field) {
  const auto found = entry.find(field);
  if (found == entry.end() || !found->is_array()) {
    return invalid_argument(std::string(field) + " is not an array");
  }
  std::vector<uint64_t> values;
  for (const Json& value : *found) {
    if (!value.is_number_unsigned()) {
      return invalid_argument(std::string(field) + " holds something else than whole numbers");
    }
    values.push_back(value.get<uint64_t>());
  }
  return values;
}

// The type of an entry; nullopt for a dtype that Tundish has no element type for.
Result<std::optional<TensorType>> read_type(const Json& entry) {
  const auto dtype = entry.find("dtype");
  if (dtype == entry.end() || !dtype->is_string()) return invalid_argument("dtype is not a string");
  TUNDISH_ASSIGN(const std::vector<uint64_t> dims, read_integers(entry, "shape"));
  std::vector<int64_t> signed_dims;
  for (uint64_t dim : dims) {
    if (dim > INT64_MAX) return out_of_range("shape has a dimension above 2^63 - 1");
    signed_dims.push_back(static_cast<int64_t>(dim));
  }
  TUNDISH_ASSIGN(Shape shape, Shape::make(signed_dims));
  for (const Dtype& row : kDtypes) {
    if (row.name == dtype->get_ref<const std::string&>()) {
      return std::optional<TensorType>(TensorType{row.type, std::move(shape)});
    }
  }
  return std::optional<TensorType>();
}

Result<Parameter> read_entry(const std::string& key, const Json& entry,
                             std::span<const std::byte> contents, uint64_t data_start) {
  if (!entry.is_object()) return invalid_argument("is not an object");
  Parameter parameter;
  parameter.key = key;
  TUNDISH_ASSIGN(parameter.type, read_type(entry));
  TUNDISH_ASSIGN(const std::vector<uint64_t> range, read_integers(entry, "data_offsets"));
  if (range.size() != 2 || range[0] > range[1]) {
    return invalid_argument("data_offsets is not [begin, end]");
  }
  if (range[1] > contents.size() - data_start) {
    return data_loss("ends at byte " + std::to_string(range[1]) + " of the data; the file has " +
                     std::to_string(contents.size() - data_start));
  }
  parameter.offset = data_start + range[0];
  parameter.size_bytes = range[1] - range[0];
  parameter.bytes = contents.subspan(parameter.offset, parameter.size_bytes);
  if (parameter.type) {
    TUNDISH_ASSIGN(const size_t expected, parameter.type->size_bytes());
    if (expected != parameter.size_bytes) {
      return invalid_argument("has " + std::to_string(parameter.size_bytes) + " bytes; " +
                              parameter.type->to_string() + " takes " + std::to_string(expected));
    }
  }
  return parameter;
}

// Sorts by place in the file. Ranges must follow each other, from the first byte to the last.
Status sort_and_check_tiling(std::vector<Parameter>& parameters, uint64_t data_start,
                             uint64_t file_size) {
  std::sort(parameters.begin(), parameters.end(), [](const Parameter& a, const Parameter& b) {
    return std::tie(a.offset, a.size_bytes, a.key) < std::tie(b.offset, b.size_bytes, b.key);
  });
  uint64_t end = data_start;
  for (const Parameter& parameter : parameters) {
    if (parameter.offset != end) {
      return invalid_argument(
          "parameter '" + parameter.key + "' starts at byte " + std::to_string(parameter.offset) +
          "; expected " + std::to_string(end) + (parameter.offset < end ? " (overlap)" : " (gap)"));
    }
    end += parameter.size_bytes;
  }
  if (end != file_size) {
    return invalid_argument(std::to_string(file_size - end) + " bytes after the last parameter");
  }
  return {};
}

std::string_view dtype_name(ElementType type) {
  for (const Dtype& row : kDtypes) {
    if (row.type == type) return row.name;
  }
  return {};
}

}  // namespace

Result<ParameterList> read_safetensors(std::span<const std::byte> contents) {
  uint64_t header_size = 0;
  if (contents.size() < sizeof(header_size)) {
    return invalid_argument("not an .irpa or .safetensors file: it has " +
                            std::to_string(contents.size()) + " bytes");
  }
  std::memcpy(&header_size, contents.data(), sizeof(header_size));
  if (header_size > kMaxHeaderBytes || header_size > contents.size() - sizeof(header_size)) {
    return invalid_argument("not an .irpa or .safetensors file, or cut off: a header of " +
                            std::to_string(header_size) + " bytes in a file of " +
                            std::to_string(contents.size()));
  }
  const char* text = reinterpret_cast<const char*>(contents.data()) + sizeof(header_size);
  TUNDISH_ASSIGN(const Json header, parse_header({text, header_size}));
  const uint64_t data_start = sizeof(header_size) + header_size;
  ParameterList list;
  for (const auto& [key, entry] : header.items()) {
    if (key == "__metadata__") {
      if (!entry.is_object()) return invalid_argument("__metadata__ is not an object");
      for (const auto& [name, value] : entry.items()) {
        if (!value.is_string()) return invalid_argument("__metadata__ holds more than strings");
        list.metadata.emplace_back(name, value.get<std::string>());
      }
      continue;
    }
    Result<Parameter> parameter = read_entry(key, entry, contents, data_start);
    if (!parameter) return parameter.error().with_context("parameter '" + key + "'");
    list.parameters.push_back(*std::move(parameter));
  }
  TUNDISH_TRY(sort_and_check_tiling(list.parameters, data_start, contents.size()));
  return list;
}

Status write_safetensors(const std::string& path, std::span<const NamedTensor> parameters) {
  Json header = Json::object();
  uint64_t offset = 0;
  std::vector<std::span<const std::byte>> pieces(1);
  // The format has no padding: the widest elements first keeps every parameter aligned.
  std::vector<const NamedTensor*> order;
  for (const NamedTensor& parameter : parameters) order.push_back(&parameter);
  std::stable_sort(order.begin(), order.end(), [](const NamedTensor* a, const NamedTensor* b) {
    return storage_bytes(a->tensor.element_type()) > storage_bytes(b->tensor.element_type());
  });
  for (const NamedTensor* named : order) {
    const NamedTensor& parameter = *named;
    const TensorType& type = parameter.tensor.type();
    const std::string_view dtype = dtype_name(type.element_type);
    if (dtype.empty()) {
      return invalid_argument(path + ": parameter '" + parameter.key +
                              "': .safetensors has no type " +
                              std::string(element_type_name(type.element_type)) + "; use .irpa");
    }
    if (header.contains(parameter.key) || parameter.key == "__metadata__") {
      return invalid_argument(path + ": the name '" + parameter.key + "' is taken");
    }
    const uint64_t end = offset + parameter.tensor.size_bytes();
    header[parameter.key] = {{"dtype", dtype},
                             {"shape", std::vector<int64_t>(type.shape.begin(), type.shape.end())},
                             {"data_offsets", {offset, end}}};
    pieces.push_back(parameter.tensor.bytes());
    offset = end;
  }
  // Names that are no UTF-8 are replaced, not thrown at.
  std::string text = header.dump(-1, ' ', false, Json::error_handler_t::replace);
  text.resize(align_up(text.size() + 8, kParameterAlignment) - 8, ' ');
  const uint64_t header_size = text.size();
  std::string start(sizeof(header_size), '\0');
  std::memcpy(start.data(), &header_size, sizeof(header_size));
  start += text;
  pieces[0] = std::as_bytes(std::span(start));
  return write_file_atomically(path, pieces);
}

}  // namespace tundish
