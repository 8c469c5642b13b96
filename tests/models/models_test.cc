// Every model of models/manifest.json gives its stored outputs on every kind of device here.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <ostream>
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

constexpr int kSkipped = 77;

struct ModelCase {
  json model;
  std::string device;

  std::string name() const {
    std::string text = model["name"].get<std::string>() + '_' + device;
    for (char& c : text) c = c == '-' ? '_' : c;
    return text;
  }
};

void PrintTo(const ModelCase& model_case, std::ostream* stream) { *stream << model_case.name(); }

std::string model_file(const std::string& path) { return repository_file("models/" + path); }

// The committed models, or those that are generated on demand.
std::vector<ModelCase> model_cases(bool committed) {
  std::vector<ModelCase> cases;
  const std::string text =
      read_file(model_file("manifest.json"), uint64_t{16} << 20).value_or("{}");
  const json manifest = json::parse(text, nullptr, false);
  for (const json& model : manifest.value("models", json::array())) {
    if (model["committed"].get<bool>() != committed) continue;
    for (const char* device : {"local-sync", "local-task", "vulkan"}) {
      cases.push_back({model, device});
    }
  }
  return cases;
}

std::vector<std::string> arguments_for(const ModelCase& model_case, const json& values,
                                       const TemporaryFolder& folder) {
  const json& model = model_case.model;
  std::vector<std::string> arguments = {
      "run", model_file(model["program"]), "--device", model_case.device, "--print", "none"};
  for (const json& parameters : model.value("parameters", json::array())) {
    arguments.insert(arguments.end(), {"--parameters", parameters["scope"].get<std::string>() +
                                                           '=' + model_file(parameters["file"])});
  }
  for (const json& input : values["inputs"]) {
    arguments.insert(arguments.end(), {"--input", '@' + model_file(input["file"])});
  }
  for (size_t i = 0; i < values["outputs"].size(); ++i) {
    arguments.insert(arguments.end(), {"--output", folder.file(std::to_string(i) + ".npy")});
  }
  return arguments;
}

// Cases that are known to be wrong, each with its reason. One that turns right fails, and goes from
// the list.
std::string expected_failure(const std::string& case_name) {
  static const std::map<std::string, std::string> reasons = {
      {"mlp_f16_vulkan", "IREE 3.13's f16 products on Mesa 22.3's llvmpipe are wrong"},
  };
  const auto found = reasons.find(case_name);
  return found == reasons.end() ? "" : found->second;
}

void expect_stored(const std::string& actual_path, const json& output,
                   const std::string& known_failure) {
  SCOPED_TRACE(output["file"].get<std::string>());
  const auto type = TensorType::parse(output["type"].get<std::string>());
  ASSERT_TRUE(type) << type.error().to_string();
  const auto actual = read_npy(actual_path, *type);
  ASSERT_TRUE(actual) << actual.error().to_string();
  const auto expected = read_npy(model_file(output["file"]), *type);
  ASSERT_TRUE(expected) << expected.error().to_string();
  const std::string found = difference(*actual, *expected, output["rtol"], output["atol"]);
  if (known_failure.empty()) {
    EXPECT_EQ(found, "");
  } else {
    EXPECT_NE(found, "") << "right, though listed as wrong: " << known_failure;
  }
}

class Models : public ::testing::TestWithParam<ModelCase> {};

TEST_P(Models, GivesItsStoredOutputs) {
  const ModelCase& model_case = GetParam();
  const std::string program = model_case.model["program"];
  if (!std::filesystem::exists(model_file(program))) {
    GTEST_SKIP() << program << " is not there; scripts/models makes it";
  }
  for (const json& values : model_case.model["cases"]) {
    auto folder = TemporaryFolder::create();
    ASSERT_TRUE(folder) << folder.error().to_string();
    const SubprocessResult result =
        run_tundish(arguments_for(model_case, values, *folder),
                    {.environment = {{"TUNDISH_EXIT_UNSUPPORTED", std::to_string(kSkipped)}},
                     .timeout_seconds = 1500});
    if (model_case.device == "vulkan" && result.exit_code == kSkipped) {
      GTEST_SKIP() << result.standard_error;
    }
    ASSERT_EQ(result.exit_code, 0) << result.standard_error;
    for (size_t i = 0; i < values["outputs"].size(); ++i) {
      expect_stored(folder->file(std::to_string(i) + ".npy"), values["outputs"][i],
                    expected_failure(model_case.name()));
    }
  }
}

std::string case_name(const ::testing::TestParamInfo<ModelCase>& info) { return info.param.name(); }

INSTANTIATE_TEST_SUITE_P(Committed, Models, ::testing::ValuesIn(model_cases(true)), case_name);
INSTANTIATE_TEST_SUITE_P(Generated, Models, ::testing::ValuesIn(model_cases(false)), case_name);

}  // namespace
}  // namespace tundish::testing
