#include "tundish/backend/target.h"

#include "backend/host_cpu.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>

namespace tundish {
namespace {

struct FamilyInfo {
  Family family;
  const char* name;
  const char* default_target;  // what the family alone stands for; null: a name must follow
};
constexpr FamilyInfo kFamilies[] = {
    {Family::kCpu, "cpu", ""},
    {Family::kBare, "bare", nullptr},
    {Family::kCuda, "cuda", "sm_80"},
    {Family::kRocm, "rocm", "gfx942"},
    {Family::kVulkan, "vulkan", ""},
    {Family::kMetal, "metal", ""},
    {Family::kWebgpu, "webgpu", ""},
    {Family::kTpu, "tpu", "v5e"},
    {Family::kReference, "reference", ""},
};

constexpr TargetInfo kTargets[] = {
#define TUNDISH_TARGET(family, architecture, name, description) \
  {Family::family, Architecture::architecture, name, description},
#include "backend/target_names.def"
};

struct FeatureInfo {
  Architecture architecture;
  const char* name;
};
constexpr FeatureInfo kFeatures[] = {
#define TUNDISH_X86_FEATURE(name, ...) {Architecture::kX86_64, name},
#define TUNDISH_AARCH64_FEATURE(name, ...) {Architecture::kAarch64, name},
#define TUNDISH_RISCV_FEATURE(name, ...) {Architecture::kRiscv64, name},
#define TUNDISH_RISCV_VLEN_FEATURE(name, ...) {Architecture::kRiscv64, name},
#define TUNDISH_OTHER_FEATURE(architecture, name) {Architecture::architecture, name},
#include "backend/cpu_features.def"
};

struct Implied {
  const char* cpu;
  const char* features;  // comma-separated, sorted
};
constexpr Implied kImplied[] = {
#define TUNDISH_CPU_IMPLIES(cpu, features) {cpu, features},
#include "backend/cpu_implied.inc"
};

constexpr std::string_view kNegation = "no-";

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string_view trim(std::string_view text) {
  constexpr std::string_view kSpace = " \t\r\n";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// What the user wrote, cut to a length that suits a message, with control characters replaced.
std::string quoted(std::string_view text) {
  constexpr std::size_t kMaxLength = 60;
  std::string shown(text.substr(0, kMaxLength));
  for (char& c : shown) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return fmt::format("'{}{}'", shown, text.size() > kMaxLength ? "…" : "");
}

// Edits (insert, delete, replace, swap neighbours) between two words.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), now(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      now[j] = std::min({last[j] + 1, now[j - 1] + 1, last[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        now[j] = std::min(now[j], before_last[j - 2] + 1);
      }
    }
    std::swap(before_last, last);
    std::swap(last, now);
  }
  return last[b.size()];
}

// Up to four of `known`, nearest to `word` first; a shared prefix counts for half an edit each.
std::string nearest(std::string_view word, const std::vector<std::string>& known) {
  constexpr std::size_t kShown = 4, kMaxWord = 64;
  word = word.substr(0, kMaxWord);
  std::vector<std::pair<std::size_t, std::string>> ranked;
  for (const std::string& candidate : known) {
    const auto [end, unused] =
        std::mismatch(word.begin(), word.end(), candidate.begin(), candidate.end());
    const auto prefix = static_cast<std::size_t>(end - word.begin());
    ranked.emplace_back(2 * edit_distance(word, candidate) + word.size() - prefix, candidate);
  }
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> shown;
  for (const auto& [unused, candidate] : ranked) {
    if (shown.size() < kShown) shown.push_back(candidate);
  }
  return fmt::format("{}", fmt::join(shown, ", "));
}

const FamilyInfo& family_info(Family family) {
  return *std::find_if(std::begin(kFamilies), std::end(kFamilies),
                       [&](const FamilyInfo& row) { return row.family == family; });
}

std::string spell(Family family, std::string_view name) {
  return name.empty() ? family_name(family) : fmt::format("{}:{}", family_name(family), name);
}

std::vector<std::string> spellings(std::optional<Family> family) {
  std::vector<std::string> all;
  for (const FamilyInfo& row : kFamilies) {
    if (!family && row.default_target != nullptr) all.emplace_back(row.name);
  }
  for (const TargetInfo& row : kTargets) {
    if (family && row.family != *family) continue;
    if (family || row.name[0] != '\0') all.push_back(spell(row.family, row.name));
  }
  return all;
}

const TargetInfo* find_target(Family family, std::string_view name) {
  for (const TargetInfo& row : kTargets) {
    if (row.family == family && row.name == name) return &row;
  }
  return nullptr;
}

