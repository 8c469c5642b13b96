#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <random>
#include <thread>

#include "backend/isolation/shared_block.h"
#include "backend/isolation/testing/isolation_fixture.h"
#include "base/file.h"
#include "tundish/tensor/npy.h"

namespace tundish {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using Clock = std::chrono::steady_clock;

class IsolatedRunTest : public IsolationTest {
 protected:
  std::unique_ptr<Instance> instance_of(const std::string& text, Limits limits = {}) {
    Result<std::shared_ptr<Executable>> executable = load(text, limits);
    EXPECT_TRUE(executable) << executable.error().to_string();
    if (!executable) return nullptr;
    Result<std::unique_ptr<Instance>> instance = (*executable)->create_instance();
    EXPECT_TRUE(instance) << instance.error().to_string();
    return instance ? std::move(*instance) : nullptr;
  }
};

std::vector<float> values(const Tensor& tensor) {
  const auto data = tensor.data<float>();
  return {data.begin(), data.end()};
}

TEST_F(IsolatedRunTest, TellsSignatureAndDevices) {
  const auto executable = load("add");
  ASSERT_TRUE(executable) << executable.error().to_string();
  EXPECT_EQ((*executable)->signature().functions[0].to_string(), "main(4xf32, 4xf32) -> (4xf32)");
  EXPECT_THAT((*executable)->devices(), ElementsAre("test:0"));
}

TEST_F(IsolatedRunTest, RunsOnTensorsOfAnySize) {
  auto instance = instance_of("double");
  std::mt19937 random(7);
  for (const size_t size : {0u, 1u, 4u, 5000u, 20'000u, 3u, 300'000u, 20'001u}) {
    std::vector<float> input(size);
    for (float& value : input) value = static_cast<float>(random() % 1000);
    const auto results = instance->run("", {{floats(input)}});
    ASSERT_TRUE(results) << results.error().to_string();
    for (float& value : input) value *= 2;
    EXPECT_EQ(values(results->at(0)), input) << size;
  }
}

TEST_F(IsolatedRunTest, ResultsStayAfterLaterRunsAndTheEndOfTheExecutable) {
  std::vector<Tensor> small, large;
  {
    auto instance = instance_of("double");
    small = *instance->run("main", {{floats({1, 2})}});
    large = *instance->run("main", {{floats(std::vector<float>(100'000, 3))}});
    ASSERT_TRUE(instance->run("main", {{floats({5, 6})}}));
    ASSERT_TRUE(instance->run("main", {{floats(std::vector<float>(100'000, 4))}}));
  }
  EXPECT_THAT(values(small[0]), ElementsAre(2, 4));
  EXPECT_EQ(values(large[0]), std::vector<float>(100'000, 6));
}

TEST_F(IsolatedRunTest, WritesIntoTheCallersMemory) {
  auto instance = instance_of("add");
  Tensor own = *Tensor::zeros({ElementType::kF32, {4}});
  std::vector<Tensor> outputs = {own};
  ASSERT_TRUE(
      instance->run_into("main", {{floats({1, 2, 3, 4}), floats({1, 1, 1, 1})}}, outputs).ok());
  EXPECT_THAT(values(own), ElementsAre(2, 3, 4, 5));
  std::vector<Tensor> wrong = {*Tensor::zeros({ElementType::kF32, {3}})};
  EXPECT_EQ(
      instance->run_into("main", {{floats({1, 2, 3, 4}), floats({1, 1, 1, 1})}}, wrong).code(),
      Code::kInvalidArgument);
}

TEST_F(IsolatedRunTest, UsesSharedTensorsInPlace) {
  auto instance = instance_of("double");
  Tensor input = *allocate_shared({ElementType::kF32, {50'000}});
  Tensor output = *allocate_shared({ElementType::kF32, {50'000}});
  for (float& value : input.mutable_data<float>()) value = 21;
  std::vector<Tensor> outputs = {output};
  ASSERT_TRUE(instance->run_into("main", {{input}}, outputs).ok());
  EXPECT_EQ(output.data<float>()[49'999], 42);
  // A result is shared memory itself: it can go straight back.
  auto first = instance->run("main", {{input}});
  ASSERT_TRUE(first);
  EXPECT_NE(SharedBlock::of(first->at(0).owner()), nullptr);
  auto second = instance->run("main", *first);
  ASSERT_TRUE(second) << second.error().to_string();
  EXPECT_EQ(second->at(0).data<float>()[0], 84);
}

TEST_F(IsolatedRunTest, ChecksInputsWithoutLosingTheChild) {
  auto instance = instance_of("add");
  const auto failed = instance->run("main", {{floats({1, 2, 3, 4}), floats({1, 2, 3})}});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code(), Code::kInvalidArgument);
  EXPECT_THAT(failed.error().message(), HasSubstr("expected 4xf32, found 3xf32"));
  EXPECT_EQ(instance->run("other", {}).error().code(), Code::kNotFound);
  const auto next = instance->run("main", {{floats({1, 2, 3, 4}), floats({1, 2, 3, 4})}});
  EXPECT_TRUE(next) << next.error().to_string();
}

TEST_F(IsolatedRunTest, CallsRunOnBoundBuffers) {
  auto instance = instance_of("double");
  const BufferRef input = *instance->import(floats({1, 2, 3}));
  EXPECT_EQ(input->device(), "test:0");
  EXPECT_THAT(values(*input->to_host()), ElementsAre(1, 2, 3));
  auto call = instance->prepare("main", {{input}});
  ASSERT_TRUE(call) << call.error().to_string();
  ASSERT_TRUE((*call)->run().ok());
  const BufferRef first = (*call)->outputs()[0];
  ASSERT_TRUE((*call)->run().ok());
  EXPECT_THAT(values(*first->to_host()), ElementsAre(2, 4, 6));
  // The output of one call is the input of another.
  auto next = instance->prepare("main", (*call)->outputs());
  ASSERT_TRUE(next);
  ASSERT_TRUE((*next)->run().ok());
  Tensor copy = *Tensor::zeros({ElementType::kF32, {3}});
  ASSERT_TRUE((*next)->outputs()[0]->copy_to(copy).ok());
  EXPECT_THAT(values(copy), ElementsAre(4, 8, 12));
  Tensor wrong = *Tensor::zeros({ElementType::kF32, {2}});
  EXPECT_EQ((*next)->outputs()[0]->copy_to(wrong).code(), Code::kInvalidArgument);
}

TEST_F(IsolatedRunTest, MeasuresInTheChild) {
  auto instance = instance_of("double");
  auto call = *instance->prepare("main", {{*instance->import(floats({1, 2, 3, 4}))}});
  MeasureOptions options;
  options.min_time = milliseconds(10);
  const auto inside = call->measure(options);
  ASSERT_TRUE(inside) << inside.error().to_string();
  EXPECT_GE(inside->size(), 10u);
  double best_inside = 1, best_call = 1, best_run = 1;
  for (const double seconds : *inside) best_inside = std::min(best_inside, seconds);
  for (int i = 0; i < 2000; ++i) {
    const auto start = Clock::now();
    ASSERT_TRUE(call->run().ok());
    best_call = std::min(best_call, std::chrono::duration<double>(Clock::now() - start).count());
  }
  const std::vector<Tensor> inputs = {floats({1, 2, 3, 4})};
  for (int i = 0; i < 2000; ++i) {
    const auto start = Clock::now();
    ASSERT_TRUE(instance->run("main", inputs));
    best_run = std::min(best_run, std::chrono::duration<double>(Clock::now() - start).count());
  }
  std::printf("a 4-float call: %.2f us in the child, %.1f us through Call, %.1f us through run()\n",
              best_inside * 1e6, best_call * 1e6, best_run * 1e6);
}

TEST_F(IsolatedRunTest, SubmitsAndWaits) {
  auto instance = instance_of("double");
  const BufferRef input = *instance->import(floats({1}));
  Result<Submission> first = instance->submit("main", {{input}});
  ASSERT_TRUE(first) << first.error().to_string();
  EXPECT_EQ(first->done->wait(milliseconds(0)).code(), Code::kDeadlineExceeded);
  Result<Submission> second = instance->submit("main", first->outputs, {{first->done}});
  ASSERT_TRUE(second);
  EXPECT_TRUE(second->done->wait().ok());
  EXPECT_TRUE(*second->done->is_ready());
  EXPECT_TRUE(second->done->wait(milliseconds(0)).ok());
  EXPECT_THAT(values(*second->outputs[0]->to_host()), ElementsAre(4));
}

TEST_F(IsolatedRunTest, TakesBuffersFromOtherExecutables) {
  auto one = instance_of("double");
  auto other = instance_of("double");
  auto call = *one->prepare("main", {{*one->import(floats({1}))}});
  ASSERT_TRUE(call->run().ok());
  auto next = other->prepare("main", call->outputs());
  ASSERT_TRUE(next) << next.error().to_string();
  ASSERT_TRUE((*next)->run().ok());
  EXPECT_THAT(values(*(*next)->outputs()[0]->to_host()), ElementsAre(4));
}

TEST_F(IsolatedRunTest, InstancesHaveStateOfTheirOwn) {
  const auto executable = *load("count");
  auto a = *executable->create_instance();
  auto b = *executable->create_instance();
  const auto count = [](Instance& instance) {
    return instance.run("main", {})->at(0).data<int32_t>()[0];
  };
  EXPECT_EQ(count(*a), 1);
  EXPECT_EQ(count(*a), 2);
  EXPECT_EQ(count(*b), 1);
}

TEST_F(IsolatedRunTest, InstancesRunOnThreadsSideBySide) {
  const auto executable = *load("double");
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      auto instance = *executable->create_instance();
      for (int i = 0; i < 100; ++i) {
        const auto value = static_cast<float>(t * 1000 + i);
        const auto results = instance->run("main", {{floats({value})}});
        if (!results || results->at(0).data<float>()[0] != 2 * value) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_F(IsolatedRunTest, ReleasesWhatTheParentDrops) {
  const int before = count_descriptors();
  {
    auto instance = instance_of("double");
    auto call = *instance->prepare("main", {{*instance->import(floats({1}))}});
    for (int i = 0; i < 500; ++i) {
      ASSERT_TRUE(call->run().ok());
      ASSERT_TRUE(instance->import(floats(std::vector<float>(1000))));
    }
    EXPECT_LT(count_descriptors(), before + 16);
  }
  backend_ = nullptr;
  pool_ = nullptr;
  EXPECT_EQ(count_descriptors(), before);
}

struct RunFault {
  const char* text;
  Limits limits;
  Code code;
  const char* message;
};

void PrintTo(const RunFault& fault, std::ostream* out) { *out << fault.text; }

class IsolatedRunFaultTest : public IsolatedRunTest,
                             public testing::WithParamInterface<RunFault> {};

TEST_P(IsolatedRunFaultTest, BecomesAStatusAndLoadingAgainWorks) {
  const RunFault& fault = GetParam();
  auto instance = instance_of(fault.text, fault.limits);
  const auto failed = instance->run("main", {{floats({1, 2})}});
  ASSERT_FALSE(failed);
  const Status& status = failed.error();
  EXPECT_EQ(status.code(), fault.code) << status.to_string();
  EXPECT_EQ(status.stage(), Stage::kRun);
  EXPECT_THAT(status.message(), HasSubstr(fault.message));
  EXPECT_TRUE(no_process_is_left());
  const std::string folder = status.reproducer();
  ASSERT_FALSE(folder.empty()) << status.to_string();
  EXPECT_EQ(*read_file(folder + "/executable.bin", 1000), fault.text);
  EXPECT_THAT(values(*read_npy(folder + "/input_0.npy")), ElementsAre(1, 2));
  EXPECT_THAT(*read_file(folder + "/README.md", 10000),
              HasSubstr("tundish run executable.bin --backend misbehaving --function main --input "
                        "2xf32=@input_0.npy"));
  const auto later = instance->run("main", {{floats({1, 2})}});
  EXPECT_EQ(later.error().code(), Code::kAborted);
  EXPECT_THAT(later.error().message(), HasSubstr("load the executable again"));
  EXPECT_TRUE(instance_of("double")->run("main", {{floats({1})}}));
}

INSTANTIATE_TEST_SUITE_P(
    Faults, IsolatedRunFaultTest,
    testing::Values(
        RunFault{"run:segfault", {}, Code::kAborted, "crashed (SIGSEGV"},
        RunFault{"run:exit", {}, Code::kAborted, "exited with status 0"},
        RunFault{"run:sleep",
                 {.timeout = milliseconds(300)},
                 Code::kDeadlineExceeded,
                 "time limit of 300"},
        RunFault{"run:memory", {.memory_bytes = 150'000'000}, Code::kResourceExhausted, "150.0MB"}),
    [](const auto& param) { return std::string(param.param.text).substr(4); });

TEST_F(IsolatedRunTest, RefusesResultsOverTheOutputLimit) {
  auto instance = instance_of("double", {.output_bytes = 1000});
  EXPECT_TRUE(instance->run("main", {{floats({1})}}));
  const auto failed = instance->run("main", {{floats(std::vector<float>(100'000))}});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code(), Code::kResourceExhausted);
}

TEST_F(IsolatedRunTest, AFailureToLoadNamesItsStage) {
  const auto failed = load("load:segfault");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code(), Code::kAborted);
  EXPECT_EQ(failed.error().stage(), Stage::kLoad);
  EXPECT_FALSE(failed.error().reproducer().empty());
  EXPECT_EQ(load("load:invalid").error().code(), Code::kInvalidArgument);
  EXPECT_TRUE(load("double"));
}

TEST_F(IsolatedRunTest, ACrashedCallKeepsItsInputsForTheReproducer) {
  auto instance = instance_of("run:abort");
  auto call = *instance->prepare("main", {{*instance->import(floats({7, 8}))}});
  const Status status = call->run();
  EXPECT_EQ(status.code(), Code::kAborted);
  ASSERT_FALSE(status.reproducer().empty());
  EXPECT_THAT(values(*read_npy(status.reproducer() + "/input_0.npy")), ElementsAre(7, 8));
  EXPECT_THAT(*read_file(status.reproducer() + "/log.txt", 10000), HasSubstr("Assertion"));
}

}  // namespace
}  // namespace tundish
