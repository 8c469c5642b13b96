#include "tundish/base/status.h"

#include <gtest/gtest.h>

#include "base/handle.h"

namespace tundish {
namespace {

TEST(StatusTest, DefaultIsOk) {
  Status status;
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(status.code(), Code::kOk);
  EXPECT_EQ(status.to_string(), "OK");
}

TEST(StatusTest, CarriesCodeMessageStageAndReproducer) {
  Status status = invalid_argument("found 3, expected 4")
                      .with_context("model.mlir:2:1")
                      .with_stage(Stage::kParse)
                      .with_reproducer("folder");
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
  EXPECT_EQ(status.to_string(), "INVALID_ARGUMENT: model.mlir:2:1: found 3, expected 4");
  EXPECT_EQ(status.stage(), Stage::kParse);
  EXPECT_EQ(status.reproducer(), "folder");
  EXPECT_EQ(status.with_stage(Stage::kRun).stage(), Stage::kParse) << "the first stage stays";
}

TEST(StatusTest, EveryCodeHasItsOwnName) {
  for (int code = 0; code <= 16; ++code) {
    EXPECT_EQ(static_cast<int>(code_info(static_cast<Code>(code)).code), code);
  }
  EXPECT_EQ(code_info(static_cast<Code>(99)).code, Code::kUnknown);
}

TEST(StatusTest, ErrnoGetsAFittingCode) {
  EXPECT_EQ(errno_status(ENOENT, "open x").code(), Code::kNotFound);
  EXPECT_EQ(errno_status(ENOSPC, "write x").code(), Code::kResourceExhausted);
  EXPECT_EQ(errno_status(EACCES, "open x").message(), "open x: Permission denied");
}

TEST(DiagnosticTest, PrintsAsCompilersDo) {
  Diagnostic diagnostic{Severity::kWarning, "m.mlir", 12, 8, "unused"};
  EXPECT_EQ(diagnostic.to_string(), "m.mlir:12:8: warning: unused");
  EXPECT_EQ((Diagnostic{Severity::kError, "", 0, 0, "bad"}).to_string(), "error: bad");
}

Result<int> half(int value) {
  if (value % 2 != 0) return invalid_argument("odd");
  return value / 2;
}

Result<int> quarter(int value) {
  TUNDISH_ASSIGN(int once, half(value));
  return half(once);
}

TEST(ResultTest, AssignPropagatesTheFirstError) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_EQ(quarter(6).error().message(), "odd");
  EXPECT_EQ(quarter(6).value_or(7), 7);
}

TEST(ResultDeathTest, ReadingAFailedResultAbortsWithItsMessage) {
  EXPECT_DEATH({ (void)half(3).value(); }, "odd");
}

int g_released = 0;
void release_int(int* pointer) {
  ++g_released;
  delete pointer;
}

TEST(HandleTest, ReleasesExactlyOnceAndIsOnePointer) {
  using IntHandle = Handle<int, release_int>;
  static_assert(sizeof(IntHandle) == sizeof(int*));
  g_released = 0;
  {
    IntHandle first = IntHandle::adopt(new int(1));
    IntHandle second = std::move(first);
    EXPECT_FALSE(first);
    *out(second) = new int(2);
    EXPECT_EQ(g_released, 1);
    EXPECT_EQ(*second.get(), 2);
  }
  EXPECT_EQ(g_released, 2);
}

}  // namespace
}  // namespace tundish
