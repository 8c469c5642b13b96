#include "backend/isolation/reproducer.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/file.h"
#include "base/temporary_folder.h"

namespace tundish {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class ReproducerTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = *TemporaryFolder::create();
    setenv("TUNDISH_REPRODUCER_DIR", folder_.path().c_str(), 1);
  }
  Status reproduce(const std::string& text, const CompileOptions& options = {}) {
    return reproduce_compile(
        aborted("it crashed").with_stage(Stage::kCompile), {"iree", "iree 3.13", "last words\n"},
        Source::from_string(text, "/secret/path/name.mlir"), *parse_target("cuda:sm_80"), options);
  }
  TemporaryFolder folder_;
};

TEST_F(ReproducerTest, HoldsAllThatIsNeeded) {
  CompileOptions options;
  options.profile = Profile::kSize;
  options.iree_flags = {"--iree-a=b c", "--it's"};
  options.limits.timeout = std::chrono::milliseconds(1500);
  options.limits.memory_bytes = 5000;
  const Status status = reproduce("module {}", options);
  EXPECT_EQ(status.code(), Code::kAborted);
  EXPECT_EQ(status.stage(), Stage::kCompile);
  const std::string folder = status.reproducer();
  ASSERT_TRUE(folder.starts_with(folder_.path() + "/")) << status.to_string();
  EXPECT_EQ(*read_file(folder + "/module.mlir", 1000), "module {}");
  EXPECT_EQ(*read_file(folder + "/log.txt", 1000), "last words\n");
  const std::string readme = *read_file(folder + "/README.md", 10000);
  EXPECT_THAT(readme, HasSubstr("    tundish compile module.mlir -o module.out --target cuda:sm_80 "
                                "--backend iree --profile size '--iree-flag=--iree-a=b c' "
                                "'--iree-flag=--it'\\''s' --no-cache --timeout 2 "
                                "--memory-limit 5000\n"));
  const auto flags = nlohmann::json::parse(*read_file(folder + "/flags.json", 10000));
  EXPECT_EQ(flags["target"], "cuda:sm_80");
  EXPECT_EQ(flags["limits"]["timeout_seconds"], 1.5);
  const auto versions = nlohmann::json::parse(*read_file(folder + "/versions.json", 10000));
  EXPECT_EQ(versions["compiler"], "iree 3.13");
}

TEST_F(ReproducerTest, BytecodeGetsItsOwnName) {
  const Status status = reproduce(std::string("ML\xefR\x01", 5));
  EXPECT_TRUE(fs::exists(status.reproducer() + "/module.mlirbc")) << status.to_string();
}

TEST_F(ReproducerTest, OnlyTheNewestStay) {
  for (int i = 0; i < 30; ++i) {
    fs::create_directory(folder_.path() + "/20250101T0000" + std::to_string(10 + i) + "Z-abc");
  }
  fs::create_directory(folder_.path() + "/mine");
  const Status status = reproduce("module {}");
  EXPECT_TRUE(fs::exists(status.reproducer()));
  EXPECT_TRUE(fs::exists(folder_.path() + "/mine"));
  EXPECT_FALSE(fs::exists(folder_.path() + "/20250101T000010Z-abc"));
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_.path()), fs::directory_iterator()),
            static_cast<std::ptrdiff_t>(kKeptReproducers) + 1);
}

TEST_F(ReproducerTest, EqualFailuresInOneSecondGetFoldersOfTheirOwn) {
  EXPECT_NE(reproduce("module {}").reproducer(), reproduce("module {}").reproducer());
}

TEST_F(ReproducerTest, FailingToWriteKeepsTheError) {
  setenv("TUNDISH_REPRODUCER_DIR", "/proc/nowhere", 1);
  const Status status = reproduce("module {}");
  EXPECT_EQ(status.code(), Code::kAborted);
  EXPECT_TRUE(status.reproducer().empty());
  EXPECT_THAT(status.message(), HasSubstr("it crashed (no reproducer could be written: "));
}

TEST_F(ReproducerTest, LargeInputsAreLeftOutAndSaid) {
  const Tensor large = *Tensor::zeros({ElementType::kUi8, {(int64_t{256} << 20) + 1}});
  const Status status = reproduce_run(aborted("it crashed"), {"iree", "iree 3.13", ""},
                                      Bytes::own("vmfb"), {}, "main", {{large.type(), large}});
  EXPECT_FALSE(fs::exists(status.reproducer() + "/input_0.npy"));
  const std::string readme = *read_file(status.reproducer() + "/README.md", 10000);
  EXPECT_THAT(readme, HasSubstr("The inputs are not here: they take 268.4MB"));
  EXPECT_THAT(readme, HasSubstr("--input random"));
}

}  // namespace
}  // namespace tundish
