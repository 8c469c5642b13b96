// Whatever the bytes, a configuration is refused with diagnostics, or normalizes idempotently.
#include "tundish/config/compile_config.h"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const tundish::Result<tundish::CompileConfig> config = tundish::parse_config(bytes, "fuzz.json");
  if (!config.has_value()) {
    if (config.error().diagnostics().empty()) std::abort();
    return 0;
  }
  if (!tundish::output_plan(*config).has_value()) std::abort();
  const std::string normal = tundish::normalize(*config);
  // The full form of a file near the size limit may exceed it.
  if (normal.size() > (256u << 10)) return 0;
  const tundish::Result<tundish::CompileConfig> again = tundish::parse_config(normal, "again.json");
  if (!again.has_value() || tundish::normalize(*again) != normal) std::abort();
  return 0;
}
