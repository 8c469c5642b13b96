#include <gmock/gmock.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <thread>

#include "backend/isolation/testing/isolation_fixture.h"
#include "base/subprocess.h"

namespace tundish {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using Clock = std::chrono::steady_clock;

using IsolatedCompileTest = IsolationTest;

TEST_F(IsolatedCompileTest, GivesBackAllThatTheBackendGave) {
  CompileOptions options;
  options.emit = "asm";
  std::vector<std::string> phases;
  CompileControl control;
  control.on_progress = [&](const CompileProgress& progress) { phases.push_back(progress.phase); };
  const Result<Compiled> compiled = backend_->compile(
      Source::from_string("double", "m.mlir"), *parse_target("cuda:sm_80"), options, control);
  ASSERT_TRUE(compiled) << compiled.error().to_string();
  EXPECT_EQ(compiled->executable.view(), "double");
  EXPECT_EQ(compiled->signature.functions[0].to_string(), "main(?xf32) -> (?xf32)");
  EXPECT_EQ(compiled->report.target, "cuda:sm_80");
  EXPECT_EQ(compiled->report.rules[0].reason, "because");
  EXPECT_EQ(compiled->report.seconds, 0.25);
  EXPECT_EQ(compiled->intermediates.at("b.ll"), "define");
  EXPECT_EQ(compiled->intermediates.at("a.s"), "nop");
  ASSERT_EQ(compiled->diagnostics.size(), 1u);
  EXPECT_EQ(compiled->diagnostics[0].line, 3);
  EXPECT_THAT(phases, testing::ElementsAre("parse"));
  EXPECT_NE(compiled->report.notes[0], "process " + std::to_string(getpid())) << "ran in process";
}

TEST_F(IsolatedCompileTest, AnswersCheapQuestionsWithoutAChild) {
  EXPECT_EQ(backend_->name(), "misbehaving");
  EXPECT_EQ(*backend_->compiler_version(), "misbehaving 1.2");
  EXPECT_TRUE(backend_->supports({}).ok());
  EXPECT_EQ(backend_->key_flags({}, {})->size(), 1u);
  EXPECT_EQ(pool_->started_count(), 0u);
}

TEST_F(IsolatedCompileTest, InspectsAndListsDevices) {
  const Result<SourceFacts> facts = backend_->inspect(Source::from_string("add", "m.mlir"), {}, {});
  ASSERT_TRUE(facts) << facts.error().to_string();
  EXPECT_EQ(facts->op_counts[0].first, "stablehlo.add");
  EXPECT_EQ(facts->constant_bytes, 4096);
  const auto devices = backend_->devices();
  ASSERT_TRUE(devices) << devices.error().to_string();
  EXPECT_EQ(devices->at(0).name, "test:0");
}

TEST_F(IsolatedCompileTest, ReusesOneChildForManyJobs) {
  std::set<std::string> processes;
  const int descriptors_before = count_descriptors();
  const auto start = Clock::now();
  for (int i = 0; i < 200; ++i) {
    const Result<Compiled> compiled = compile("double");
    ASSERT_TRUE(compiled) << compiled.error().to_string();
    processes.insert(compiled->report.notes[0]);
  }
  const std::chrono::duration<double, std::micro> passed = Clock::now() - start;
  std::printf("a compilation through a warm child takes %.0f us beside the compiler's own time\n",
              passed.count() / 200);
  EXPECT_EQ(processes.size(), 1u);
  EXPECT_EQ(pool_->started_count(), 1u);
  EXPECT_LT(count_descriptors(), descriptors_before + 12);
}

struct Fault {
  const char* text;
  Limits limits;
  Code code;
  const char* message;
  bool has_reproducer;
};

void PrintTo(const Fault& fault, std::ostream* out) { *out << fault.text; }

class IsolatedCompileFaultTest : public IsolationTest, public testing::WithParamInterface<Fault> {};

TEST_P(IsolatedCompileFaultTest, BecomesAStatusAndTheNextJobWorks) {
  ASSERT_TRUE(compile("double"));  // the fault then meets a warm child
  const int descriptors_before = count_descriptors();
  const Fault& fault = GetParam();
  const Result<Compiled> failed = compile(fault.text, fault.limits);
  ASSERT_FALSE(failed);
  const Status& status = failed.error();
  EXPECT_EQ(status.code(), fault.code) << status.to_string();
  EXPECT_EQ(status.stage(), Stage::kCompile);
  EXPECT_THAT(status.message(), HasSubstr(fault.message));
  EXPECT_EQ(!status.reproducer().empty(), fault.has_reproducer) << status.to_string();
  EXPECT_TRUE(no_process_is_left()) << "the child outlived its failure";
  {
    const Result<Compiled> next = compile("double");
    ASSERT_TRUE(next) << next.error().to_string();
  }
  EXPECT_EQ(pool_->started_count(), 2u);
  EXPECT_EQ(count_descriptors(), descriptors_before);
}

constexpr uint64_t kMegabyte = 1'000'000;

INSTANTIATE_TEST_SUITE_P(
    Faults, IsolatedCompileFaultTest,
    testing::Values(Fault{"compile:segfault", {}, Code::kAborted, "crashed (SIGSEGV", true},
                    Fault{"compile:abort", {}, Code::kAborted, "Assertion `false' failed", true},
                    Fault{"compile:exit",
                          {},
                          Code::kAborted,
                          "exited with status 0 in the middle of compiling m.mlir for cuda:sm_80",
                          true},
                    Fault{"compile:garbage", {}, Code::kAborted, "damaged data", true},
                    Fault{"compile:nonsense", {}, Code::kAborted, "damaged data", true},
                    Fault{"compile:sleep",
                          {.timeout = milliseconds(300)},
                          Code::kDeadlineExceeded,
                          "time limit of 300",
                          true},
                    Fault{"compile:grandchild-sleep",
                          {.timeout = milliseconds(500)},
                          Code::kDeadlineExceeded,
                          "time limit",
                          true},
                    Fault{"compile:memory",
                          {.memory_bytes = 150 * kMegabyte},
                          Code::kResourceExhausted,
                          "over the limit of 150.0MB",
                          true},
                    Fault{"compile:flood", {}, Code::kResourceExhausted, "printed more than", true},
                    Fault{"compile:large",
                          {.output_bytes = 1 * kMegabyte},
                          Code::kResourceExhausted,
                          "output limit",
                          true},
                    Fault{"compile:throw", {}, Code::kInternal, "thrown on purpose", false},
                    Fault{"compile:fail", {}, Code::kAborted, "gave up", true},
                    Fault{"compile:invalid", {}, Code::kInvalidArgument, "m.mlir:1:2", false}),
    [](const auto& param) {
      std::string name = param.param.text + std::string("compile:").size();
      std::erase(name, '-');
      return name;
    });

TEST_F(IsolatedCompileTest, KeepsDiagnosticsOfAFailure) {
  const Result<Compiled> failed = compile("compile:invalid");
  ASSERT_FALSE(failed);
  ASSERT_EQ(failed.error().diagnostics().size(), 1u);
  EXPECT_EQ(failed.error().diagnostics()[0].to_string(), "m.mlir:1:2: error: bad");
}

TEST_F(IsolatedCompileTest, TakesAnExecutableThatFitsTheOutputLimit) {
  const Result<Compiled> compiled = compile("compile:large", {.output_bytes = 64 * kMegabyte});
  ASSERT_TRUE(compiled) << compiled.error().to_string();
  EXPECT_EQ(compiled->executable.data.size(), size_t{32} << 20);
  EXPECT_EQ(compiled->executable.view().back(), 'x');
}

TEST_F(IsolatedCompileTest, PrintingOnStandardOutputDisturbsNothing) {
  const Result<Compiled> compiled = compile("compile:chatter");
  EXPECT_TRUE(compiled) << compiled.error().to_string();
}

TEST_F(IsolatedCompileTest, CancelsAtOnce) {
  std::atomic<bool> is_wanted = false;
  CompileControl control;
  control.is_cancelled = [&] { return is_wanted.load(); };
  Clock::time_point asked;
  std::thread canceller([&] {
    std::this_thread::sleep_for(milliseconds(200));
    asked = Clock::now();
    is_wanted = true;
  });
  const Result<Compiled> failed = compile("compile:sleep", {}, control);
  const auto passed = Clock::now();
  canceller.join();
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code(), Code::kCancelled);
  EXPECT_EQ(failed.error().stage(), Stage::kCompile);
  EXPECT_TRUE(failed.error().reproducer().empty());
  EXPECT_LT(passed - asked, std::chrono::seconds(5));
  EXPECT_TRUE(no_process_is_left());
}

