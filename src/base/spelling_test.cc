#include "base/spelling.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tundish {
namespace {

const std::vector<std::string> kTargets = {"cpu", "cuda", "metal", "rocm", "vulkan", "webgpu"};

TEST(EditDistanceTest, CountsEditsAndSwaps) {
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
  EXPECT_EQ(edit_distance("vuklan", "vulkan"), 1u);
  EXPECT_EQ(edit_distance("CUDA", "cuda"), 0u);
}

TEST(NearestTest, OffersTheNearestFirstAndNothingFar) {
  EXPECT_THAT(nearest("vuklan", kTargets), testing::ElementsAre("vulkan"));
  EXPECT_THAT(nearest("CUDA", kTargets), testing::ElementsAre("cuda"));
  EXPECT_THAT(nearest("web", kTargets), testing::ElementsAre("webgpu"));
  EXPECT_TRUE(nearest("spaceship", kTargets).empty());
  EXPECT_TRUE(nearest("", kTargets).empty());
  EXPECT_TRUE(nearest(std::string(1 << 20, 'a'), kTargets).empty());
}

TEST(NearestTest, DidYouMeanReadsAsASentence) {
  EXPECT_EQ(did_you_mean("metall", kTargets), "; did you mean \"metal\"?");
  const std::vector<std::string> cpus = {"znver3", "znver4", "znver5"};
  EXPECT_EQ(did_you_mean("znver9", cpus), "; did you mean \"znver3\", \"znver4\" or \"znver5\"?");
  EXPECT_EQ(did_you_mean("spaceship", kTargets), "");
}

}  // namespace
}  // namespace tundish
