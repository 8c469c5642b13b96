#include "tundish/module/source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tundish {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kAdd = R"(func.func @main(%a: tensor<4xf32>) -> tensor<4xf32> {
  %0 = stablehlo.add %a, %a : tensor<4xf32>  // [ { in a comment
  return %0 : tensor<4xf32>
})";

TEST(SourceTest, TellsTextFromBytecode) {
  EXPECT_EQ(Source::from_string(kAdd, "m.mlir").form(), Source::Form::kText);
  EXPECT_EQ(Source::from_string("ML\xefR\x0d", "m").form(), Source::Form::kBytecode);
}

TEST(SourceTest, DigestDependsOnBytesOnly) {
  EXPECT_EQ(Source::from_string(kAdd, "a").digest(), Source::from_string(kAdd, "b").digest());
  EXPECT_NE(Source::from_string(kAdd, "a").digest(), Source::from_string("x", "a").digest());
}

TEST(SourceTest, NamesTheDialectsItMentions) {
  EXPECT_THAT(Source::from_string(kAdd, "m").dialects(), ElementsAre("func", "stablehlo"));
  EXPECT_THAT(Source::from_string("my_stablehlo.add stablehlo_x.y", "m").dialects(), ElementsAre());
}

TEST(SourceCheckTest, AcceptsAProgram) {
  EXPECT_TRUE(Source::from_string(kAdd, "m.mlir").check().ok());
}

TEST(SourceCheckTest, RefusesAnEmptyFile) {
  EXPECT_EQ(Source::from_string("", "m.mlir").check().message(),
            "m.mlir:1:1: the file is empty; expected an MLIR module");
}

TEST(SourceCheckTest, RefusesBinaryJunkWithItsPlace) {
  Status status = Source::from_string(std::string("ab\ncd\0e", 7), "m.mlir").check();
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
  EXPECT_THAT(status.message(), HasSubstr("m.mlir:2:3: found the byte 0x00"));
}

TEST(SourceCheckTest, RefusesDeepNestingOfEveryBracket) {
  for (char open : {'[', '(', '{', '<'}) {
    Status status = Source::from_string("x\n" + std::string(200000, open), "m.mlir").check();
    EXPECT_THAT(status.message(), HasSubstr("m.mlir:2:513: brackets are nested")) << open;
    ASSERT_EQ(status.diagnostics().size(), 1u);
    EXPECT_EQ(status.diagnostics()[0].line, 2);
  }
}

TEST(SourceCheckTest, BracketsInStringsAndCommentsAndArrowsDoNotCount) {
  const std::string many(1000, '[');
  EXPECT_TRUE(Source::from_string("x = \"" + many + "\\\"" + many + "\"", "m").check().ok());
  EXPECT_TRUE(Source::from_string("x // " + many + "\ny", "m").check().ok());
  std::string arrows;
  for (int i = 0; i < 1000; ++i) arrows += "f(a) -> b ";
  EXPECT_TRUE(Source::from_string(arrows, "m").check().ok());
}

TEST(SourceTest, AMissingFileIsNotFound) {
  EXPECT_EQ(Source::from_file("/nonexistent/m.mlir").error().code(), Code::kNotFound);
}

}  // namespace
}  // namespace tundish
