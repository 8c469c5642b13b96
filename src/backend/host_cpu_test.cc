#include "backend/host_cpu.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace tundish {
namespace {

using ::testing::Contains;
using ::testing::IsSubsetOf;
using ::testing::Not;

// A machine whose every feature bit is set, so that only the checks can take features away.
X86Machine generous_machine(std::uint32_t signature, std::string_view vendor) {
  X86Machine machine;
  machine.cpuid = [=](std::uint32_t leaf, std::uint32_t subleaf) -> CpuidRegisters {
    const auto word = [&](std::size_t at) {
      std::uint32_t value = 0;
      for (std::size_t i = 0; i < 4; ++i) {
        value |= static_cast<std::uint32_t>(static_cast<unsigned char>(vendor[at + i])) << (8 * i);
      }
      return value;
    };
    if (leaf == 0) return {0x20, word(0), word(8), word(4)};
    if (leaf == 0x80000000u) return {0x80000021u, 0, 0, 0};
    if (leaf == 1) return {signature, ~0u, ~0u, ~0u};
    if (leaf == 7 && subleaf == 0) return {2, ~0u, ~0u, ~0u};
    return {~0u, ~0u, ~0u, ~0u};
  };
  machine.xcr0 = 0x600e7;
  machine.may_use_tiles = true;
  return machine;
}

TEST(HostCpuTest, OffersVectorRegistersOnlyWhereTheSystemSavesThem) {
  X86Machine machine = generous_machine(0x806f8, "GenuineIntel");
  EXPECT_THAT(judge_x86(machine).features, Contains("avx512f"));
  EXPECT_THAT(judge_x86(machine).features, Contains("amx-tile"));
  machine.may_use_tiles = false;
  EXPECT_THAT(judge_x86(machine).features, Not(Contains("amx-tile")));
  machine.xcr0 = 0x7;
  EXPECT_THAT(judge_x86(machine).features, Not(Contains("avx512f")));
  EXPECT_THAT(judge_x86(machine).features, Contains("avx2"));
  machine.xcr0 = 0;
  for (const char* name : {"avx", "avx2", "fma", "f16c", "vaes", "avxvnni"}) {
    EXPECT_THAT(judge_x86(machine).features, Not(Contains(name)));
  }
  EXPECT_THAT(judge_x86(machine).features, Contains("sse4.2"));
}

TEST(HostCpuTest, IgnoresLeavesThatTheProcessorDoesNotHave) {
  X86Machine machine = generous_machine(0x906ea, "GenuineIntel");
  const auto all = machine.cpuid;
  machine.cpuid = [=](std::uint32_t leaf, std::uint32_t subleaf) {
    CpuidRegisters registers = all(leaf, subleaf);
    if (leaf == 0) registers[0] = 6;
    return registers;
  };
  EXPECT_THAT(judge_x86(machine).features, Not(Contains("avx2")));
  EXPECT_THAT(judge_x86(machine).features, Contains("avx"));
}

TEST(HostCpuTest, NamesProcessors) {
  const auto name = [](std::uint32_t signature, std::string_view vendor) {
    return judge_x86(generous_machine(signature, vendor)).name;
  };
  EXPECT_EQ(name(0x00a00f11, "AuthenticAMD"), "znver3");
  EXPECT_EQ(name(0x00a10f11, "AuthenticAMD"), "znver4");
  EXPECT_EQ(name(0x00b00f21, "AuthenticAMD"), "znver5");
  EXPECT_EQ(name(0x00830f10, "AuthenticAMD"), "znver2");
  EXPECT_EQ(name(0x000806f8, "GenuineIntel"), "sapphirerapids");
  EXPECT_EQ(name(0x000606a6, "GenuineIntel"), "icelake-server");
  EXPECT_EQ(name(0x000306c3, "GenuineIntel"), "haswell");
  EXPECT_EQ(name(0x00000000, "SomeoneElse!"), "x86-64-v4");
}

// A masked feature is forbidden, not just unlisted: the CPU's name would bring it back.
TEST(HostCpuTest, ForbidsWhatTheNameImpliesAndTheMachineLacks) {
  X86Machine machine = generous_machine(0x00a10f11, "AuthenticAMD");
  machine.xcr0 = 0x7;
  const Target target = host_target(judge_x86(machine));
  EXPECT_EQ(target.name, "znver4");
  EXPECT_THAT(target.features, Contains(CpuFeature{"avx512f", false}));
  EXPECT_THAT(target.to_string(), ::testing::HasSubstr("+no-avx512f"));
  EXPECT_FALSE(check_runs_on(*parse_target("cpu:znver4"), target).ok());
  EXPECT_TRUE(check_runs_on(*parse_target("cpu:x86-64-v3"), target).ok());
}

TEST(HostCpuTest, ReadsAarch64) {
  // FP, ASIMD, AES, PMULL, SHA1, SHA2, CRC32, atomics; then with half precision and SVE.
  const HostCpu small = judge_aarch64({.hwcap = 0x1fb, .hwcap2 = 0, .midr = 0x410fd083});
  EXPECT_EQ(small.name, "cortex-a72");
  EXPECT_THAT(small.features, Contains("lse"));
  EXPECT_THAT(small.features, Not(Contains("sve")));
  const HostCpu large =
      judge_aarch64({.hwcap = 0x4007fb, .hwcap2 = 1u << 1 | 1u << 14, .midr = 0x410fd490});
  EXPECT_EQ(large.name, "neoverse-n2");
  EXPECT_THAT(large.features, Contains("fullfp16"));
  EXPECT_THAT(large.features, Contains("sve2"));
  EXPECT_EQ(judge_aarch64({.hwcap = 3, .hwcap2 = 0, .midr = 0}).name, "aarch64");
}

TEST(HostCpuTest, ReadsRiscv) {
  const HostCpu plain = judge_riscv({.extensions = 0x3, .vlen_bits = 0});
  EXPECT_EQ(host_target(plain).to_string(), "cpu:riscv64");
  const HostCpu vector = judge_riscv({.extensions = 0x7, .vlen_bits = 256});
  EXPECT_EQ(host_target(vector).to_string(), "cpu:riscv64+v+zvl128b+zvl256b");
}

TEST(HostCpuTest, ReadsThisMachineWithinTheVocabulary) {
  const Result<HostCpu> host = read_host_cpu();
  ASSERT_TRUE(host.has_value()) << host.error().to_string();
  EXPECT_THAT(host->features, IsSubsetOf(known_cpu_features(host->architecture)));
  EXPECT_TRUE(parse_target("cpu:" + host->name).has_value()) << host->name;
}

}  // namespace
}  // namespace tundish