using FeatureMap = std::map<std::string, bool, std::less<>>;

FeatureMap implied_features(std::string_view cpu) {
  FeatureMap features;
  for (const Implied& row : kImplied) {
    if (row.cpu != cpu || row.features[0] == '\0') continue;
    for (std::string_view name : split(row.features, ',')) features.emplace(name, true);
  }
  return features;
}

// What `wanted` says beyond or against what `cpu` implies.
std::vector<CpuFeature> differences(std::string_view cpu, const FeatureMap& wanted) {
  const FeatureMap implied = implied_features(cpu);
  std::vector<CpuFeature> result;
  for (const auto& [name, is_enabled] : wanted) {
    if (implied.contains(name) != is_enabled) result.push_back({name, is_enabled});
  }
  return result;
}

Status parse_features(std::string_view shown, const std::vector<std::string_view>& words,
                      Target& target) {
  const std::vector<std::string> known = known_cpu_features(target.architecture);
  FeatureMap wanted;
  for (std::string_view word : words) {
    std::string_view name = word;
    const bool is_enabled = !name.starts_with(kNegation);
    if (!is_enabled) name.remove_prefix(kNegation.size());
    if (known.empty()) {
      return invalid_argument(fmt::format("target {}: {} takes no features, found {}",
                                          quoted(shown), spell(target.family, target.name),
                                          quoted(word)));
    }
    if (!std::binary_search(known.begin(), known.end(), name)) {
      return invalid_argument(
          fmt::format("target {}: unknown feature {} of {}; nearest: {}", quoted(shown),
                      quoted(name), architecture_name(target.architecture), nearest(name, known)));
    }
    const auto [place, is_new] = wanted.emplace(name, is_enabled);
    if (!is_new && place->second != is_enabled) {
      return invalid_argument(fmt::format("target {}: feature {} is both asked for and forbidden",
                                          quoted(shown), quoted(name)));
    }
  }
  // A least length of vector registers asks for vector registers.
  const bool has_length = std::any_of(wanted.begin(), wanted.end(), [](const auto& feature) {
    return feature.second && feature.first.starts_with("zvl");
  });
  if (has_length && !wanted.emplace("v", true).first->second) {
    return invalid_argument(
        fmt::format("target {}: zvl… needs v, which is forbidden", quoted(shown)));
  }
  target.features = differences(target.name, wanted);
  return {};
}

}  // namespace

const char* family_name(Family family) { return family_info(family).name; }

const char* architecture_name(Architecture architecture) {
  switch (architecture) {
    case Architecture::kNone:
      return "none";
    case Architecture::kX86_64:
      return "x86_64";
    case Architecture::kAarch64:
      return "aarch64";
    case Architecture::kRiscv64:
      return "riscv64";
    case Architecture::kWasm32:
      return "wasm32";
    case Architecture::kThumb:
      return "thumb";
    case Architecture::kNvptx64:
      return "nvptx64";
    case Architecture::kAmdgcn:
      return "amdgcn";
    case Architecture::kSpirv:
      return "spirv";
    case Architecture::kMsl:
      return "msl";
    case Architecture::kWgsl:
      return "wgsl";
    case Architecture::kTpuCore:
      return "tpu";
  }
  return "none";
}

std::string Target::to_string() const {
  std::string text = spell(family, name);
  for (const CpuFeature& feature : features) {
    text += fmt::format("+{}{}", feature.is_enabled ? "" : kNegation, feature.name);
  }
  return text;
}

std::span<const TargetInfo> known_targets() { return kTargets; }

