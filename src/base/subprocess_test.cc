#include "base/subprocess.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/file.h"
#include "base/process_tree.h"
#include "base/temporary_folder.h"

namespace tundish {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;
using testing::HasSubstr;

SubprocessOptions shell(const std::string& script) {
  SubprocessOptions options;
  options.program = "sh";
  options.arguments = {"-c", script};
  return options;
}

SubprocessResult run(SubprocessOptions options) {
  auto result = run_subprocess(std::move(options));
  EXPECT_TRUE(result.has_value()) << result.error().to_string();
  return result ? *std::move(result) : SubprocessResult{};
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// A zombie that its new parent has not collected yet is dead, too.
bool is_alive(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string stat;
  std::getline(file, stat);
  const size_t end = stat.rfind(')');
  return end != std::string::npos && stat.size() > end + 2 && stat[end + 2] != 'Z';
}

bool eventually(const std::function<bool()>& condition) {
  for (int i = 0; i < 500; ++i) {
    if (condition()) return true;
    std::this_thread::sleep_for(10ms);
  }
  return false;
}

std::vector<pid_t> read_pids(const std::string& path, size_t count) {
  std::vector<pid_t> pids;
  eventually([&] {
    pids.clear();
    std::ifstream file(path);
    for (pid_t pid; file >> pid;) pids.push_back(pid);
    return pids.size() >= count;
  });
  return pids;
}

void expect_all_dead(const std::vector<pid_t>& pids) {
  for (const pid_t pid : pids) {
    EXPECT_TRUE(eventually([pid] { return !is_alive(pid); })) << pid << " outlived its parent";
  }
}

TEST(SubprocessTest, OutputAndExitCodeAreReported) {
  const SubprocessResult result = run(shell("echo out; echo err >&2; exit 7"));
  EXPECT_EQ(result.ending, Ending::kExited);
  EXPECT_EQ(result.exit_code, 7);
  EXPECT_EQ(result.standard_output, "out\n");
  EXPECT_EQ(result.standard_error, "err\n");
  EXPECT_EQ(result.to_status("sh").to_string(), "ABORTED: sh failed with exit code 7");
  EXPECT_TRUE(run(shell("true")).to_status("sh").ok());
}

TEST(SubprocessTest, EnvironmentFolderAndInputAreAsAsked) {
  auto folder = TemporaryFolder::create();
  ASSERT_TRUE(write_file_atomically(folder->file("in"), "from stdin").ok());
  const auto input = FileDescriptor::adopt(open(folder->file("in").c_str(), O_RDONLY | O_CLOEXEC));
  SubprocessOptions options = shell("pwd; echo $FIRST-$HOME-; cat");
  options.environment = {{"FIRST", "1"}, {"HOME", std::nullopt}};
  options.working_folder = folder->path();
  options.stdin_fd = input.get();
  EXPECT_EQ(run(options).standard_output,
            std::filesystem::canonical(folder->path()).string() + "\n1--\nfrom stdin");
  options = shell("/usr/bin/env");
  options.inherits_environment = false;
  options.environment = {{"ONLY", "this"}};
  EXPECT_THAT(run(options).standard_output, HasSubstr("ONLY=this"));
  EXPECT_THAT(run(options).standard_output, testing::Not(HasSubstr("PATH=/")));
}

TEST(SubprocessTest, WhatCannotBeExecutedIsAnError) {
  SubprocessOptions options;
  options.program = "no-such-program-anywhere";
  EXPECT_EQ(Subprocess::start(options).error().code(), Code::kNotFound);
  options.program = "/nonexistent/program";
  EXPECT_EQ(Subprocess::start(options).error().code(), Code::kNotFound);
  options.program = "/etc/passwd";
  EXPECT_EQ(Subprocess::start(options).error().code(), Code::kPermissionDenied);
  options = shell("true");
  options.working_folder = "/nonexistent";
  EXPECT_EQ(Subprocess::start(options).error().message(),
            "enter folder /nonexistent: No such file or directory");
  options = shell("true");
  options.passed_fds = {1'000'000};
  EXPECT_THAT(Subprocess::start(options).error().message(), HasSubstr("pass descriptors"));
}

TEST(SubprocessTest, OnlyNamedDescriptorsReachTheChild) {
  const int leaky = open("/dev/null", O_RDONLY);  // not close-on-exec
  int pipe_ends[2];
  ASSERT_EQ(pipe2(pipe_ends, O_CLOEXEC), 0);
  SubprocessOptions options = shell("echo through >&4; ls /proc/self/fd");
  options.passed_fds = {leaky, pipe_ends[1]};
  const SubprocessResult result = run(options);
  close(pipe_ends[1]);
  char text[64] = {};
  EXPECT_EQ(read(pipe_ends[0], text, sizeof text), 8);
  EXPECT_STREQ(text, "through\n");
  close(pipe_ends[0]);
  // 0 to 4 and the folder that ls reads.
  EXPECT_EQ(result.standard_output, "0\n1\n2\n3\n4\n5\n");
  EXPECT_EQ(run(shell("ls /proc/self/fd")).standard_output, "0\n1\n2\n3\n");
  close(leaky);
}

TEST(SubprocessTest, PassedDescriptorsMayOverlapTheirTargets) {
  // Take 3 and 4 if they are free, and pass them crosswise.
  auto folder = TemporaryFolder::create();
  std::vector<FileDescriptor> files;
  for (const char* name : {"a", "b"}) {
    ASSERT_TRUE(write_file_atomically(folder->file(name), name).ok());
    files.push_back(FileDescriptor::adopt(open(folder->file(name).c_str(), O_RDONLY | O_CLOEXEC)));
  }
  SubprocessOptions options = shell("cat <&3; cat <&4");
  options.passed_fds = {files[1].get(), files[0].get()};
  EXPECT_EQ(run(options).standard_output, "ba");
}

TEST(SubprocessTest, OurDescriptorsDoNotGrow) {
  const auto count = [] {
    return std::distance(std::filesystem::directory_iterator("/proc/self/fd"),
                         std::filesystem::directory_iterator());
  };
  run(shell("true"));
  const auto before = count();
  for (int i = 0; i < 20; ++i) run(shell("echo x"));
  SubprocessOptions missing;
  missing.program = "/nonexistent/program";
  for (int i = 0; i < 5; ++i) (void)Subprocess::start(missing);
  EXPECT_EQ(count(), before);
}

TEST(SubprocessTest, TheChildHasDefaultSignalsAndNoCoreFile) {
  std::signal(SIGPIPE, SIG_IGN);
  const SubprocessResult result = run(
      shell("ulimit -c; grep -E 'Sig(Ign|Blk)' /proc/self/status; cat /proc/self/oom_score_adj"));
  std::signal(SIGPIPE, SIG_DFL);
  EXPECT_EQ(result.standard_output,
            "0\nSigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n800\n");
}

TEST(SubprocessTest, ACrashIsTold) {
  const SubprocessResult result = run(shell("kill -SEGV $$"));
  EXPECT_EQ(result.ending, Ending::kSignalled);
  EXPECT_EQ(result.signal, SIGSEGV);
  EXPECT_EQ(result.to_status("compiler").to_string(),
            "ABORTED: compiler was ended by signal 11 (Segmentation fault)");
}

TEST(SubprocessTest, AHangEndsAtTheTimeLimitWithAllDescendants) {
  auto folder = TemporaryFolder::create();
  SubprocessOptions options = shell(
      "trap '' TERM INT HUP; echo $$ >> pids; sleep 1000 & echo $! >> pids;"
      "setsid sleep 1000 & echo $! >> pids; echo before; wait");
  options.working_folder = folder->path();
  options.limits.timeout_seconds = 0.5;
  const auto start = Clock::now();
  const SubprocessResult result = run(options);
  EXPECT_LT(seconds_since(start), 10);
  EXPECT_EQ(result.ending, Ending::kTimedOut);
  EXPECT_EQ(result.standard_output, "before\n");
  EXPECT_EQ(result.to_status("sh").to_string(),
            "DEADLINE_EXCEEDED: sh was stopped after 500.0ms, its time limit");
  const auto pids = read_pids(folder->file("pids"), 3);
  EXPECT_EQ(pids.size(), 3u);
  expect_all_dead(pids);
}

TEST(SubprocessTest, ManyGrandchildrenDieWithTheChild) {
  auto folder = TemporaryFolder::create();
  SubprocessOptions options = shell(
      "i=0; while [ $i -lt 40 ]; do (sleep 1000 & echo $! >> pids; wait) & i=$((i+1)); done;"
      "while [ $(wc -l < pids) -lt 40 ]; do sleep 0.01; done; exit 3");
  options.working_folder = folder->path();
  const SubprocessResult result = run(options);
  EXPECT_EQ(result.exit_code, 3) << "left by itself, its descendants did not";
  const auto pids = read_pids(folder->file("pids"), 40);
  EXPECT_EQ(pids.size(), 40u);
  expect_all_dead(pids);
}

TEST(SubprocessTest, AGrandchildThatEatsMemoryIsStopped) {
  // tail keeps the one endless line that it gets.
  SubprocessOptions options = shell("head -c 20000000000 /dev/zero | tail");
  options.limits = {.timeout_seconds = 60, .memory_bytes = 200 << 20};
  const SubprocessResult result = run(options);
  EXPECT_EQ(result.ending, Ending::kMemoryLimit);
  EXPECT_GT(result.peak_memory_bytes, uint64_t{200} << 20);
  EXPECT_LT(result.peak_memory_bytes, uint64_t{600} << 20) << "noticed too late";
  const Status status = result.to_status("compiler");
  EXPECT_EQ(status.code(), Code::kResourceExhausted);
  EXPECT_THAT(status.message(), HasSubstr("its limit is 209.7MB"));
}

TEST(SubprocessTest, MappedFilesAndReservedMemoryAreNoMemory) {
  auto folder = TemporaryFolder::create();
  const auto file =
      FileDescriptor::adopt(open(folder->file("big").c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600));
  ASSERT_EQ(ftruncate(file.get(), 300 << 20), 0);
  SubprocessOptions options;
  options.program = "python3";
  options.arguments = {"-c",
                       "import mmap,time\n"
                       "f=open('big','rb'); m=mmap.mmap(f.fileno(),0,access=mmap.ACCESS_READ)\n"
                       "sum(m[i] for i in range(0,len(m),4096))\n"
                       "r=mmap.mmap(-1,8<<30)\n"
                       "time.sleep(0.3); print('fine')"};
  if (!find_program("python3")) GTEST_SKIP() << "needs python3";
  options.working_folder = folder->path();
  options.limits = {.timeout_seconds = 60, .memory_bytes = 100 << 20};
  const SubprocessResult result = run(options);
  EXPECT_EQ(result.ending, Ending::kExited) << result.to_status("python3").to_string();
  EXPECT_EQ(result.standard_output, "fine\n") << result.standard_error;
  EXPECT_GT(result.peak_memory_bytes, 0u);
}

TEST(SubprocessTest, AFloodOfOutputIsStopped) {
  SubprocessOptions options = shell("yes >&2");
  options.output_limit_bytes = 100'000;
  options.limits.timeout_seconds = 60;
  const SubprocessResult result = run(options);
  EXPECT_EQ(result.ending, Ending::kOutputLimit);
  EXPECT_EQ(result.standard_error.size(), 100'000u);
  EXPECT_EQ(result.to_status("x").code(), Code::kResourceExhausted);
}

TEST(SubprocessTest, ExactlyTheOutputLimitIsFine) {
  SubprocessOptions options = shell("head -c 300000 /dev/zero");
  options.output_limit_bytes = 300'000;
  const SubprocessResult result = run(options);
  EXPECT_EQ(result.ending, Ending::kExited);
  EXPECT_EQ(result.standard_output.size(), 300'000u);
}

TEST(SubprocessTest, KillAndWaitWorkFromDifferentThreads) {
  auto child = Subprocess::start(shell("sleep 1000"));
  ASSERT_TRUE(child.has_value());
  EXPECT_TRUE(child->is_running());
  EXPECT_EQ(child->wait_for(20ms), nullptr);
  std::jthread killer([&] {
    std::this_thread::sleep_for(20ms);
    child->kill();
  });
  EXPECT_EQ(child->wait().ending, Ending::kKilled);
  EXPECT_EQ(child->wait().to_status("x").code(), Code::kCancelled);
  EXPECT_FALSE(child->is_running());
  child->kill();  // harmless
}

TEST(SubprocessTest, DestructionAndAssignmentEndTheChild) {
  pid_t first, second;
  {
    auto child = Subprocess::start(shell("sleep 1000"));
    auto other = Subprocess::start(shell("sleep 1000"));
    ASSERT_TRUE(child.has_value() && other.has_value());
    first = child->pid();
    second = other->pid();
    *child = std::move(*other);
    EXPECT_FALSE(is_alive(first));
    EXPECT_TRUE(is_alive(second));
  }
  EXPECT_FALSE(is_alive(second));
}

TEST(SubprocessTest, LimitsCanBeRenewedForEachRequest) {
  auto child = Subprocess::start(shell("echo one >&2; sleep 0.5; echo two >&2; sleep 1000"));
  ASSERT_TRUE(child.has_value());
  child->set_limits({.timeout_seconds = 100});
  std::string error;
  EXPECT_TRUE(eventually([&] { return (error += child->take_standard_error()) == "one\n"; }));
  EXPECT_EQ(child->wait_for(700ms), nullptr);
  child->set_limits({.timeout_seconds = 0.05});
  const SubprocessResult& result = child->wait();
  EXPECT_EQ(result.ending, Ending::kTimedOut);
  EXPECT_EQ(result.standard_error, "two\n");
}

TEST(SubprocessTest, AChildDoesNotDieWithTheThreadThatStartedIt) {
  std::optional<Result<Subprocess>> child;
  std::thread([&] { child.emplace(Subprocess::start(shell("sleep 0.3; exit 5"))); }).join();
  ASSERT_TRUE(child->has_value());
  EXPECT_EQ((*child)->wait().exit_code, 5);
}

TEST(SubprocessTest, ManyAtOnceKeepTheirResultsApart) {
  std::vector<std::jthread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([t] {
      for (int i = 0; i < 5; ++i) {
        const std::string text = std::to_string(100 * t + i);
        EXPECT_EQ(run(shell("echo " + text)).standard_output, text + "\n");
      }
    });
  }
}

// Runs `body` in a forked process, ends that with `signal`, and expects the child to be dead.
void expect_child_dies_with_parent(int signal, bool has_handler) {
  int ends[2];
  ASSERT_EQ(pipe2(ends, O_CLOEXEC), 0);
  const pid_t parent = fork();
  ASSERT_GE(parent, 0);
  if (parent == 0) {
    if (has_handler) {
      std::signal(signal, [](int) {
        kill_all_subprocesses();
        _exit(1);
      });
    }
    auto child = Subprocess::start(shell("trap '' INT TERM; sleep 1000 & wait; wait"));
    const pid_t pid = child ? child->pid() : -1;
    (void)!write(ends[1], &pid, sizeof pid);
    for (;;) pause();
  }
  pid_t child = -1;
  ASSERT_EQ(read(ends[0], &child, sizeof child), static_cast<ssize_t>(sizeof child));
  ASSERT_GT(child, 0);
  std::vector<pid_t> tree;
  ASSERT_TRUE(eventually([&] { return (tree = process_tree(child)).size() == 2; }));
  ASSERT_EQ(kill(parent, signal), 0);
  ASSERT_EQ(waitpid(parent, nullptr, 0), parent);
  if (!has_handler) tree.resize(1);  // the kernel's signal reaches the child only
  expect_all_dead(tree);
  kill(-child, SIGKILL);
  close(ends[0]);
  close(ends[1]);
}

TEST(SubprocessTest, TheChildDiesWithAParentThatIsInterrupted) {
  expect_child_dies_with_parent(SIGINT, false);
}
TEST(SubprocessTest, TheChildDiesWithAParentThatIsKilled) {
  expect_child_dies_with_parent(SIGKILL, false);
}
TEST(SubprocessTest, AHandlerCanEndTheWholeTree) { expect_child_dies_with_parent(SIGTERM, true); }

TEST(SubprocessTest, StartingIsFastInABigProcess) {
  std::vector<char> ballast(256 << 20, 1);
  std::vector<double> times;
  SubprocessOptions options;
  options.program = "true";
  for (int i = 0; i < 20; ++i) {
    const auto start = Clock::now();
    run(options);
    times.push_back(seconds_since(start));
  }
  std::sort(times.begin(), times.end());
  std::printf("start, end and wait: median %.2f ms\n", times[10] * 1e3);
  EXPECT_LT(times[10], 0.2);
  EXPECT_EQ(ballast[1000], 1);
}

TEST(FindProgramTest, LooksInPathAndKeepsPaths) {
  EXPECT_THAT(*find_program("sh"), testing::EndsWith("/sh"));
  EXPECT_EQ(*find_program("/a/b"), "/a/b");
  EXPECT_EQ(*find_program("./b"), std::filesystem::current_path().string() + "/./b");
  EXPECT_FALSE(find_program("").has_value());
}

}  // namespace
}  // namespace tundish
