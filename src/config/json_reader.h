// Reads JSON that a stranger wrote: size, nesting, duplicate keys and text encoding are checked,
// and every value's place in the file is known.
#pragma once

#include "tundish/base/status.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tundish::config {

// Something wrong at one place of a document.
struct Problem {
  std::string pointer;  // RFC 6901; empty: the document as a whole
  std::string message;  // what was found, what was expected
};

struct Place {
  int line = 0;    // from 1; 0: unknown
  int column = 0;  // from 1, in bytes
};

struct JsonDocument {
  nlohmann::ordered_json value;
  // By JSON pointer: where a member's key or a list's element starts.
  std::map<std::string, Place> places;
  // Keys that an object has twice, each by its pointer. `value` holds the last.
  std::vector<Problem> duplicates;
};

inline constexpr size_t kMaxConfigBytes = 256 << 10;
inline constexpr size_t kMaxConfigDepth = 16;

// kInvalidArgument with one diagnostic (`name`, line, column) for what is not JSON.
Result<JsonDocument> read_json(std::string_view bytes, const std::string& name);

// The pointer of a member: `parent` and the escaped `key`.
std::string child_pointer(const std::string& parent, std::string_view key);

// kInvalidArgument with one diagnostic for each problem: "/pointer: message", placed where the
// pointer, or what it lies in, starts. An empty `name` stands for no file: no place either.
// Precondition: `problems` is not empty.
Status problems_status(const std::vector<Problem>& problems,
                       const std::map<std::string, Place>& places, const std::string& name);

// Text of a user for a message: in quotes, control characters replaced, cut at a sensible length.
std::string in_quotes(std::string_view text);

}  // namespace tundish::config