std::vector<std::string> known_cpu_features(Architecture architecture) {
  std::vector<std::string> names;
  for (const FeatureInfo& row : kFeatures) {
    if (row.architecture == architecture) names.emplace_back(row.name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<Target> parse_target(std::string_view text) {
  constexpr std::size_t kMaxLength = 4096;
  text = trim(text);
  if (text.empty()) {
    return invalid_argument(fmt::format("target is empty; for example: cpu, cuda:sm_80, vulkan"));
  }
  if (text.size() > kMaxLength) {
    return invalid_argument(fmt::format("target {} is {} characters long; at most {} are read",
                                        quoted(text), text.size(), kMaxLength));
  }
  std::vector<std::string_view> words = split(text, '+');
  const std::string_view head = words.front();
  words.erase(words.begin());
  const std::size_t colon = head.find(':');
  const std::string_view family_word = head.substr(0, colon);
  if (family_word == "iree" || family_word == "xla") {
    return invalid_argument(
        fmt::format("target {}: a target names no compiler; write the rest and --backend {}",
                    quoted(text), family_word));
  }
  const auto* family = std::find_if(std::begin(kFamilies), std::end(kFamilies),
                                    [&](const auto& row) { return row.name == family_word; });
  if (family == std::end(kFamilies)) {
    return invalid_argument(fmt::format("unknown target {}; nearest: {}", quoted(text),
                                        nearest(head, spellings(std::nullopt))));
  }
  std::string_view name = colon == std::string_view::npos ? "" : head.substr(colon + 1);
  if (colon == std::string_view::npos && family->default_target != nullptr) {
    name = family->default_target;
  }
  Target target{.family = family->family,
                .architecture = Architecture::kNone,
                .name = std::string(name),
                .features = {}};
  if (target.is_unresolved_host() && colon == std::string_view::npos) {
    if (words.empty()) return target;
    return invalid_argument(fmt::format(
        "target {}: cpu takes all features of this host; to choose some, name a CPU first, "
        "for example cpu:x86-64-v3+avx512f",
        quoted(text)));
  }
  const TargetInfo* info = find_target(target.family, name);
  if (info == nullptr || (colon != std::string_view::npos && name.empty())) {
    return invalid_argument(fmt::format("unknown target {}; nearest: {}", quoted(text),
                                        nearest(head, spellings(family->family))));
  }
  target.architecture = info->architecture;
  TUNDISH_TRY(parse_features(text, words, target));
  return target;
}

Result<std::vector<Target>> parse_targets(std::string_view text) {
  std::vector<Target> targets;
  for (std::string_view part : split(text, ',')) {
    TUNDISH_ASSIGN(Target target, parse_target(part));
    if (std::find(targets.begin(), targets.end(), target) != targets.end()) {
      return invalid_argument(
          fmt::format("target {} is named twice in {}", target.to_string(), quoted(text)));
    }
    targets.push_back(std::move(target));
  }
  return targets;
}

Result<Target> resolve_host() {
  static const Result<Target> host = []() -> Result<Target> {
    TUNDISH_ASSIGN(const HostCpu cpu, read_host_cpu());
    return host_target(cpu);
  }();
  return host;
}

Target host_target(const HostCpu& cpu) {
  FeatureMap found;
  for (const std::string& name : known_cpu_features(cpu.architecture)) {
    found.emplace(name, std::binary_search(cpu.features.begin(), cpu.features.end(), name));
  }
  return Target{.family = Family::kCpu,
                .architecture = cpu.architecture,
                .name = cpu.name,
                .features = differences(cpu.name, found)};
}

Result<Target> resolve(const Target& target) {
  if (target.is_unresolved_host()) return resolve_host();
  return target;
}

std::vector<CpuFeature> cpu_features(const Target& target) {
  FeatureMap all = implied_features(target.name);
  if (target.family != Family::kCpu && target.family != Family::kBare) all.clear();
  for (const CpuFeature& feature : target.features) all[feature.name] = feature.is_enabled;
  std::vector<CpuFeature> features;
  for (const auto& [name, is_enabled] : all) features.push_back({name, is_enabled});
  return features;
}

Status check_runs_on(const Target& target, const Target& host) {
  if (target.family == Family::kBare) {
    return failed_precondition(fmt::format(
        "{} code runs on the board it was compiled for, not on this machine", target.to_string()));
  }
  if (target.family != Family::kCpu || target.is_unresolved_host()) return {};
  if (target.architecture != host.architecture) {
    return failed_precondition(fmt::format(
        "compiled for {} ({}), this machine is {}; compile for target cpu here", target.to_string(),
        architecture_name(target.architecture), architecture_name(host.architecture)));
  }
  FeatureMap offered;
  for (const CpuFeature& feature : cpu_features(host)) {
    offered.emplace(feature.name, feature.is_enabled);
  }
  std::vector<std::string> missing;
  for (const CpuFeature& feature : cpu_features(target)) {
    const auto found = offered.find(feature.name);
    const bool is_offered = found != offered.end() && found->second;
    if (feature.is_enabled && !is_offered) missing.push_back(feature.name);
  }
  if (missing.empty()) return {};
  return failed_precondition(
      fmt::format("compiled for {}, which needs {}: this machine ({}) does not have {}; compile "
                  "for target cpu here, or for a smaller one such as cpu:x86-64-v3",
                  target.to_string(), fmt::join(missing, ", "), host.name,
                  missing.size() == 1 ? "it" : "them"));
}

Status check_runs_on_host(const Target& target) {
  if (target.family != Family::kCpu) return check_runs_on(target, {});
  TUNDISH_ASSIGN(const Target host, resolve_host());
  return check_runs_on(target, host);
}

}  // namespace tundish
