// `tundish run` as users and scripts see it: text, exit codes, files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

#include "base/file.h"
#include "base/temporary_folder.h"
#include "support/tundish_process.h"
#include "tundish/tensor/npy.h"

namespace tundish::testing {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kModel = repository_file("models/elementwise.mlir");
const std::string kFirst = "10xf32=0,1,2,3,4,5,6,7,8,9";
const std::string kSecond = "10xf32=90,80,70,60,50,40,30,20,10,0";

class RunCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    auto folder = TemporaryFolder::create();
    ASSERT_TRUE(folder) << folder.error().to_string();
    folder_ = *std::move(folder);
  }

  std::string file(const std::string& name) const { return folder_.file(name); }
  std::string write(const std::string& name, std::string_view content) const {
    const Status written = write_file_atomically(file(name), content);
    EXPECT_TRUE(written.ok()) << written.to_string();
    return file(name);
  }

  TemporaryFolder folder_;
};

SubprocessResult run_model(std::vector<std::string> more) {
  more.insert(more.begin(), {"run", kModel, "--input", kFirst, "--input", kSecond});
  return run_tundish(more);
}

void expect_failure(const SubprocessResult& result, int exit_code, const std::string& message) {
  EXPECT_EQ(result.exit_code, exit_code) << result.standard_error;
  EXPECT_THAT(result.standard_error, HasSubstr(message));
  EXPECT_EQ(result.standard_output, "");
}

TEST_F(RunCommand, PrintsResultsAsIreeDoes) {
  const SubprocessResult result = run_model({});
  EXPECT_EQ(result.exit_code, 0) << result.standard_error;
  EXPECT_EQ(result.standard_output,
            "EXEC @main\nresult[0]: hal.buffer_view\n10xf32=90 81 72 63 54 45 36 27 18 9\n");
  EXPECT_EQ(result.standard_error, "");
}

TEST_F(RunCommand, PrintsResultsAsNumpyDoesOrNotAtAll) {
  EXPECT_EQ(run_model({"--print", "numpy"}).standard_output,
            "[90. 81. 72. 63. 54. 45. 36. 27. 18.  9.]\n");
  EXPECT_EQ(run_model({"--print", "none"}).standard_output, "");
}

TEST_F(RunCommand, TellsMachinesOneDocument) {
  const SubprocessResult result = run_model({"--json"});
  const nlohmann::json document = nlohmann::json::parse(result.standard_output);
  EXPECT_EQ(document["status"], "success");
  EXPECT_EQ(document["function"], "main");
  EXPECT_EQ(document["results"][0]["type"], "10xf32");
  EXPECT_EQ(document["results"][0]["values"],
            nlohmann::json::parse("[90.0,81.0,72.0,63.0,54.0,45.0,36.0,27.0,18.0,9.0]"));
  EXPECT_GT(document["run_seconds"], 0.0);
  EXPECT_TRUE(document["cache"].contains("status"));
}

TEST_F(RunCommand, WritesOutputsAndReadsThemBack) {
  EXPECT_EQ(run_model({"--output", file("r.npy"), "--print", "none"}).exit_code, 0);
  const SubprocessResult again =
      run_tundish({"run", kModel, "--input", '@' + file("r.npy"), "--input", "10xf32=1"});
  EXPECT_THAT(again.standard_output, HasSubstr("10xf32=91 82 73 64 55 46 37 28 19 10"));
}

TEST_F(RunCommand, RefusesToOverwriteWhatItReads) {
  ASSERT_EQ(run_model({"--output", file("a.npy")}).exit_code, 0);
  expect_failure(run_tundish({"run", kModel, "--input", '@' + file("a.npy"), "--input", kSecond,
                              "--output", folder_.path() + "/./a.npy"}),
                 2, "output 0 would overwrite input 0");
  expect_failure(run_model({"--output", kModel}), 2, "output 0 would overwrite the model");
}

TEST_F(RunCommand, RefusesMoreOutputsThanResults) {
  expect_failure(run_model({"--output", file("a.npy"), "--output", file("b.npy")}), 2,
                 "found 2 outputs; @main has 1 result");
  EXPECT_FALSE(read_npy(file("a.npy")).has_value());
}

TEST_F(RunCommand, NamesAnUnwritableOutput) {
  expect_failure(run_model({"--output", file("none/a.npy")}), 2, "none/a.npy");
}

