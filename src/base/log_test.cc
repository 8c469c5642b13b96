#include "tundish/base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace tundish {
namespace {

class LogTest : public testing::Test {
 protected:
  void TearDown() override { set_log_sink(nullptr); }
  LogSink collect() {
    return [this](LogLevel level, std::string_view message) {
      lines_.push_back(std::string(log_level_name(level)) + " " + std::string(message));
    };
  }
  std::vector<std::string> lines_;
};

TEST_F(LogTest, WithoutASinkNothingIsEvaluatedOrPrinted) {
  int evaluated = 0;
  testing::internal::CaptureStderr();
  TUNDISH_LOG(kError, std::to_string(++evaluated));
  log(LogLevel::kError, "direct");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  EXPECT_EQ(evaluated, 0);
}

TEST_F(LogTest, LevelsBelowTheThresholdAreDropped) {
  set_log_sink(collect(), LogLevel::kWarning);
  TUNDISH_LOG(kInfo, "no");
  TUNDISH_LOG(kWarning, "yes");
  set_log_level(LogLevel::kTrace);
  TUNDISH_LOG(kTrace, "detail");
  set_log_level(LogLevel::kOff);
  TUNDISH_LOG(kError, "no");
  EXPECT_THAT(lines_, testing::ElementsAre("warning yes", "trace detail"));
}

TEST_F(LogTest, ASinkThatLogsDoesNotRecurse) {
  set_log_sink([this](LogLevel, std::string_view message) {
    lines_.emplace_back(message);
    log(LogLevel::kError, "inner");
  });
  log(LogLevel::kInfo, "outer");
  EXPECT_THAT(lines_, testing::ElementsAre("outer"));
}

TEST_F(LogTest, MessagesOfManyThreadsArriveOneAtATime) {
  set_log_sink(collect());
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([] {
        for (int i = 0; i < 250; ++i) log(LogLevel::kInfo, "m");
      });
    }
  }
  EXPECT_EQ(lines_.size(), 1000u);
}

TEST_F(LogTest, TheStderrSinkNamesProgramAndLevel) {
  testing::internal::CaptureStderr();
  set_log_sink(stderr_log_sink());
  TUNDISH_LOG(kWarning, "cache is read-only {}");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "tundish: warning: cache is read-only {}\n");
}

TEST_F(LogTest, LevelNamesAreReadBack) {
  for (int i = 0; i <= static_cast<int>(LogLevel::kOff); ++i) {
    const auto level = static_cast<LogLevel>(i);
    EXPECT_EQ(*parse_log_level(log_level_name(level)), level);
  }
  EXPECT_EQ(parse_log_level("loud").error().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace tundish
