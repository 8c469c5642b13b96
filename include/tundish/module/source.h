// Source: the bytes of a program in some dialect, and what can be told without understanding them.
//
// The bytes are shared and immutable; a Source is cheap to copy and safe to use from any thread.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tundish/base/status.h"

namespace tundish {

class Source {
 public:
  enum class Form { kText, kBytecode };

  // Memory-maps `path`. The path stays the name that diagnostics use.
  static Result<Source> from_file(const std::string& path);
  // `name` stands for the file's name in diagnostics.
  static Source from_string(std::string bytes, std::string name);

  const std::string& name() const { return name_; }
  std::string_view bytes() const { return bytes_; }
  Form form() const;
  // SHA-256 of the bytes, in hex: names and folders do not enter it.
  const std::string& digest() const;
  // The dialects that the bytes mention, e.g. {"func", "stablehlo"}; sorted. A guess by words.
  std::vector<std::string> dialects() const;

  // Refuses what would exhaust or crash a parser: an empty file, binary junk, nesting deeper than
  // kMaxNesting. kInvalidArgument with "file:line:col: found, expected".
  Status check() const;
  static constexpr int kMaxNesting = 512;

 private:
  Source(std::shared_ptr<const void> owner, std::string_view bytes, std::string name);

  std::shared_ptr<const void> owner_;
  std::string_view bytes_;
  std::string name_;
  struct Cached;
  std::shared_ptr<Cached> cached_;
};

}  // namespace tundish