TEST_F(RunCommand, NamesWrongInputs) {
  expect_failure(run_tundish({"run", kModel, "--input", kFirst}), 2,
                 "@main takes 2 inputs, found 1; its signature is main(10xf32, 10xf32)");
  expect_failure(run_tundish({"run", kModel, "--input", kFirst, "--input", "9xf32=1"}), 2,
                 "input 1");
  const SubprocessResult type =
      run_tundish({"run", kModel, "--input", "10xi32=1", "--input", kSecond});
  EXPECT_EQ(type.exit_code, 2);
  EXPECT_THAT(type.standard_error,
              AllOf(HasSubstr("input 0"), HasSubstr("10xf32"), HasSubstr("10xi32")));
}

TEST_F(RunCommand, MakesUpInputsFromASeed) {
  const auto random = [](const std::string& seed) {
    return run_tundish({"run", kModel, "--input", "random", "--input", "iota", "--seed", seed})
        .standard_output;
  };
  EXPECT_THAT(random("1"), HasSubstr("10xf32="));
  EXPECT_EQ(random("1"), random("1"));
  EXPECT_NE(random("1"), random("2"));
}

TEST_F(RunCommand, OffersTheNearestDevice) {
  expect_failure(run_model({"--device", "local-tsak"}), 2, "local-task");
}

TEST_F(RunCommand, SaysWhenTheDeviceIsNotHere) {
  const SubprocessResult result = run_model({"--device", "cuda"});
  if (result.exit_code == 0) GTEST_SKIP() << "there is a CUDA device here";
  expect_failure(result, 3, "error: ");
  const SubprocessResult renamed =
      run_tundish({"run", kModel, "--input", kFirst, "--input", kSecond, "--device", "cuda"},
                  {.environment = {{"TUNDISH_EXIT_UNSUPPORTED", "77"}}});
  EXPECT_EQ(renamed.exit_code, 77);
}

TEST_F(RunCommand, SaysThatSeveralProcessesAreUnsupported) {
  expect_failure(run_model({"--replicas", "2"}), 3, "2 x 1 processes");
  expect_failure(run_model({"--function", "f,g"}), 3, "one function per process");
  expect_failure(run_tundish({"run", kModel, "--input", "0.1=10xf32=1"}), 3, "'0.1=...'");
}

TEST_F(RunCommand, RefusesUnknownFunctionsAndBackends) {
  expect_failure(run_model({"--function", "mian"}), 2, "main");
  expect_failure(run_model({"--backend", "nonesuch"}), 3, "nonesuch");
}

TEST_F(RunCommand, RefusesDamagedExecutables) {
  ASSERT_EQ(run_tundish({"compile", kModel, "-o", file("m.vmfb"), "--target", "cpu"}).exit_code, 0);
  const SubprocessResult whole =
      run_tundish({"run", file("m.vmfb"), "--input", kFirst, "--input", kSecond});
  EXPECT_THAT(whole.standard_output, HasSubstr("10xf32=90 81")) << whole.standard_error;
  const std::string bytes = read_file(file("m.vmfb"), uint64_t{1} << 30).value_or("");
  const std::string cut = write("cut.vmfb", std::string_view(bytes).substr(0, bytes.size() / 2));
  expect_failure(run_tundish({"run", cut, "--input", kFirst, "--input", kSecond}), 2, "cut.vmfb");
  const std::string foreign = write("foreign.vmfb", std::string("\x7f"
                                                                "ELF\2\1\1\0\0",
                                                                9));
  expect_failure(run_tundish({"run", foreign}), 2, "foreign.vmfb");
  expect_failure(run_tundish({"run", file("missing.vmfb")}), 2, "missing.vmfb");
  expect_failure(run_tundish({"run", write("empty.mlir", "")}), 2, "empty.mlir");
}

TEST_F(RunCommand, PlacesSyntaxErrors) {
  const std::string bad = write("bad.mlir", "func.func @main() {\n  return %x : f32\n}\n");
  expect_failure(run_tundish({"run", bad}), 2, "bad.mlir:2:");
}

TEST_F(RunCommand, WantsAModelOrBatch) { expect_failure(run_tundish({"run"}), 2, "--batch"); }

}  // namespace
}  // namespace tundish::testing
