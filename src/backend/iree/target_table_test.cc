#include "backend/iree/target_table.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tundish::iree {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TargetFlags flags_of(std::string_view text) {
  const Result<Target> target = parse_target(text);
  EXPECT_TRUE(target.has_value()) << target.error().to_string();
  const Result<TargetFlags> flags = find_target_flags(*target, "/compiler");
  EXPECT_TRUE(flags.has_value()) << flags.error().to_string();
  return flags.value_or(TargetFlags{});
}

std::string program_failure(const TargetFlags& flags, std::string_view program) {
  for (const TargetFailure& failure : flags.failures) {
    if (failure.program == program) return failure.message;
  }
  return {};
}

TEST(TargetTableTest, EveryKnownTargetHasFlagsOrAReason) {
  int compiles = 0;
  for (const TargetInfo& info : known_targets()) {
    const std::string text = info.name[0] == '\0'
                                 ? family_name(info.family)
                                 : fmt::format("{}:{}", family_name(info.family), info.name);
    Target target{.family = info.family,
                  .architecture = info.architecture,
                  .name = info.name,
                  .features = {}};
    const Result<TargetFlags> flags = find_target_flags(target, "/compiler");
    if (flags.has_value()) {
      ++compiles;
      EXPECT_THAT(flags->flags, Contains("--iree-input-demote-f64-to-f32=false")) << text;
      EXPECT_THAT(flags->flags, Contains(HasSubstr("--iree-hal-target-device="))) << text;
      EXPECT_NE(flags->machine_code, "") << text;
    } else {
      EXPECT_EQ(flags.error().code(), Code::kUnimplemented) << text;
      EXPECT_THAT(flags.error().message(), HasSubstr("cannot compile for " + text + ": "));
    }
  }
  EXPECT_GE(compiles, 90);
}

TEST(TargetTableTest, CompilesForWhatIsPromised) {
  for (const char* text :
       {"cpu:x86-64-v2", "cpu:x86-64-v3", "cpu:x86-64-v4", "cpu:znver4", "cpu:aarch64+sve",
        "cpu:riscv64+v", "cpu:wasm32", "bare:cortex-m4", "bare:cortex-m7", "cuda:sm_80",
        "cuda:sm_90", "cuda:sm_75", "rocm:gfx942", "vulkan", "vulkan:ampere", "metal"}) {
    EXPECT_THAT(flags_of(text).flags, Not(IsEmpty())) << text;
  }
}

// The generic CPU is slow, and the compiler's default.
TEST(TargetTableTest, AlwaysNamesTheCpuOfLocalTargets) {
  for (const TargetInfo& info : known_targets()) {
    if (info.family != Family::kCpu && info.family != Family::kBare) continue;
    Target target{.family = info.family,
                  .architecture = info.architecture,
                  .name = info.name,
                  .features = {}};
    const Result<TargetFlags> flags = find_target_flags(target, "/compiler");
    if (!flags.has_value()) continue;
    EXPECT_THAT(flags->flags, Contains(HasSubstr("--iree-llvmcpu-target-cpu="))) << info.name;
    EXPECT_THAT(flags->flags, Contains(HasSubstr("--iree-llvmcpu-target-triple="))) << info.name;
  }
}

TEST(TargetTableTest, GivesFeaturesWithForbiddenOnesLast) {
  EXPECT_THAT(flags_of("cpu:znver4+no-avx512f+no-avx512vl").flags,
              Contains("--iree-llvmcpu-target-cpu-features=-avx512f,-avx512vl"));
  EXPECT_THAT(flags_of("cpu:x86-64-v4+no-avx512bw+vaes").flags,
              Contains("--iree-llvmcpu-target-cpu-features=+vaes,-avx512bw"));
  EXPECT_THAT(flags_of("cpu:riscv64+v").flags,
              Contains("--iree-llvmcpu-target-cpu-features=+m,+a,+f,+d,+c,+v"));
  EXPECT_THAT(flags_of("cpu:x86-64-v3").flags, Not(Contains(HasSubstr("cpu-features"))));
}

TEST(TargetTableTest, SaysWhenTheDriverFinishesTheCode) {
  const TargetFlags hopper = flags_of("cuda:sm_90");
  EXPECT_THAT(hopper.flags, Contains("--iree-cuda-target=sm_89"));
  EXPECT_THAT(hopper.note, HasSubstr("sm_89"));
  const TargetFlags turing = flags_of("cuda:sm_75");
  EXPECT_THAT(turing.note, HasSubstr("computed in f32"));
  EXPECT_EQ(program_failure(turing, "matmul_f16"), "");
  EXPECT_EQ(flags_of("cuda:sm_80").note, "");
}

TEST(TargetTableTest, RecordsWhatATargetLacks) {
  EXPECT_THAT(program_failure(flags_of("vulkan"), "add_f64"), HasSubstr("refused"));
  EXPECT_THAT(program_failure(flags_of("metal"), "add_f64"), HasSubstr("refused"));
  EXPECT_EQ(program_failure(flags_of("cpu:x86-64-v3"), "add_f64"), "");
}

TEST(TargetTableTest, FindsDeviceLibrariesBesideTheCompiler) {
  EXPECT_THAT(flags_of("rocm:gfx942").flags,
              Contains("--iree-rocm-bc-dir=/compiler/iree_platform_libs/rocm"));
}

TEST(TargetTableTest, RefusesWithAReason) {
  for (const char* text : {"webgpu", "tpu:v5e", "reference"}) {
    EXPECT_EQ(check_can_compile(*parse_target(text)).code(), Code::kUnimplemented) << text;
  }
  EXPECT_THAT(check_can_compile(*parse_target("tpu")).message(), HasSubstr("--backend xla"));
  EXPECT_EQ(check_can_compile(*parse_target("cpu")).code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace tundish::iree
