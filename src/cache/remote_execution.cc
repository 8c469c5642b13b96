#include "cache/remote_execution.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace tundish::remote_execution {
namespace {

// Protobuf's wire format: each field is a varint of (number << 3 | wire type) and its value.
class Writer {
 public:
  // proto3 leaves out empty strings and zero numbers, except in repeated fields.
  void text(uint32_t number, std::string_view value) {
    if (!value.empty()) element(number, value);
  }
  void integer(uint32_t number, uint64_t value) {
    if (value == 0) return;
    varint(number << 3 | kVarint);
    varint(value);
  }
  // An element of a repeated string or message, or a message that is present: written when empty,
  // too.
  void element(uint32_t number, std::string_view value) {
    varint(number << 3 | kLengthDelimited);
    varint(value.size());
    bytes_ += value;
  }

  std::string take() { return std::move(bytes_); }

 private:
  static constexpr uint32_t kVarint = 0;
  static constexpr uint32_t kLengthDelimited = 2;

  void varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>(value | 0x80);
    bytes_ += static_cast<char>(value);
  }

  std::string bytes_;
};

std::string encode(const ContentDigest& digest) {
  Writer writer;
  writer.text(1, digest.digest.to_hex());
  writer.integer(2, digest.size_bytes);
  return writer.take();
}

std::string encode(const NameValue& pair) {
  Writer writer;
  writer.text(1, pair.first);
  writer.text(2, pair.second);
  return writer.take();
}

std::string encode(const Platform& platform) {
  Writer writer;
  auto properties = platform.properties;
  std::sort(properties.begin(), properties.end());
  for (const NameValue& property : properties) writer.element(1, encode(property));
  return writer.take();
}

template <typename Node>
std::vector<Node> sorted_by_name(std::vector<Node> nodes) {
  std::sort(nodes.begin(), nodes.end(),
            [](const Node& a, const Node& b) { return a.name < b.name; });
  return nodes;
}

}  // namespace

std::string encode(const Command& command) {
  Writer writer;
  for (const std::string& argument : command.arguments) writer.element(1, argument);
  auto variables = command.environment_variables;
  std::sort(variables.begin(), variables.end());
  for (const NameValue& variable : variables) writer.element(2, encode(variable));
  auto paths = command.output_paths;
  std::sort(paths.begin(), paths.end());
  for (const std::string& path : paths) writer.element(7, path);
  return writer.take();
}

std::string encode(const Directory& directory) {
  Writer writer;
  for (const FileNode& file : sorted_by_name(directory.files)) {
    Writer node;
    node.text(1, file.name);
    node.element(2, encode(file.digest));
    node.integer(4, file.is_executable ? 1 : 0);
    writer.element(1, node.take());
  }
  for (const DirectoryNode& child : sorted_by_name(directory.directories)) {
    Writer node;
    node.text(1, child.name);
    node.element(2, encode(child.digest));
    writer.element(2, node.take());
  }
  return writer.take();
}

std::string encode(const Action& action) {
  Writer writer;
  writer.element(1, encode(action.command));
  writer.element(2, encode(action.input_root));
  writer.text(9, action.salt);
  if (!action.platform.properties.empty()) writer.element(10, encode(action.platform));
  return writer.take();
}

}  // namespace tundish::remote_execution
