#include "backend/iree/iree_backend.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "tundish/backend/target.h"

namespace tundish {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kAdd =
    R"(func.func @main(%a: tensor<4xf32>, %b: tensor<4xf32>) -> tensor<4xf32> {
  %0 = stablehlo.add %a, %b : tensor<4xf32>
  return %0 : tensor<4xf32>
})";

class IreeBackendTest : public ::testing::Test {
 protected:
  Result<Compiled> compile(const std::string& text, const std::string& name = "m.mlir",
                           const std::string& target_name = "cpu") {
    TUNDISH_ASSIGN(Target parsed, parse_target(target_name));
    TUNDISH_ASSIGN(const Target target, resolve(parsed));
    return backend_->compile(Source::from_string(text, name), target, {}, {});
  }
  Result<std::shared_ptr<Executable>> load(const Bytes& bytes, const char* device = "local-sync") {
    LoadOptions options;
    options.devices = {device};
    return backend_->load(bytes, options);
  }
  std::unique_ptr<Instance> instance_of(const std::string& text,
                                        const char* device = "local-sync") {
    auto compiled = compile(text);
    if (!compiled) ADD_FAILURE() << compiled.error().to_string();
    auto executable = load(compiled->executable, device);
    if (!executable) ADD_FAILURE() << executable.error().to_string();
    return *std::move((*executable)->create_instance());
  }
  static Tensor floats(std::vector<float> values) {
    const TensorType type{ElementType::kF32, {static_cast<int64_t>(values.size())}};
    return *Tensor::from_values<float>(type, values);
  }
  static std::vector<float> values_of(const Tensor& tensor) {
    const auto data = tensor.data<float>();
    return {data.begin(), data.end()};
  }

  std::shared_ptr<Backend> backend_ = make_iree_backend();
};

TEST_F(IreeBackendTest, RunsOnEveryLocalDevice) {
  for (const char* device : {"local-sync", "local-task"}) {
    auto instance = instance_of(kAdd, device);
    const std::vector<Tensor> inputs = {floats({1, 2, 3, 4}), floats({10, 20, 30, 40})};
    auto results = instance->run("main", inputs);
    ASSERT_TRUE(results.has_value()) << results.error().to_string();
    EXPECT_THAT(values_of(results->at(0)), ElementsAre(11, 22, 33, 44)) << device;
  }
}

TEST_F(IreeBackendTest, EqualProgramsUnderOtherNamesAndLinesGiveEqualBits) {
  auto first = compile(kAdd, "/home/someone/secret.mlir");
  auto second = compile(std::string("// a comment\n\n\n") + kAdd, "other.mlir");
  ASSERT_TRUE(first.has_value() && second.has_value());
  EXPECT_EQ(first->executable.view(), second->executable.view());
  EXPECT_EQ(first->executable.view().find("secret"), std::string_view::npos);
}

TEST_F(IreeBackendTest, ParseErrorsNameTheUsersLine) {
  auto compiled = compile("func.func @main() {\n  %0 = stablehlo.nonsense\n}", "bad.mlir");
  ASSERT_FALSE(compiled.has_value());
  EXPECT_EQ(compiled.error().code(), Code::kInvalidArgument);
  EXPECT_THAT(compiled.error().message(), HasSubstr("bad.mlir:2:"));
}

TEST_F(IreeBackendTest, ErrorsBehindTheParserAreMappedBackToTheUsersLine) {
  auto compiled = compile(R"(
func.func @main(%a: tensor<4x4xf32>) -> tensor<4x4xf32> {
  %0 = "stablehlo.cholesky"(%a) {lower = true} : (tensor<4x4xf32>) -> tensor<4x4xf32>
  return %0 : tensor<4x4xf32>
})",
                          "solve.mlir");
  ASSERT_FALSE(compiled.has_value());
  EXPECT_EQ(compiled.error().code(), Code::kAborted);
  EXPECT_EQ(compiled.error().stage(), Stage::kCompile);
  EXPECT_THAT(compiled.error().message(), HasSubstr("solve.mlir:3:8"));
}

TEST_F(IreeBackendTest, AnUnknownFlagOffersTheNearest) {
  CompileOptions options;
  options.iree_flags = {"--iree-opt-levl=O3"};
  auto compiled = backend_->compile(Source::from_string(kAdd, "m"), *resolve_host(), options, {});
  EXPECT_THAT(compiled.error().message(), HasSubstr("--iree-opt-level"));
  EXPECT_EQ(compiled.error().code(), Code::kInvalidArgument);
}

TEST_F(IreeBackendTest, KeepsTheUsersElementTypes) {
  auto compiled =
      compile(R"(func.func @main(%a: tensor<?x2xui32>, %b: tensor<f64>, %c: tensor<3xi1>)
      -> (tensor<?x2xui32>, tensor<f64>, tensor<3xi1>) {
    %0 = stablehlo.add %a, %a : tensor<?x2xui32>
    %1 = stablehlo.add %b, %b : tensor<f64>
    %2 = stablehlo.not %c : tensor<3xi1>
    return %0, %1, %2 : tensor<?x2xui32>, tensor<f64>, tensor<3xi1>
  })");
  ASSERT_TRUE(compiled.has_value()) << compiled.error().to_string();
  auto executable = load(compiled->executable);
  ASSERT_TRUE(executable.has_value()) << executable.error().to_string();
  EXPECT_EQ((*executable)->signature().functions[0].to_string(),
            "main(?x2xui32, f64, 3xi1) -> (?x2xui32, f64, 3xi1)");
  EXPECT_EQ((*executable)->signature(), compiled->signature);
}

