// What CPU this process runs on, by LLVM's names: read from CPUID on x86-64, from the auxiliary
// vector and the main ID register on AArch64, from hwprobe on RISC-V.
//
// Reading the machine and judging what was read are apart, so that tests judge recorded machines.
#pragma once

#include "tundish/backend/target.h"

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace tundish {

struct HostCpu {
  Architecture architecture = Architecture::kNone;
  std::string name;                   // always one of known_targets()
  std::vector<std::string> features;  // usable ones within the vocabulary, sorted
};

// One CPUID leaf: EAX, EBX, ECX, EDX.
using CpuidRegisters = std::array<std::uint32_t, 4>;

struct X86Machine {
  std::function<CpuidRegisters(std::uint32_t leaf, std::uint32_t subleaf)> cpuid;
  std::uint64_t xcr0 = 0;      // what the OS saves; 0 where XGETBV may not be executed
  bool may_use_tiles = false;  // the process has asked the kernel for AMX state
};
HostCpu judge_x86(const X86Machine& machine);

struct Aarch64Machine {
  std::uint64_t hwcap = 0;
  std::uint64_t hwcap2 = 0;
  std::uint64_t midr = 0;  // main ID register: implementer in bits 31-24, part in bits 15-4
};
HostCpu judge_aarch64(const Aarch64Machine& machine);

struct RiscvMachine {
  std::uint64_t extensions = 0;  // the IMA_EXT_0 word of hwprobe
  std::uint32_t vlen_bits = 0;   // 0 without vector registers
};
HostCpu judge_riscv(const RiscvMachine& machine);

// `cpu` as a resolved target: what it has or lacks against what its name implies.
Target host_target(const HostCpu& cpu);

// kUnimplemented on another architecture.
Result<HostCpu> read_host_cpu();

}  // namespace tundish
