#include "base/message_channel.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <optional>
#include <thread>

#include "base/shared_memory.h"

namespace tundish {
namespace {

using nlohmann::json;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

class MessageChannelTest : public testing::Test {
 protected:
  void SetUp() override {
    auto pair = MessageChannel::create_pair();
    ASSERT_TRUE(pair.has_value()) << pair.error().to_string();
    here_.emplace(std::move(pair->channel));
    auto there = MessageChannel::adopt(std::move(pair->peer));
    ASSERT_TRUE(there.has_value()) << there.error().to_string();
    there_.emplace(std::move(there).value());
  }
  std::optional<MessageChannel> here_, there_;
};

TEST_F(MessageChannelTest, MessagesArriveInOrderWithTheirBoundaries) {
  const json first = {{"do", "compile"}, {"count", 3}, {"text", "\"ü\n"}};
  ASSERT_TRUE(here_->send(first).ok());
  ASSERT_TRUE(here_->send(json::array()).ok());
  EXPECT_EQ(there_->receive()->header, first);
  EXPECT_EQ(there_->receive()->header, json::array());
}

TEST_F(MessageChannelTest, FilesTravelAlong) {
  auto memory = MemoryFile::create("m", 4096);
  const int fds[] = {memory->fd(), memory->fd()};
  ASSERT_TRUE(here_->send({{"n", 2}}, fds).ok());
  auto message = there_->receive();
  ASSERT_TRUE(message.has_value()) << message.error().to_string();
  ASSERT_EQ(message->files.size(), 2u);
  EXPECT_NE(fcntl(message->files[0].get(), F_GETFD) & FD_CLOEXEC, 0);
  EXPECT_EQ(MemoryFile::adopt(std::move(message->files[1]))->size(), 4096u);
}

TEST_F(MessageChannelTest, LongMessagesTravelInSharedMemory) {
  for (size_t size : {MessageChannel::kMaxInlineBytes - 2, MessageChannel::kMaxInlineBytes - 1,
                      size_t{5} << 20}) {
    const json header = std::string(size, 'x');
    auto memory = MemoryFile::create("m", 7);
    const int fds[] = {memory->fd()};
    ASSERT_TRUE(here_->send(header, fds).ok());
    auto message = there_->receive();
    ASSERT_TRUE(message.has_value()) << message.error().to_string();
    EXPECT_EQ(message->header, header);
    ASSERT_EQ(message->files.size(), 1u);
    EXPECT_EQ(MemoryFile::adopt(std::move(message->files[0]))->size(), 7u);
  }
}

TEST_F(MessageChannelTest, LimitsAreChecked) {
  EXPECT_EQ(here_->send(std::string(MessageChannel::kMaxHeaderBytes, 'x')).code(),
            Code::kInvalidArgument);
  const std::vector<int> many(MessageChannel::kMaxFiles + 1, 0);
  EXPECT_EQ(here_->send({}, many).code(), Code::kInvalidArgument);
}

TEST_F(MessageChannelTest, InvalidUtf8IsReplacedNotThrown) {
  ASSERT_TRUE(here_->send({{"log", "bad \xff byte"}}).ok());
  EXPECT_EQ(there_->receive()->header["log"], "bad \xEF\xBF\xBD byte");
}

TEST_F(MessageChannelTest, WaitingEndsAtTheDeadlineAndTheChannelStaysInStep) {
  const auto start = Clock::now();
  EXPECT_EQ(here_->receive(0.05).error().code(), Code::kDeadlineExceeded);
  EXPECT_GE(seconds_since(start), 0.04);
  EXPECT_LT(seconds_since(start), 5);
  ASSERT_TRUE(there_->send({1}).ok());
  EXPECT_EQ(here_->receive(0.05)->header, json({1}));
}

TEST_F(MessageChannelTest, SignalsDoNotEndTheWait) {
  struct sigaction action{};
  action.sa_handler = [](int) {};
  struct sigaction before;
  ASSERT_EQ(sigaction(SIGUSR1, &action, &before), 0);
  const pthread_t self = pthread_self();
  std::jthread pest([self](std::stop_token stop) {
    for (int i = 0; i < 10 && !stop.stop_requested(); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      pthread_kill(self, SIGUSR1);
    }
  });
  const auto start = Clock::now();
  EXPECT_EQ(here_->receive(0.2).error().code(), Code::kDeadlineExceeded);
  EXPECT_GE(seconds_since(start), 0.18);
  pest.join();
  sigaction(SIGUSR1, &before, nullptr);
}

TEST_F(MessageChannelTest, APeerThatDoesNotReadEndsSendingAtTheDeadline) {
  const json header = std::string(60'000, 'x');
  Status status;
  for (int i = 0; i < 1000 && status.ok(); ++i) status = here_->send(header, {}, 0.05);
  EXPECT_EQ(status.code(), Code::kDeadlineExceeded);
}

TEST_F(MessageChannelTest, PeerDeathIsAStatusForBoth) {
  ASSERT_TRUE(there_->send({"last words"}).ok());
  there_.reset();
  EXPECT_EQ(here_->receive()->header, json({"last words"}));
  EXPECT_EQ(here_->receive().error().code(), Code::kAborted);
  EXPECT_EQ(here_->send({1}).code(), Code::kAborted);
}

TEST_F(MessageChannelTest, JunkFromThePeerIsAnError) {
  const std::string packets[] = {"",
                                 "x",
                                 "i",
                                 "i{\"a\":",
                                 "s",
                                 "i\xff\xfe",
                                 std::string(MessageChannel::kMaxInlineBytes + 10, 'i'),
                                 "i" + std::string(60'000, '[')};
  for (const std::string& packet : packets) {
    if (packet.empty()) continue;
    ASSERT_EQ(::send(there_->fd(), packet.data(), packet.size(), 0),
              static_cast<ssize_t>(packet.size()));
    EXPECT_EQ(here_->receive(1).error().code(), Code::kDataLoss) << packet.substr(0, 10);
  }
  ASSERT_TRUE(there_->send({"fine"}).ok());
  EXPECT_TRUE(here_->receive(1).has_value());
}

TEST_F(MessageChannelTest, OtherDescriptorsAreNoChannel) {
  EXPECT_FALSE(MessageChannel::adopt(FileDescriptor::adopt(open("/dev/null", O_RDWR))).has_value());
  EXPECT_FALSE(MessageChannel::adopt(FileDescriptor()).has_value());
}

// The figure is printed, the bound is loose: the machine may be busy.
TEST_F(MessageChannelTest, ARoundTripBetweenProcessesIsShort) {
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    here_.reset();
    for (;;) {
      auto message = there_->receive(30);
      if (!message || !there_->send(message->header, {}, 30).ok()) _exit(0);
    }
  }
  there_.reset();
  std::vector<double> round_trips;
  for (int i = 0; i < 5000; ++i) {
    const auto start = Clock::now();
    ASSERT_TRUE(here_->send({{"run", 7}, {"function", "main"}}, {}, 30).ok());
    ASSERT_TRUE(here_->receive(30).has_value());
    round_trips.push_back(seconds_since(start));
  }
  here_.reset();
  waitpid(child, nullptr, 0);
  std::sort(round_trips.begin(), round_trips.end());
  const double median_us = round_trips[round_trips.size() / 2] * 1e6;
  RecordProperty("median_us", std::to_string(median_us));
  std::printf("round trip: median %.1f us, minimum %.1f us\n", median_us, round_trips[0] * 1e6);
  EXPECT_LT(median_us, 500);
}

}  // namespace
}  // namespace tundish
