// Any bytes read as a parameter file: whatever is listed lies within the file.
#include <cstdlib>

#include "tundish/parameters/parameter_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace tundish;
  const std::span<const std::byte> contents(reinterpret_cast<const std::byte*>(data), size);
  auto file = ParameterFile::parse(contents, "fuzz", nullptr);
  if (!file) return 0;
  for (const Parameter& parameter : (*file)->parameters()) {
    if ((*file)->find(parameter.key) != &parameter) std::abort();
    if (parameter.splat.empty()) {
      if (parameter.bytes.size() != parameter.size_bytes) std::abort();
      (void)(*file)->digest(parameter);
    }
    if (parameter.size_bytes < 1 << 20) (void)(*file)->tensor(parameter.key);
  }
  return 0;
}
