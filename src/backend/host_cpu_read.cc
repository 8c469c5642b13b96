// The part of host_cpu.h that touches the machine.
#include "backend/host_cpu.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#elif defined(__aarch64__)
#include <sys/auxv.h>
#elif defined(__riscv) && __riscv_xlen == 64
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace tundish {

#if defined(__x86_64__)
namespace {

std::uint64_t read_xcr0() {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  constexpr unsigned kOsXsave = 1u << 27;  // the OS has switched XGETBV on
  if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0 || (ecx & kOsXsave) == 0) return 0;
  unsigned low = 0, high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (static_cast<std::uint64_t>(high) << 32) | low;
}

// Linux grants the tile registers per process, on request only.
bool may_use_tiles() {
#if defined(__linux__)
  constexpr long kArchGetXcompPerm = 0x1022;
  std::uint64_t granted = 0;
  if (syscall(SYS_arch_prctl, kArchGetXcompPerm, &granted) != 0) return false;
  return ((granted >> 18) & 1u) != 0;
#else
  return false;
#endif
}

}  // namespace

Result<HostCpu> read_host_cpu() {
  X86Machine machine;
  machine.cpuid = [](std::uint32_t leaf, std::uint32_t subleaf) {
    CpuidRegisters registers{};
    __cpuid_count(leaf, subleaf, registers[0], registers[1], registers[2], registers[3]);
    return registers;
  };
  machine.xcr0 = read_xcr0();
  machine.may_use_tiles = may_use_tiles();
  return judge_x86(machine);
}

#elif defined(__aarch64__)

Result<HostCpu> read_host_cpu() {
  Aarch64Machine machine;
  machine.hwcap = getauxval(AT_HWCAP);
  machine.hwcap2 = getauxval(AT_HWCAP2);
  // Linux lets programs read the ID registers where it says so. Without, the baseline name with the
  // features found is still right.
  constexpr std::uint64_t kHwcapCpuid = 1u << 11;
  if ((machine.hwcap & kHwcapCpuid) != 0) {
    __asm__("mrs %0, MIDR_EL1" : "=r"(machine.midr));
  }
  return judge_aarch64(machine);
}

#elif defined(__riscv) && __riscv_xlen == 64

Result<HostCpu> read_host_cpu() {
  struct Pair {
    std::int64_t key;
    std::uint64_t value;
  };
  constexpr long kHwprobe = 258;
  constexpr std::int64_t kExtensions = 4;  // RISCV_HWPROBE_KEY_IMA_EXT_0
  Pair pair{kExtensions, 0};
  RiscvMachine machine;
  // A kernel or emulator without hwprobe runs RV64GC programs at least: this is one.
  const bool is_known = syscall(kHwprobe, &pair, 1, 0, nullptr, 0) == 0 && pair.key == kExtensions;
  machine.extensions = is_known ? pair.value : 0x3;
  if ((machine.extensions & 0x4) != 0) {
    std::uint64_t vlen_bytes = 0;
    __asm__ volatile("csrr %0, 0xc22" : "=r"(vlen_bytes));  // vlenb
    machine.vlen_bits = static_cast<std::uint32_t>(vlen_bytes * 8);
  }
  return judge_riscv(machine);
}

#else

Result<HostCpu> read_host_cpu() {
  return unimplemented(
      "target cpu: Tundish cannot tell the features of this machine's processor; name one, "
      "for example cpu:x86-64-v3");
}

#endif

}  // namespace tundish