TEST_F(IsolatedCompileTest, LeavesNoTemporaryFilesBetweenJobs) {
  ASSERT_TRUE(compile("compile:temporary"));
  int files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(temporary_.path())) {
    if (entry.path().extension() == ".o") ++files;
  }
  EXPECT_EQ(files, 0);
}

TEST_F(IsolatedCompileTest, EndsGrandchildrenWithTheChild) {
  ASSERT_TRUE(compile("compile:grandchild"));
  EXPECT_GE(count_processes(), 3);
  pool_ = nullptr;
  backend_ = nullptr;
  EXPECT_TRUE(no_process_is_left());
}

TEST_F(IsolatedCompileTest, SurvivesTheDeathOfAnIdleChild) {
  const Result<Compiled> first = compile("double");
  ASSERT_TRUE(first);
  const pid_t child = std::stoi(first->report.notes[0].substr(std::string("process ").size()));
  ASSERT_EQ(kill(child, SIGKILL), 0);
  for (int i = 0; i < 1000 && kill(child, 0) == 0; ++i) {
    std::this_thread::sleep_for(milliseconds(10));
  }
  EXPECT_TRUE(compile("double"));
}

TEST_F(IsolatedCompileTest, ServesThreadsSideBySide) {
  std::atomic<int> failures = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int k = 0; k < 5; ++k) {
        const bool crashes = (i + k) % 4 == 0;
        if (compile(crashes ? "compile:segfault" : "double").has_value() == crashes) ++failures;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_LE(pool_->idle_count(), 2u);
}