TEST_F(IreeBackendTest, RefusesInputsThatTheSignatureDoesNotTake) {
  auto instance = instance_of(kAdd);
  const std::vector<Tensor> one = {floats({1, 2, 3, 4})};
  EXPECT_THAT(instance->run("main", one).error().message(), HasSubstr("takes 2 inputs, found 1"));
  const std::vector<Tensor> wrong = {floats({1, 2, 3, 4}), floats({1, 2, 3})};
  EXPECT_THAT(instance->run("main", wrong).error().message(),
              HasSubstr("input 1 of @main: expected 4xf32, found 3xf32"));
  EXPECT_EQ(instance->run("other", wrong).error().code(), Code::kNotFound);
}

TEST_F(IreeBackendTest, WritesIntoTheCallersMemory) {
  auto instance = instance_of(kAdd);
  const std::vector<Tensor> inputs = {floats({1, 2, 3, 4}), floats({1, 1, 1, 1})};
  std::vector<Tensor> outputs = {floats({0, 0, 0, 0})};
  ASSERT_TRUE(instance->run_into("main", inputs, outputs).ok());
  EXPECT_THAT(values_of(outputs[0]), ElementsAre(2, 3, 4, 5));
  std::vector<Tensor> wrong = {floats({0})};
  EXPECT_EQ(instance->run_into("main", inputs, wrong).code(), Code::kInvalidArgument);
}

TEST_F(IreeBackendTest, APreparedCallRunsManyTimes) {
  auto instance = instance_of(kAdd);
  const std::vector<BufferRef> inputs = {*instance->import(floats({1, 2, 3, 4})),
                                         *instance->import(floats({4, 3, 2, 1}))};
  auto call = instance->prepare("main", inputs);
  ASSERT_TRUE(call.has_value());
  for (int i = 0; i < 100; ++i) ASSERT_TRUE((*call)->run().ok());
  EXPECT_THAT(values_of(*(*call)->outputs()[0]->to_host()), ElementsAre(5, 5, 5, 5));
  MeasureOptions options;
  options.min_time = std::chrono::milliseconds(1);
  EXPECT_GE((*call)->measure(options)->size(), 10u);
}

TEST_F(IreeBackendTest, SubmissionsWaitForEachOtherOnFences) {
  auto instance = instance_of(kAdd, "local-task");
  BufferRef value = *instance->import(floats({1, 1, 1, 1}));
  const BufferRef one = *instance->import(floats({1, 1, 1, 1}));
  EventRef last;
  for (int i = 0; i < 20; ++i) {
    const std::vector<BufferRef> inputs = {value, one};
    const std::vector<EventRef> wait = last ? std::vector<EventRef>{last} : std::vector<EventRef>{};
    auto submission = instance->submit("main", inputs, wait);
    ASSERT_TRUE(submission.has_value()) << submission.error().to_string();
    value = submission->outputs[0];
    last = submission->done;
  }
  ASSERT_TRUE(last->wait(std::chrono::seconds(10)).ok());
  EXPECT_TRUE(*last->is_ready());
  EXPECT_THAT(values_of(*value->to_host()), ElementsAre(21, 21, 21, 21));
}

TEST_F(IreeBackendTest, ThreadsRunInstancesOfTheirOwn) {
  auto compiled = compile(kAdd);
  ASSERT_TRUE(compiled.has_value());
  auto executable = load(compiled->executable);
  ASSERT_TRUE(executable.has_value());
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      auto instance = (*executable)->create_instance();
      if (!instance) return;
      const auto x = static_cast<float>(t);
      for (int i = 0; i < 50; ++i) {
        const std::vector<Tensor> inputs = {floats({x, x, x, x}), floats({1, 2, 3, 4})};
        auto results = (*instance)->run("main", inputs);
        right += results.has_value() &&
                 values_of(results->at(0)) == std::vector<float>{x + 1, x + 2, x + 3, x + 4};
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 8 * 50);
}

TEST_F(IreeBackendTest, DamagedAndForeignExecutablesAreRefusedWithAReason) {
  auto compiled = compile(kAdd);
  ASSERT_TRUE(compiled.has_value());
  const std::string whole(compiled->executable.view());
  for (size_t size : {size_t{0}, size_t{4}, size_t{100}, whole.size() / 2, whole.size() - 1}) {
    auto loaded = load(Bytes::own(whole.substr(0, size)));
    ASSERT_FALSE(loaded.has_value()) << size;
    EXPECT_EQ(loaded.error().code(), Code::kDataLoss) << size;
  }
  auto foreign = compile(kAdd, "m.mlir", "cpu:aarch64");
  ASSERT_TRUE(foreign.has_value()) << foreign.error().to_string();
  auto loaded = load(foreign->executable);
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(loaded.error().code(), Code::kFailedPrecondition) << loaded.error().to_string();
}

TEST_F(IreeBackendTest, UnknownDevicesOfferTheNearest) {
  auto compiled = compile(kAdd);
  ASSERT_TRUE(compiled.has_value());
  auto loaded = load(compiled->executable, "local-tsak");
  EXPECT_EQ(loaded.error().code(), Code::kInvalidArgument);
  EXPECT_THAT(loaded.error().message(), HasSubstr("local-task"));
}

}  // namespace
}  // namespace tundish
