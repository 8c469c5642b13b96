#include "backend/host_cpu.h"

#include <algorithm>
#include <span>
#include <string_view>

namespace tundish {
namespace {

enum Register { kEax, kEbx, kEcx, kEdx };
enum class State { kNone, kYmm, kZmm, kTile };

struct X86Feature {
  const char* name;
  std::uint32_t leaf, subleaf;
  Register in;
  int bit;
  State state;
};
constexpr X86Feature kX86Features[] = {
#define TUNDISH_X86_FEATURE(name, leaf, subleaf, in, bit, state) \
  {name, leaf, subleaf, in, bit, State::state},
#include "backend/cpu_features.def"
};

// Family and model as CPUID gives them; the last row wins nothing over an earlier one.
struct X86Model {
  const char* vendor;
  unsigned family, first_model, last_model;
  const char* name;
};
constexpr X86Model kX86Models[] = {
    {"AuthenticAMD", 0x17, 0x30, 0x4f, "znver2"},
    {"AuthenticAMD", 0x17, 0x60, 0xff, "znver2"},
    {"AuthenticAMD", 0x17, 0x00, 0xff, "znver1"},
    {"AuthenticAMD", 0x19, 0x10, 0x1f, "znver4"},
    {"AuthenticAMD", 0x19, 0x60, 0x7f, "znver4"},
    {"AuthenticAMD", 0x19, 0xa0, 0xaf, "znver4"},
    {"AuthenticAMD", 0x19, 0x00, 0xff, "znver3"},
    {"AuthenticAMD", 0x1a, 0x00, 0xff, "znver5"},
    {"GenuineIntel", 6, 0x1a, 0x1a, "nehalem"},
    {"GenuineIntel", 6, 0x1e, 0x1f, "nehalem"},
    {"GenuineIntel", 6, 0x2e, 0x2e, "nehalem"},
    {"GenuineIntel", 6, 0x25, 0x25, "westmere"},
    {"GenuineIntel", 6, 0x2c, 0x2c, "westmere"},
    {"GenuineIntel", 6, 0x2f, 0x2f, "westmere"},
    {"GenuineIntel", 6, 0x2a, 0x2a, "sandybridge"},
    {"GenuineIntel", 6, 0x2d, 0x2d, "sandybridge"},
    {"GenuineIntel", 6, 0x3a, 0x3a, "ivybridge"},
    {"GenuineIntel", 6, 0x3e, 0x3e, "ivybridge"},
    {"GenuineIntel", 6, 0x3c, 0x3c, "haswell"},
    {"GenuineIntel", 6, 0x3f, 0x3f, "haswell"},
    {"GenuineIntel", 6, 0x45, 0x46, "haswell"},
    {"GenuineIntel", 6, 0x3d, 0x3d, "broadwell"},
    {"GenuineIntel", 6, 0x47, 0x47, "broadwell"},
    {"GenuineIntel", 6, 0x4f, 0x4f, "broadwell"},
    {"GenuineIntel", 6, 0x56, 0x56, "broadwell"},
    {"GenuineIntel", 6, 0x4e, 0x4e, "skylake"},
    {"GenuineIntel", 6, 0x5e, 0x5e, "skylake"},
    {"GenuineIntel", 6, 0x8e, 0x8e, "skylake"},
    {"GenuineIntel", 6, 0x9e, 0x9e, "skylake"},
    {"GenuineIntel", 6, 0xa5, 0xa6, "skylake"},
    {"GenuineIntel", 6, 0x55, 0x55, "skylake-avx512"},
    {"GenuineIntel", 6, 0x7d, 0x7e, "icelake-client"},
    {"GenuineIntel", 6, 0x6a, 0x6a, "icelake-server"},
    {"GenuineIntel", 6, 0x6c, 0x6c, "icelake-server"},
    {"GenuineIntel", 6, 0x8c, 0x8d, "tigerlake"},
    {"GenuineIntel", 6, 0xa7, 0xa7, "rocketlake"},
    {"GenuineIntel", 6, 0x97, 0x97, "alderlake"},
    {"GenuineIntel", 6, 0x9a, 0x9a, "alderlake"},
    {"GenuineIntel", 6, 0xbe, 0xbe, "gracemont"},
    {"GenuineIntel", 6, 0xb7, 0xb7, "raptorlake"},
    {"GenuineIntel", 6, 0xba, 0xba, "raptorlake"},
    {"GenuineIntel", 6, 0xbf, 0xbf, "raptorlake"},
    {"GenuineIntel", 6, 0xaa, 0xaa, "meteorlake"},
    {"GenuineIntel", 6, 0xac, 0xac, "meteorlake"},
    {"GenuineIntel", 6, 0xc5, 0xc5, "arrowlake"},
    {"GenuineIntel", 6, 0xbd, 0xbd, "lunarlake"},
    {"GenuineIntel", 6, 0x8f, 0x8f, "sapphirerapids"},
    {"GenuineIntel", 6, 0xcf, 0xcf, "emeraldrapids"},
    {"GenuineIntel", 6, 0xad, 0xad, "graniterapids"},
    {"GenuineIntel", 6, 0x5c, 0x5c, "goldmont"},
    {"GenuineIntel", 6, 0x5f, 0x5f, "goldmont"},
    {"GenuineIntel", 6, 0xaf, 0xaf, "sierraforest"},
};

bool has(const std::vector<std::string>& sorted, std::string_view name) {
  return std::binary_search(sorted.begin(), sorted.end(), name);
}

// The name for tuning. A wrong or unknown model is harmless: features are listed one by one.
std::string x86_name(const X86Machine& machine, const std::vector<std::string>& features) {
  const CpuidRegisters zero = machine.cpuid(0, 0);
  std::string vendor;
  for (Register part : {kEbx, kEdx, kEcx}) {
    for (int byte = 0; byte < 4; ++byte) vendor += static_cast<char>(zero[part] >> (8 * byte));
  }
  const std::uint32_t signature = machine.cpuid(1, 0)[kEax];
  unsigned family = (signature >> 8) & 0xf;
  unsigned model = (signature >> 4) & 0xf;
  if (family == 6 || family == 0xf) model += (signature >> 12) & 0xf0;
  if (family == 0xf) family += (signature >> 20) & 0xff;
  for (const X86Model& row : kX86Models) {
    if (vendor != row.vendor || family != row.family) continue;
    if (model < row.first_model || model > row.last_model) continue;
    if (std::string_view(row.name) == "skylake-avx512") {  // one model number, three processors
      if (has(features, "avx512bf16")) return "cooperlake";
      if (has(features, "avx512vnni")) return "cascadelake";
    }
    return row.name;
  }
  if (has(features, "avx512bw") && has(features, "avx512vl")) return "x86-64-v4";
  if (has(features, "avx2") && has(features, "fma")) return "x86-64-v3";
  return has(features, "sse4.2") ? "x86-64-v2" : "x86-64";
}

struct Aarch64Feature {
  const char* name;
  int word;
  std::uint64_t bits;
};
constexpr Aarch64Feature kAarch64Features[] = {
#define TUNDISH_AARCH64_FEATURE(name, word, bits) {name, word, bits},
#include "backend/cpu_features.def"
};

struct Aarch64Part {
  unsigned implementer, part;
  const char* name;
};
constexpr Aarch64Part kAarch64Parts[] = {
    {0x41, 0xd03, "cortex-a53"},  {0x41, 0xd05, "cortex-a55"},  {0x41, 0xd08, "cortex-a72"},
    {0x41, 0xd0b, "cortex-a76"},  {0x41, 0xd41, "cortex-a78"},  {0x41, 0xd46, "cortex-a510"},
    {0x41, 0xd47, "cortex-a710"}, {0x41, 0xd4d, "cortex-a715"}, {0x41, 0xd81, "cortex-a720"},
    {0x41, 0xd44, "cortex-x1"},   {0x41, 0xd48, "cortex-x2"},   {0x41, 0xd4e, "cortex-x3"},
    {0x41, 0xd82, "cortex-x4"},   {0x41, 0xd0c, "neoverse-n1"}, {0x41, 0xd49, "neoverse-n2"},
    {0x41, 0xd40, "neoverse-v1"}, {0x41, 0xd4f, "neoverse-v2"}, {0xc0, 0xac3, "ampere1"},
    {0x46, 0x001, "a64fx"},       {0x61, 0x022, "apple-m1"},    {0x61, 0x023, "apple-m1"},
    {0x61, 0x032, "apple-m2"},    {0x61, 0x033, "apple-m2"},
};

struct RiscvFeature {
  const char* name;
  std::uint64_t bits;
};
constexpr RiscvFeature kRiscvFeatures[] = {
#define TUNDISH_RISCV_FEATURE(name, bits) {name, bits},
#include "backend/cpu_features.def"
};
constexpr RiscvFeature kRiscvVlenFeatures[] = {
#define TUNDISH_RISCV_VLEN_FEATURE(name, bits) {name, bits},
#include "backend/cpu_features.def"
};

}  // namespace

HostCpu judge_x86(const X86Machine& machine) {
  // A set CPUID bit is not enough: without the operating system saving the registers on a context
  // switch their content is lost, and the instructions may trap. XCR0: bit 1 XMM, 2 YMM, 5-7 the
  // three parts of AVX-512, 17-18 tiles.
  const auto saves = [&](State state) {
    const auto all = [&](std::uint64_t bits) { return (machine.xcr0 & bits) == bits; };
    switch (state) {
      case State::kNone:
        return true;
      case State::kYmm:
        return all(0x6);
      case State::kZmm:
        return all(0xe6);
      case State::kTile:
        return all(0x60006) && machine.may_use_tiles;
    }
    return false;
  };
  const std::uint32_t last_basic = machine.cpuid(0, 0)[kEax];
  const std::uint32_t last_extended = machine.cpuid(0x80000000u, 0)[kEax];
  const std::uint32_t last_of_seven = last_basic >= 7 ? machine.cpuid(7, 0)[kEax] : 0;

  HostCpu host{.architecture = Architecture::kX86_64, .name = {}, .features = {}};
  for (const X86Feature& feature : kX86Features) {
    if (feature.leaf > (feature.leaf >= 0x80000000u ? last_extended : last_basic)) continue;
    if (feature.leaf == 7 && feature.subleaf > last_of_seven) continue;
    const std::uint32_t value = machine.cpuid(feature.leaf, feature.subleaf)[feature.in];
    if (((value >> feature.bit) & 1u) != 0 && saves(feature.state)) {
      host.features.emplace_back(feature.name);
    }
  }
  std::sort(host.features.begin(), host.features.end());
  host.name = x86_name(machine, host.features);
  return host;
}

HostCpu judge_aarch64(const Aarch64Machine& machine) {
  HostCpu host{.architecture = Architecture::kAarch64, .name = "aarch64", .features = {}};
  for (const Aarch64Feature& feature : kAarch64Features) {
    const std::uint64_t word = feature.word == 1 ? machine.hwcap : machine.hwcap2;
    if ((word & feature.bits) == feature.bits) host.features.emplace_back(feature.name);
  }
  std::sort(host.features.begin(), host.features.end());
  for (const Aarch64Part& row : kAarch64Parts) {
    if (row.implementer == ((machine.midr >> 24) & 0xff) &&
        row.part == ((machine.midr >> 4) & 0xfff)) {
      host.name = row.name;
    }
  }
  return host;
}

HostCpu judge_riscv(const RiscvMachine& machine) {
  HostCpu host{.architecture = Architecture::kRiscv64, .name = "riscv64", .features = {}};
  for (const RiscvFeature& feature : kRiscvFeatures) {
    if ((machine.extensions & feature.bits) == feature.bits) {
      host.features.emplace_back(feature.name);
    }
  }
  for (const RiscvFeature& feature : kRiscvVlenFeatures) {
    if (machine.vlen_bits >= feature.bits) host.features.emplace_back(feature.name);
  }
  std::sort(host.features.begin(), host.features.end());
  return host;
}

}  // namespace tundish
