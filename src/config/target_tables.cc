#include "tundish/config/compile_config.h"

#include <nlohmann/json.hpp>

namespace tundish {
namespace {

using Json = nlohmann::ordered_json;

constexpr Family kFamilies[] = {Family::kCpu,    Family::kBare,   Family::kCuda,
                                Family::kRocm,   Family::kVulkan, Family::kMetal,
                                Family::kWebgpu, Family::kTpu,    Family::kReference};

Json names_of(Family family) {
  Json names = Json::object();
  for (const TargetInfo& info : known_targets()) {
    if (info.family == family) names[info.name] = architecture_name(info.architecture);
  }
  return names;
}

// What the family alone stands for; null where a name must follow.
Json default_of(Family family) {
  const Result<Target> target = parse_target(family_name(family));
  return target.has_value() ? Json(target->name) : Json(nullptr);
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace

std::string targets_document() {
  Json families, features, implied;
  for (const Family family : kFamilies) {
    families[family_name(family)] = {{"default", default_of(family)}, {"names", names_of(family)}};
  }
  for (const TargetInfo& info : known_targets()) {
    const char* architecture = architecture_name(info.architecture);
    const std::vector<std::string> known = known_cpu_features(info.architecture);
    if (!known.empty()) features[architecture] = joined(known);
    if (info.family != Family::kCpu && info.family != Family::kBare) continue;
    std::vector<std::string> names;
    for (const CpuFeature& feature :
         cpu_features({info.family, info.architecture, info.name, {}})) {
      names.push_back(feature.name);
    }
    implied[info.name] = joined(names);
  }
  const Json document = {
      {"description",
       "Target names, CPU features, and the features that each CPU implies, for checkers in other "
       "languages. Generated from the table of the backend library by the configuration tests."},
      {"families", families},
      {"features", features},
      {"implied_features", implied}};
  return document.dump(1) + '\n';
}

}  // namespace tundish