TEST_F(IsolatedCompileTest, SaysThatTheChildProgramIsMissing) {
  setenv("TUNDISH_HOST", "/nonexistent/tundish-host", 1);
  const Result<Compiled> failed = compile("double");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code(), Code::kUnavailable);
  EXPECT_EQ(failed.error().stage(), Stage::kCompile);
  EXPECT_THAT(failed.error().message(), HasSubstr("TUNDISH_HOST"));
}

TEST_F(IsolatedCompileTest, NothingOutlivesAKilledParent) {
  SubprocessOptions options;
  options.program = TUNDISH_TEST_HOST;
  options.arguments = {"parent"};
  Result<Subprocess> parent = Subprocess::start(options);
  ASSERT_TRUE(parent) << parent.error().to_string();
  for (int i = 0; i < 200 && count_processes() < 4; ++i) {
    std::this_thread::sleep_for(milliseconds(50));
  }
  ASSERT_EQ(count_processes(), 4) << "parent, child and two grandchildren";
  kill(parent->pid(), SIGKILL);  // not parent->kill(), which would help
  EXPECT_TRUE(no_process_is_left());
  // Its folder is left, for the next process to sweep once the kernel has dropped the lock.
  int swept = 0;
  for (int i = 0; i < 200 && swept == 0; ++i) {
    std::this_thread::sleep_for(milliseconds(50));
    swept = sweep_temporary_folders(temporary_.path(), 0);
  }
  EXPECT_EQ(swept, 1);
}

}  // namespace
}  // namespace tundish
