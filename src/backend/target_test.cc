#include "tundish/backend/target.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <random>
#include <set>
#include <sstream>

namespace tundish {
namespace {

using ::testing::HasSubstr;

Target parsed(std::string_view text) {
  Result<Target> target = parse_target(text);
  EXPECT_TRUE(target.has_value()) << text << ": " << target.error().to_string();
  return target.value_or(Target{});
}

std::string error_of(std::string_view text) {
  const Result<Target> target = parse_target(text);
  EXPECT_FALSE(target.has_value()) << text;
  EXPECT_EQ(target.error().code(), Code::kInvalidArgument);
  return target.error().message();
}

TEST(TargetTest, ReadsEveryPromisedForm) {
  for (const char* text : {"cpu", "cpu:x86-64-v3", "cpu:znver4", "cpu:aarch64+sve", "cpu:riscv64+v",
                           "cpu:wasm32", "bare:cortex-m7", "cuda:sm_80", "rocm:gfx942", "vulkan",
                           "vulkan:ampere", "metal", "webgpu", "tpu:v5e", "reference"}) {
    EXPECT_EQ(parsed(text).to_string(), text);
  }
}

TEST(TargetTest, FillsFamilyArchitectureAndFeatures) {
  const Target target = parsed(" cpu:aarch64+sve2+no-neon+sve ");
  EXPECT_EQ(target.family, Family::kCpu);
  EXPECT_EQ(target.architecture, Architecture::kAarch64);
  EXPECT_EQ(target.name, "aarch64");
  const std::vector<CpuFeature> expected = {{"neon", false}, {"sve", true}, {"sve2", true}};
  EXPECT_EQ(target.features, expected);
}

TEST(TargetTest, FamilyAloneStandsForItsDefault) {
  EXPECT_EQ(parsed("cuda"), parsed("cuda:sm_80"));
  EXPECT_EQ(parsed("rocm"), parsed("rocm:gfx942"));
  EXPECT_EQ(parsed("tpu"), parsed("tpu:v5e"));
}

TEST(TargetTest, EqualMeaningHasOneSpelling) {
  EXPECT_EQ(parsed("cpu:znver4+avx512f+avx2").to_string(), "cpu:znver4");  // implied anyway
  EXPECT_EQ(parsed("cpu:x86-64-v3+no-avx512f").to_string(), "cpu:x86-64-v3");
  EXPECT_EQ(parsed("cpu:riscv64+v+zba+v").to_string(), "cpu:riscv64+v+zba");
}

TEST(TargetTest, VectorLengthAsksForVectors) {
  EXPECT_EQ(parsed("cpu:riscv64+zvl256b").to_string(), "cpu:riscv64+v+zvl256b");
  EXPECT_THAT(error_of("cpu:riscv64+zvl256b+no-v"), HasSubstr("needs v"));
}

TEST(TargetTest, UnknownNameOffersTheNearest) {
  EXPECT_THAT(error_of("cpu:znver9"), HasSubstr("cpu:znver"));
  EXPECT_THAT(error_of("cuda:sm_81"), HasSubstr("cuda:sm_80"));
  EXPECT_THAT(error_of("cuda:h100"), HasSubstr("nearest: cuda:"));
  EXPECT_THAT(error_of("cdua:sm_80"), HasSubstr("nearest: cuda:sm_80"));
  EXPECT_THAT(error_of("vulcan"), HasSubstr("nearest: vulkan"));
  EXPECT_THAT(error_of("bare"), HasSubstr("bare:cortex-m"));
  EXPECT_THAT(error_of("cpu:x86-64-v3+avx512"), HasSubstr("avx512"));
  EXPECT_THAT(error_of("cpu:x86-64-v3+sve"), HasSubstr("unknown feature 'sve' of x86_64"));
}

TEST(TargetTest, RejectsWhatMeansNothing) {
  for (const char* text : {"", " ", ":", "cpu:", "cpu:+avx2", "cpu+avx2", "vulkan:", "CUDA:sm_80",
                           "cpu:znver4+", "cuda:sm_80+ptx76", "cpu:znver4+avx2+no-avx2", "+",
                           "a:b:c", "cpu:znver4 +avx2", "reference:x"}) {
    error_of(text);
  }
  EXPECT_THAT(error_of("iree:cuda:sm_80"), HasSubstr("--backend iree"));
  EXPECT_THAT(error_of(std::string(100000, 'x')), HasSubstr("at most 4096"));
  EXPECT_LT(error_of("cpu:" + std::string(4000, '\x1b')).size(), 400u);
}

TEST(TargetTest, ReadsListsInOrder) {
  const Result<std::vector<Target>> targets = parse_targets("cuda:sm_80, cpu ,vulkan");
  ASSERT_TRUE(targets.has_value()) << targets.error().to_string();
  ASSERT_EQ(targets->size(), 3u);
  EXPECT_EQ((*targets)[1].to_string(), "cpu");
  EXPECT_FALSE(parse_targets("cpu,").has_value());
  EXPECT_FALSE(parse_targets("").has_value());
  const Result<std::vector<Target>> twice = parse_targets("cuda:sm_80,cuda");
  ASSERT_FALSE(twice.has_value());
  EXPECT_THAT(twice.error().message(), HasSubstr("named twice"));
}

TEST(TargetTest, KnownNamesAreUniqueAndReadable) {
  std::set<std::string> seen;
  for (const TargetInfo& info : known_targets()) {
    const std::string text = info.name[0] == '\0'
                                 ? family_name(info.family)
                                 : fmt::format("{}:{}", family_name(info.family), info.name);
    EXPECT_TRUE(seen.insert(text).second) << text;
    EXPECT_EQ(parsed(text).to_string(), text);
    EXPECT_EQ(parsed(text).architecture, info.architecture);
    EXPECT_NE(std::string(info.description), "");
  }
}

TEST(TargetTest, EveryHostCpuNameHasItsImpliedFeatures) {
  for (const TargetInfo& info : known_targets()) {
    if (info.family != Family::kCpu || info.architecture == Architecture::kWasm32) continue;
    const Target target = parsed(fmt::format("cpu:{}", info.name));
    if (std::string(info.name) == "x86-64") continue;  // SSE2 is below the vocabulary
    EXPECT_FALSE(cpu_features(target).empty()) << info.name;
  }
}

// Property: canonical form is a fixed point, and parsing it loses nothing.
TEST(TargetPropertyTest, CanonicalFormIsIdempotent) {
  const char* given = std::getenv("TUNDISH_TEST_SEED");
  const unsigned seed = given != nullptr ? std::stoul(given) : std::random_device{}();
  SCOPED_TRACE(fmt::format("TUNDISH_TEST_SEED={}", seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 2000; ++round) {
    const TargetInfo& info = known_targets()[random() % known_targets().size()];
    std::string text = family_name(info.family);
    if (info.name[0] != '\0') text += fmt::format(":{}", info.name);
    const std::vector<std::string> features = known_cpu_features(info.architecture);
    std::set<std::string> used;
    for (unsigned n = features.empty() ? 0 : random() % 6; n > 0; --n) {
      const std::string& name = features[random() % features.size()];
      if (name == "v") continue;  // forbidding it contradicts the lengths
      if (used.insert(name).second) text += (random() % 2 != 0 ? "+" : "+no-") + name;
    }
    const Target first = parsed(text);
    const Target second = parsed(first.to_string());
    EXPECT_EQ(first, second) << text;
    EXPECT_EQ(first.to_string(), second.to_string()) << text;
    EXPECT_EQ(cpu_features(first), cpu_features(second)) << text;
  }
}

TEST(HostTargetTest, ResolvesCpuToNameAndFeatures) {
  const Result<Target> host = resolve(parsed("cpu"));
  ASSERT_TRUE(host.has_value()) << host.error().to_string();
  EXPECT_FALSE(host->is_unresolved_host());
  EXPECT_EQ(parsed(host->to_string()), *host);
  EXPECT_TRUE(check_runs_on_host(*host).ok());
  RecordProperty("host", host->to_string());
}

#if defined(__x86_64__)
// Linux's own list is what the operating system lets programs use.
TEST(HostTargetTest, UsesNothingThatTheKernelDoesNotList) {
  std::ifstream cpuinfo("/proc/cpuinfo");
  std::set<std::string> listed;
  for (std::string line; std::getline(cpuinfo, line);) {
    if (!line.starts_with("flags")) continue;
    std::istringstream words(line.substr(line.find(':') + 1));
    for (std::string word; words >> word;) listed.insert(word);
  }
  if (listed.empty()) GTEST_SKIP() << "no /proc/cpuinfo";
  const std::map<std::string, std::string> other_names = {
      {"bmi", "bmi1"},
      {"crc32", "sse4_2"},
      {"lzcnt", "abm"},
      {"pclmul", "pclmulqdq"},
      {"prfchw", "3dnowprefetch"},
      {"sahf", "lahf_lm"},
      {"sha", "sha_ni"},
      {"sse3", "pni"},
      {"avx512vbmi2", "avx512_vbmi2"},
      {"sse4.1", "sse4_1"},
      {"sse4.2", "sse4_2"},
      {"avx512vnni", "avx512_vnni"},
      {"avx512bf16", "avx512_bf16"},
      {"avx512bitalg", "avx512_bitalg"},
      {"avx512fp16", "avx512_fp16"},
      {"avx512vpopcntdq", "avx512_vpopcntdq"},
      {"avx512vp2intersect", "avx512_vp2intersect"},
      {"avxvnni", "avx_vnni"},
      {"avxifma", "avx_ifma"},
      {"avxneconvert", "avx_ne_convert"}};
  const Result<Target> host = resolve_host();
  ASSERT_TRUE(host.has_value());
  int checked = 0;
  for (const CpuFeature& feature : cpu_features(*host)) {
    if (!feature.is_enabled) continue;
    const auto other = other_names.find(feature.name);
    const std::string name = other == other_names.end() ? feature.name : other->second;
    EXPECT_TRUE(listed.contains(name)) << feature.name;
    ++checked;
  }
  EXPECT_GE(checked, 5);
}
#endif

TEST(RunsOnTest, NamesWhatTheHostLacks) {
  const Target haswell = parsed("cpu:haswell");
  EXPECT_TRUE(check_runs_on(parsed("cpu:x86-64-v3"), haswell).ok());
  EXPECT_TRUE(check_runs_on(parsed("cpu:haswell+no-avx2"), haswell).ok());
  EXPECT_TRUE(check_runs_on(parsed("cuda:sm_80"), haswell).ok());
  const Status status = check_runs_on(parsed("cpu:x86-64-v4"), haswell);
  EXPECT_EQ(status.code(), Code::kFailedPrecondition);
  EXPECT_THAT(status.message(), HasSubstr("avx512f"));
  EXPECT_THAT(check_runs_on(parsed("cpu:aarch64"), haswell).message(),
              HasSubstr("this machine is x86_64"));
  EXPECT_FALSE(check_runs_on(parsed("bare:cortex-m7"), haswell).ok());
  EXPECT_FALSE(check_runs_on(haswell, parsed("cpu:haswell+no-fma")).ok());
}

}  // namespace
}  // namespace tundish
