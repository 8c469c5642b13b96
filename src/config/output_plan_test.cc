#include "tundish/config/compile_config.h"

#include <gtest/gtest.h>

namespace tundish {
namespace {

using Paths = std::vector<std::pair<std::string, std::string>>;

Paths paths(const CompileConfig& config) {
  const Result<OutputPlan> plan = output_plan(config);
  EXPECT_TRUE(plan.has_value()) << plan.error().to_string();
  Paths result;
  if (!plan.has_value()) return result;
  for (const PlannedOutput& output : plan->outputs) {
    result.emplace_back(output.target_text, output.path);
  }
  return result;
}

CompileConfig config_for(std::vector<std::string> targets, std::vector<std::string> features,
                         std::string output) {
  CompileConfig config;
  config.input_file = "dir/model.mlir";
  config.targets = std::move(targets);
  config.target_features = std::move(features);
  config.output_file = std::move(output);
  return config;
}

TEST(OutputPlanTest, SeveralArchitecturesGiveOneExecutableEach) {
  EXPECT_EQ(
      paths(config_for({"cuda"}, {"sm_80", "sm_86"}, "out/model.vmfb")),
      (Paths{{"cuda:sm_80", "out/model.sm_80.vmfb"}, {"cuda:sm_86", "out/model.sm_86.vmfb"}}));
}

TEST(OutputPlanTest, OneArchitectureKeepsTheName) {
  EXPECT_EQ(paths(config_for({"cuda"}, {"sm_86"}, "m.vmfb")), (Paths{{"cuda:sm_86", "m.vmfb"}}));
}

TEST(OutputPlanTest, PackageHoldsThemAll) {
  const CompileConfig config = config_for({"cuda"}, {"sm_80", "sm_86"}, "m.tundish");
  EXPECT_TRUE(output_plan(config)->is_package());
  EXPECT_EQ(paths(config), (Paths{{"cuda:sm_80", "m.tundish"}, {"cuda:sm_86", "m.tundish"}}));
}

TEST(OutputPlanTest, SeveralTargetsDefaultToAPackageInTheWorkingFolder) {
  EXPECT_EQ(paths(config_for({"cpu", "vulkan"}, {}, "")),
            (Paths{{"cpu", "model.tundish"}, {"vulkan", "model.tundish"}}));
}

TEST(OutputPlanTest, SeveralTargetsAsExecutablesGetLabels) {
  EXPECT_EQ(
      paths(config_for({"cpu:znver4", "cuda"}, {}, "a.b/m.vmfb")),
      (Paths{{"cpu:znver4", "a.b/m.cpu-znver4.vmfb"}, {"cuda:sm_80", "a.b/m.cuda-sm_80.vmfb"}}));
}

TEST(OutputPlanTest, TargetsOfOneFamilyGetShortLabels) {
  EXPECT_EQ(paths(config_for({"cuda:sm_80", "cuda:sm_86"}, {}, "m.vmfb")),
            (Paths{{"cuda:sm_80", "m.sm_80.vmfb"}, {"cuda:sm_86", "m.sm_86.vmfb"}}));
}

TEST(OutputPlanTest, LabelGoesToTheEndOfANameWithoutEnding) {
  CompileConfig config = config_for({"cuda"}, {"sm_80", "sm_86"}, "a.b/m");
  EXPECT_EQ(paths(config)[0].second, "a.b/m.sm_80");
}

TEST(OutputPlanTest, CpuFeaturesMakeOneTarget) {
  EXPECT_EQ(paths(config_for({"cpu:x86-64-v3"}, {"avx512f", "no-fma"}, "m.vmfb")),
            (Paths{{"cpu:x86-64-v3+avx512f+no-fma", "m.vmfb"}}));
}

TEST(OutputPlanTest, FailsAsTheCheckDoes) {
  EXPECT_FALSE(output_plan(config_for({"cuda"}, {"sm_800"}, "m.vmfb")).has_value());
}

}  // namespace
}  // namespace tundish
