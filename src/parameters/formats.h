// The two file formats: readers fill a list, writers lay out a file. For parameter_file.cc.
#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tundish/parameters/parameter_file.h"

namespace tundish {

struct ParameterList {
  std::vector<Parameter> parameters;
  std::vector<std::pair<std::string, std::string>> metadata;
};

bool is_irpa(std::span<const std::byte> contents);
Result<ParameterList> read_irpa(std::span<const std::byte> contents);
Result<ParameterList> read_safetensors(std::span<const std::byte> contents);

// Where each parameter starts in the file, and everything before the first.
inline constexpr uint64_t kParameterAlignment = 64;
inline uint64_t align_up(uint64_t offset, uint64_t alignment) {
  return (offset + alignment - 1) / alignment * alignment;
}

}  // namespace tundish
