// Measuring an executable whose calls take a known time.
#include "bench/measure.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "bench/statistics.h"

namespace tundish {
namespace {

class SleepingCall final : public Call {
 public:
  explicit SleepingCall(std::atomic<int>& calls) : calls_(calls) {}
  Status run() override {
    ++calls_;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return {};
  }
  std::span<const BufferRef> outputs() const override { return {}; }

 private:
  std::atomic<int>& calls_;
};

class SleepingInstance final : public Instance {
 public:
  explicit SleepingInstance(std::atomic<int>& calls) : calls_(calls) {}
  Result<std::vector<Tensor>> run(std::string_view, std::span<const Tensor>) override {
    return unimplemented("only prepared calls");
  }
  Status run_into(std::string_view, std::span<const Tensor>, std::span<Tensor>) override {
    return unimplemented("only prepared calls");
  }
  Result<BufferRef> import(const Tensor&) override { return unimplemented("no inputs"); }
  Result<std::unique_ptr<Call>> prepare(std::string_view, std::span<const BufferRef>) override {
    return std::unique_ptr<Call>(std::make_unique<SleepingCall>(calls_));
  }
  Result<Submission> submit(std::string_view, std::span<const BufferRef>,
                            std::span<const EventRef>) override {
    return unimplemented("only prepared calls");
  }

 private:
  std::atomic<int>& calls_;
};

class SleepingExecutable final : public Executable {
 public:
  const Signature& signature() const override { return signature_; }
  std::span<const std::string> devices() const override { return {}; }
  Result<std::unique_ptr<Instance>> create_instance() override {
    ++instances;
    return std::unique_ptr<Instance>(std::make_unique<SleepingInstance>(calls));
  }

  std::atomic<int> calls = 0;
  std::atomic<int> instances = 0;

 private:
  Signature signature_{{{"main", {}, {}}}};
};

Load short_load() {
  Load load;
  load.options.min_runs = 10;
  load.options.min_time = std::chrono::milliseconds(50);
  return load;
}

TEST(MeasureTest, WarmCallsTakeTheirTime) {
  SleepingExecutable executable;
  const auto measured = measure_warm(executable, short_load());
  ASSERT_TRUE(measured.has_value()) << measured.error().to_string();
  EXPECT_GE(measured->seconds.size(), 10u);
  EXPECT_GE(summarize(measured->seconds).min, 2e-3);
  EXPECT_LE(measured->calls_per_second, 500);
  EXPECT_EQ(executable.instances, 1);
  EXPECT_EQ(executable.calls, static_cast<int>(measured->seconds.size()) + 3);  // warm-up
}

TEST(MeasureTest, ConcurrentCallsOverlap) {
  SleepingExecutable executable;
  Load load = short_load();
  load.concurrency = 4;
  const auto measured = measure_warm(executable, load);
  ASSERT_TRUE(measured.has_value()) << measured.error().to_string();
  EXPECT_EQ(executable.instances, 4);
  EXPECT_GE(measured->seconds.size(), 40u);
  EXPECT_GT(measured->calls_per_second, 500);  // more than one caller could make
}

TEST(MeasureTest, ColdOpensAFreshExecutableEachTime) {
  int opened = 0;
  const auto measured = measure_cold(
      [&]() -> Result<std::shared_ptr<Executable>> {
        ++opened;
        return std::shared_ptr<Executable>(std::make_shared<SleepingExecutable>());
      },
      short_load(), nullptr);
  ASSERT_TRUE(measured.has_value()) << measured.error().to_string();
  EXPECT_EQ(opened, static_cast<int>(measured->seconds.size()));
  EXPECT_GE(opened, 10);
}

TEST(MeasureTest, WrongInputsAndConcurrencyAreTheCallersMistake) {
  SleepingExecutable executable;
  const Tensor tensor = *Tensor::zeros({ElementType::kF32, {}});
  Load load = short_load();
  load.inputs = {&tensor, 1};
  EXPECT_EQ(measure_warm(executable, load).error().code(), Code::kInvalidArgument);
  load = short_load();
  load.concurrency = 0;
  EXPECT_EQ(measure_warm(executable, load).error().code(), Code::kInvalidArgument);
}

}  // namespace
}  // namespace tundish
