// `tundish run --batch`: one answer for each line, whatever the line is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <sstream>
#include <string>
#include <vector>

#include "base/temporary_folder.h"
#include "support/tundish_process.h"
#include "tundish/tensor/npy.h"

namespace tundish::testing {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

json good_request() {
  return {{"module", repository_file("models/elementwise.mlir")},
          {"function", "main"},
          {"inputs", {"10xf32=1", "10xf32=2"}}};
}

json with(json request, const std::string& field, const json& value) {
  request[field] = value;
  return request;
}

std::vector<json> answers(const std::vector<std::string>& lines, const std::string& folder = "") {
  std::string input;
  for (const std::string& line : lines) input += line + '\n';
  const SubprocessResult result =
      run_tundish({"run", "--batch"}, {.standard_input = input, .working_folder = folder});
  EXPECT_EQ(result.exit_code, 0) << result.standard_error;
  std::vector<json> parsed;
  std::istringstream stream(result.standard_output);
  for (std::string line; std::getline(stream, line);) parsed.push_back(json::parse(line));
  EXPECT_EQ(parsed.size(), lines.size()) << result.standard_output;
  parsed.resize(lines.size());
  return parsed;
}

void expect_answer(const json& answer, const std::string& status, const std::string& stage,
                   const std::string& error_class, const std::string& message) {
  SCOPED_TRACE(answer.dump());
  EXPECT_EQ(answer.value("status", ""), status);
  EXPECT_EQ(answer.value("stage", ""), stage);
  EXPECT_EQ(answer.value("class", ""), error_class);
  EXPECT_THAT(answer.value("message", ""), HasSubstr(message));
  EXPECT_TRUE(answer["compile_seconds"].is_number());
  EXPECT_TRUE(answer["run_seconds"].is_number());
}

TEST(RunBatch, AnswersEachRequestInOrderAndWritesFiles) {
  auto folder = TemporaryFolder::create();
  ASSERT_TRUE(folder) << folder.error().to_string();
  const json first = with(with(good_request(), "outputs", {"r.npy"}), "id", "first");
  json second = with(good_request(), "outputs", json::array({nullptr}));
  second["inputs"] = {"r.npy", "@r.npy"};
  const std::vector<json> all = answers({first.dump(), second.dump()}, folder->path());
  expect_answer(all[0], "ok", "run", "ok", "");
  EXPECT_EQ(all[0]["id"], "first");
  EXPECT_GT(all[0]["run_seconds"], 0.0);
  expect_answer(all[1], "ok", "run", "ok", "");
  EXPECT_FALSE(all[1].contains("id"));
  const auto written = read_npy(folder->file("r.npy"));
  ASSERT_TRUE(written) << written.error().to_string();
  EXPECT_EQ(written->data<float>()[9], 3.0f);
}

TEST(RunBatch, SurvivesEveryBadRequest) {
  const std::string good = good_request().dump();
  const std::vector<std::string> lines = {
      "{",
      "[1]",
      std::string(200000, '['),
      "\xff\xfe",
      R"({"inputs": []})",
      R"({"module": 7})",
      with(good_request(), "inputs", "a.npy").dump(),
      with(good_request(), "inputs", json::array({1})).dump(),
      with(good_request(), "outptus", json::array()).dump(),
      with(good_request(), "timeout_seconds", -1).dump(),
      R"({"module": "missing.mlir"})",
      with(good_request(), "inputs", json::array()).dump(),
      with(good_request(), "inputs", {"missing.npy", "10xf32=1"}).dump(),
      with(good_request(), "outputs", {"a.npy", "b.npy"}).dump(),
      with(good_request(), "function", "nothing").dump(),
      good,
  };
  const std::vector<json> all = answers(lines);
  for (size_t i = 0; i < 4; ++i) expect_answer(all[i], "error", "parse", "invalid_argument", "");
  expect_answer(all[4], "error", "parse", "invalid_argument", "/module");
  expect_answer(all[5], "error", "parse", "invalid_argument", "/module: expected a string");
  expect_answer(all[6], "error", "parse", "invalid_argument", "/inputs: expected a list");
  expect_answer(all[7], "error", "parse", "invalid_argument", "/inputs/0");
  expect_answer(all[8], "error", "parse", "invalid_argument", "did you mean \"outputs\"");
  expect_answer(all[9], "error", "parse", "invalid_argument", "/timeout_seconds");
  expect_answer(all[10], "error", "parse", "not_found", "missing.mlir");
  expect_answer(all[11], "error", "run", "invalid_argument", "takes 2 inputs, found 0");
  expect_answer(all[12], "error", "run", "not_found", "missing.npy");
  expect_answer(all[13], "error", "run", "invalid_argument", "found 2 outputs");
  expect_answer(all[14], "error", "run", "not_found", "nothing");
  expect_answer(all[15], "ok", "run", "ok", "");
}

TEST(RunBatch, TellsUnsupportedFromWrong) {
  const std::vector<json> all = answers({
      with(good_request(), "backend", "nonesuch").dump(),
      with(good_request(), "function", "f;g").dump(),
      with(good_request(), "device", "local-tsak").dump(),
  });
  EXPECT_EQ(all[0].value("status", ""), "unsupported");
  EXPECT_EQ(all[0].value("class", ""), "unimplemented");
  EXPECT_EQ(all[1].value("status", ""), "unsupported");
  EXPECT_EQ(all[2].value("status", ""), "error");
  EXPECT_EQ(all[2].value("class", ""), "invalid_argument");
}

TEST(RunBatch, GoesOnAfterAProgramThatTheCompilerRefuses) {
  auto folder = TemporaryFolder::create();
  ASSERT_TRUE(folder) << folder.error().to_string();
  const std::string refused = repository_file("tests/jax/programs/triangular_solve.mlir");
  const std::vector<json> all =
      answers({json{{"module", refused}}.dump(), good_request().dump()}, folder->path());
  EXPECT_EQ(all[0].value("status", ""), "error") << all[0].dump();
  EXPECT_EQ(all[0].value("stage", ""), "compile") << all[0].dump();
  expect_answer(all[1], "ok", "run", "ok", "");
}

TEST(RunBatch, StopsAtARequestThatRunsOutOfTime) {
  auto folder = TemporaryFolder::create();
  ASSERT_TRUE(folder) << folder.error().to_string();
  json hurried = with(good_request(), "timeout_seconds", 0.001);
  hurried["module"] = repository_file("models/lenet.mlir");
  hurried["target"] = "cpu:x86-64-v2";
  hurried["profile"] = "size";
  const std::vector<json> all = answers({hurried.dump(), good_request().dump()});
  EXPECT_EQ(all[0].value("class", ""), "deadline_exceeded") << all[0].dump();
  expect_answer(all[1], "ok", "run", "ok", "");
}

TEST(RunBatch, RefusesAModelBesideIt) {
  const SubprocessResult result = run_tundish({"run", "model.mlir", "--batch"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.standard_error, HasSubstr("--batch reads its requests from stdin"));
}

}  // namespace
}  // namespace tundish::testing
