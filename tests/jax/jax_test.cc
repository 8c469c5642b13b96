// The programs of tests/jax through one `tundish run --batch`, as requests.jsonl asks for them.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cstdio>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/temporary_folder.h"
#include "support/compare_tensors.h"
#include "support/tundish_process.h"
#include "tundish/tensor/npy.h"

namespace tundish::testing {
namespace {

using nlohmann::json;

// Files hold bf16 as uint16: the same bits under their own name.
Result<Tensor> read_as(const std::string& path, const std::string& element_type) {
  TUNDISH_ASSIGN(Tensor tensor, read_npy(path));
  if (element_type != "bfloat16") return tensor;
  return Tensor::borrow({ElementType::kBf16, tensor.shape()}, tensor.bytes(), tensor.owner());
}

// "" when every output is as expected; else the first difference.
std::string verdict(const json& program, const json& answer, const std::string& folder) {
  if (answer.value("status", "") != "ok") {
    return answer.value("stage", "?") + ' ' + answer.value("class", "?") + ": " +
           answer.value("message", "");
  }
  for (const json& output : program["outputs"]) {
    const std::string type = output["element_type"];
    const auto actual = read_as(folder + '/' + output["actual"].get<std::string>(), type);
    if (!actual) return actual.error().to_string();
    const auto expected = read_as(folder + '/' + output["expected"].get<std::string>(), type);
    if (!expected) return expected.error().to_string();
    const std::string found = difference(*actual, *expected, output["rtol"], output["atol"]);
    if (!found.empty()) return output["actual"].get<std::string>() + ": " + found;
  }
  return "";
}

std::vector<json> parse_lines(const std::string& text) {
  std::vector<json> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(json::parse(line, nullptr, false));
  }
  return lines;
}

TEST(JaxPrograms, GiveTheirExpectedOutputsThroughBatch) {
  auto folder = TemporaryFolder::create();
  ASSERT_TRUE(folder) << folder.error().to_string();
  for (const char* name : {"programs", "data"}) {
    std::filesystem::copy(repository_file("tests/jax/") + name, folder->file(name),
                          std::filesystem::copy_options::recursive);
  }
  std::filesystem::create_directory(folder->file("out"));
  const auto requests = read_file(repository_file("tests/jax/requests.jsonl"), uint64_t{1} << 20);
  ASSERT_TRUE(requests) << requests.error().to_string();
  const auto expected = read_file(repository_file("tests/jax/expected.json"), uint64_t{1} << 20);
  ASSERT_TRUE(expected) << expected.error().to_string();
  const json programs = json::parse(*expected);

  const SubprocessResult result = run_tundish(
      {"run", "--batch"},
      {.standard_input = *requests, .working_folder = folder->path(), .timeout_seconds = 1500});
  ASSERT_EQ(result.exit_code, 0) << result.standard_error;
  const std::vector<json> answers = parse_lines(result.standard_output);
  ASSERT_EQ(answers.size(), programs.size()) << result.standard_error;

  size_t passed = 0;
  for (size_t i = 0; i < programs.size(); ++i) {
    const std::string name = programs[i]["name"];
    const std::string found = verdict(programs[i], answers[i], folder->path());
    passed += found.empty() ? 1 : 0;
    if (!programs[i].contains("iree_fails")) {
      EXPECT_EQ(found, "") << name;
    } else if (found.empty()) {
      std::printf("%s passes, though expected.json says: %s\n", name.c_str(),
                  programs[i]["iree_fails"].get<std::string>().c_str());
    }
  }
  std::printf("%zu of %zu programs are right\n", passed, programs.size());
}

}  // namespace
}  // namespace tundish::testing
