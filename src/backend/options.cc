#include "tundish/backend/options.h"

#include <array>

#include "base/spelling.h"

namespace tundish {
namespace {
constexpr std::array<const char*, 3> kProfileNames = {"aggressive", "size", "latency"};
}  // namespace

const char* profile_name(Profile profile) { return kProfileNames[static_cast<size_t>(profile)]; }

Result<Profile> parse_profile(std::string_view text) {
  for (size_t i = 0; i < kProfileNames.size(); ++i) {
    if (text == kProfileNames[i]) return static_cast<Profile>(i);
  }
  return invalid_argument("unknown profile '" + std::string(text) +
                          "'; expected aggressive, size or latency");
}

}  // namespace tundish
