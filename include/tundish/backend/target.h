// Target: what a module is compiled for, resolved from a string.
//
//   cpu                  this host: resolve() turns it into CPU name and features
//   cpu:x86-64-v3        a CPU or architecture, optionally with features added and taken away:
//   cpu:aarch64+sve      cpu:znver3+no-vaes
//   bare:cortex-m7       a CPU without an operating system
//   cuda:sm_80  rocm:gfx942  vulkan  vulkan:ampere  metal  webgpu  tpu:v5e  reference
//
// A Target says nothing about the compiler: `--backend` chooses that, so there is no `iree:` or
// `xla:` prefix and one target has one spelling in keys, packages and metadata.
//
// `cuda`, `rocm`, and `tpu` alone stand for `cuda:sm_80`, `rocm:gfx942` and `tpu:v5e`.
// Names are matched against a table of our own and never passed to a compiler unchecked.
#pragma once

#include "tundish/base/status.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tundish {

enum class Family { kCpu, kBare, kCuda, kRocm, kVulkan, kMetal, kWebgpu, kTpu, kReference };
// "cpu", "bare", "cuda", …: the word before the colon.
const char* family_name(Family family);

enum class Architecture {
  kNone,  // nothing is compiled: the reference backend
  kX86_64,
  kAarch64,
  kRiscv64,
  kWasm32,
  kThumb,  // Arm Cortex-M
  kNvptx64,
  kAmdgcn,
  kSpirv,
  kMsl,   // Metal shading language
  kWgsl,  // WebGPU shading language
  kTpuCore,
};
// "x86_64", "aarch64", …; "none" for kNone.
const char* architecture_name(Architecture architecture);

// One CPU feature by LLVM's name, without sign: {"avx512f", true} is `+avx512f`.
struct CpuFeature {
  std::string name;
  bool is_enabled = true;

  bool operator==(const CpuFeature&) const = default;
};

struct Target {
  Family family = Family::kReference;
  Architecture architecture = Architecture::kNone;
  // "znver4", "sm_80", "v5e"; empty where the family alone says all, and for an unresolved `cpu`.
  std::string name;
  // What differs from the features that the named CPU implies; sorted by name, each name once.
  std::vector<CpuFeature> features;

  // True for `cpu` as the user wrote it. Such a target must not enter a cache key.
  bool is_unresolved_host() const { return family == Family::kCpu && name.empty(); }
  // The canonical string: parse_target() of it gives an equal Target.
  std::string to_string() const;

  bool operator==(const Target&) const = default;
};

// One known name, as `tundish targets` lists it.
struct TargetInfo {
  Family family;
  Architecture architecture;
  const char* name;         // as in Target
  const char* description;  // "AMD Zen 4"
};
// Every known name, grouped by family; static storage.
std::span<const TargetInfo> known_targets();
// The features that may be written after a `+` for `architecture`, sorted; empty where none may.
std::vector<std::string> known_cpu_features(Architecture architecture);

// Parses one target. White space around it is ignored; upper case is not.
// kInvalidArgument for an unknown family, name or feature; the message offers the nearest ones.
Result<Target> parse_target(std::string_view text);

// Parses `a,b,c`: one or more targets in the order given.
// kInvalidArgument also for an empty element and for a target that is named twice.
Result<std::vector<Target>> parse_targets(std::string_view text);

// This host as a target: CPU name, and every feature that its processor and operating system offer
// or lack against what the name implies. Detected once; later calls return the same value.
// kUnimplemented on an architecture that Tundish does not know.
Result<Target> resolve_host();

// `target` itself, or resolve_host() for an unresolved `cpu`.
Result<Target> resolve(const Target& target);

// Every feature that code for `target` may use, or that it must not use although its CPU's name
// implies it (is_enabled false); sorted. Empty for targets that are no CPU.
// Precondition: not an unresolved host.
std::vector<CpuFeature> cpu_features(const Target& target);

// OK if code compiled for `target` can run on this host's CPU. Always OK for targets that do not
// run on the CPU: whether there is a device is the driver's question.
// kFailedPrecondition names the architecture or the features that are missing and what to do.
Status check_runs_on_host(const Target& target);

// The same for a given host, which must be a resolved `cpu` target; for tests and for answering
// about another machine.
Status check_runs_on(const Target& target, const Target& host);

}  // namespace tundish
