#include "backend/iree/target_table.h"

#include <fmt/format.h>

#include <algorithm>

namespace tundish::iree {
namespace {

struct Row {
  std::string_view target;
  std::string_view flags;  // separated by spaces
  std::string_view cpu_features;
  std::string_view preprocessing;
  bool can_run_asynchronously;
  bool is_free_of_locations;
  std::string_view machine_code;
  std::string_view note;
};

struct Refusal {
  std::string_view target;
  std::string_view reason;
};

struct Failure {
  std::string_view target;
  std::string_view program;
  std::string_view message;
};

// One pass over the generated file per kind of row, so that each kind is an array of its own.
#define TUNDISH_IREE_COMPILER_VERSION(version) constexpr std::string_view kVersion = version;
#define TUNDISH_IREE_BASE_FLAG(flag)
#define TUNDISH_IREE_TARGET(...)
#define TUNDISH_IREE_REFUSED(...)
#define TUNDISH_IREE_FAILS(...)
#include "backend/iree/target_table.inc"

constexpr const char* kBaseFlags[] = {
#define TUNDISH_IREE_COMPILER_VERSION(version)
#define TUNDISH_IREE_BASE_FLAG(flag) flag,
#define TUNDISH_IREE_TARGET(...)
#define TUNDISH_IREE_REFUSED(...)
#define TUNDISH_IREE_FAILS(...)
#include "backend/iree/target_table.inc"
};

constexpr Row kRows[] = {
#define TUNDISH_IREE_COMPILER_VERSION(version)
#define TUNDISH_IREE_BASE_FLAG(flag)
#define TUNDISH_IREE_TARGET(...) {__VA_ARGS__},
#define TUNDISH_IREE_REFUSED(...)
#define TUNDISH_IREE_FAILS(...)
#include "backend/iree/target_table.inc"
};

constexpr Refusal kRefusals[] = {
#define TUNDISH_IREE_COMPILER_VERSION(version)
#define TUNDISH_IREE_BASE_FLAG(flag)
#define TUNDISH_IREE_TARGET(...)
#define TUNDISH_IREE_REFUSED(...) {__VA_ARGS__},
#define TUNDISH_IREE_FAILS(...)
#include "backend/iree/target_table.inc"
};

constexpr Failure kFailures[] = {
#define TUNDISH_IREE_COMPILER_VERSION(version)
#define TUNDISH_IREE_BASE_FLAG(flag)
#define TUNDISH_IREE_TARGET(...)
#define TUNDISH_IREE_REFUSED(...)
#define TUNDISH_IREE_FAILS(...) {__VA_ARGS__},
#include "backend/iree/target_table.inc"
};

constexpr std::string_view kCompilerFolder = "{compiler}";

// The target's name without features: the table's key.
std::string key_of(const Target& target) {
  Target bare = target;
  bare.features.clear();
  return bare.to_string();
}

const Row* find_row(std::string_view key) {
  const auto* row = std::find_if(std::begin(kRows), std::end(kRows),
                                 [&](const Row& candidate) { return candidate.target == key; });
  return row == std::end(kRows) ? nullptr : row;
}

// LLVM applies a list from left to right, and switching a feature on switches on what it builds
// upon. So what is forbidden comes last, or `+avx512vl` would undo `-avx512f`.
std::string feature_list(std::string_view baseline, const std::vector<CpuFeature>& features) {
  std::string list(baseline);
  for (const bool is_enabled : {true, false}) {
    for (const CpuFeature& feature : features) {
      if (feature.is_enabled != is_enabled) continue;
      list += fmt::format("{}{}{}", list.empty() ? "" : ",", is_enabled ? '+' : '-', feature.name);
    }
  }
  return list;
}

void append_flags(std::string_view text, std::string_view compiler_folder,
                  std::vector<std::string>& flags) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    std::string flag(text.substr(0, end));
    if (const std::size_t at = flag.find(kCompilerFolder); at != std::string::npos) {
      flag.replace(at, kCompilerFolder.size(), compiler_folder);
    }
    flags.push_back(std::move(flag));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

std::string_view probed_compiler_version() { return kVersion; }

std::span<const char* const> base_flags() { return kBaseFlags; }

Status check_can_compile(const Target& target) {
  if (target.is_unresolved_host()) {
    return invalid_argument("target cpu must be resolved before it is compiled for");
  }
  const std::string key = key_of(target);
  if (find_row(key) != nullptr) return {};
  for (const Refusal& refusal : kRefusals) {
    if (refusal.target == key) {
      return unimplemented(
          fmt::format("IREE {} cannot compile for {}: {}", kVersion, key, refusal.reason));
    }
  }
  return unimplemented(
      fmt::format("IREE {} was never asked whether it compiles for {}", kVersion, key));
}

Result<TargetFlags> find_target_flags(const Target& target, std::string_view compiler_folder) {
  TUNDISH_TRY(check_can_compile(target));
  const std::string key = key_of(target);
  const Row& row = *find_row(key);
  TargetFlags result{.flags = {kBaseFlags, std::end(kBaseFlags)},
                     .preprocessing = std::string(row.preprocessing),
                     .note = std::string(row.note),
                     .machine_code = std::string(row.machine_code),
                     .failures = {},
                     .can_run_asynchronously = row.can_run_asynchronously,
                     .is_free_of_locations = row.is_free_of_locations};
  append_flags(row.flags, compiler_folder, result.flags);
  if (std::string list = feature_list(row.cpu_features, target.features); !list.empty()) {
    result.flags.push_back("--iree-llvmcpu-target-cpu-features=" + list);
  }
  for (const Failure& failure : kFailures) {
    if (failure.target == key) {
      result.failures.push_back({std::string(failure.program), std::string(failure.message)});
    }
  }
  return result;
}

}  // namespace tundish::iree
