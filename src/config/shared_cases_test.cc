// The cases under tests/config, which scripts/validate-config.py is checked with, too.
#include "config/json_reader.h"
#include "tundish/config/compile_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace tundish {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::ordered_json;

std::filesystem::path source_folder() {
  const char* folder = std::getenv("TUNDISH_SOURCE_DIR");
  return folder != nullptr ? folder : ".";
}

std::string read(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  EXPECT_TRUE(file.good()) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::filesystem::path> cases(const char* folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry :
       std::filesystem::directory_iterator(source_folder() / "tests/config" / folder)) {
    if (entry.path().extension() == ".json") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  EXPECT_GE(paths.size(), 10u);
  return paths;
}

// With TUNDISH_UPDATE_GOLDEN set, writes what is instead of comparing.
void expect_golden(const std::filesystem::path& path, const std::string& text) {
  if (std::getenv("TUNDISH_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
  }
  EXPECT_EQ(read(path), text) << path << "; TUNDISH_UPDATE_GOLDEN=1 rewrites it";
}

TEST(SharedCasesTest, ValidFilesNormalizeToTheExpectedForm) {
  for (const std::filesystem::path& path : cases("valid")) {
    SCOPED_TRACE(path.filename());
    const Result<CompileConfig> config = parse_config(read(path), path.filename());
    ASSERT_TRUE(config.has_value()) << config.error().to_string();
    const std::string normal = normalize(*config);
    expect_golden(std::filesystem::path(path).replace_extension(".normalized"), normal);
    const Result<CompileConfig> again = parse_config(normal, "normalized");
    ASSERT_TRUE(again.has_value()) << again.error().to_string();
    EXPECT_EQ(normalize(*again), normal);
    EXPECT_TRUE(output_plan(*config).has_value());
  }
}

TEST(SharedCasesTest, InvalidFilesNameThePointersAndTheNearestWords) {
  for (const std::filesystem::path& path : cases("invalid")) {
    SCOPED_TRACE(path.filename());
    const Json expected =
        Json::parse(read(std::filesystem::path(path).replace_extension(".expected")));
    const Result<CompileConfig> config = parse_config(read(path), path.filename());
    ASSERT_FALSE(config.has_value());
    EXPECT_EQ(config.error().code(), Code::kInvalidArgument);
    std::vector<std::string> pointers;
    std::string all;
    for (const Diagnostic& diagnostic : config.error().diagnostics()) {
      const std::string& message = diagnostic.message;
      pointers.push_back(message.starts_with('/') ? message.substr(0, message.find(": ")) : "");
      all += message + '\n';
      EXPECT_GT(diagnostic.line, 0) << message;
      EXPECT_GT(diagnostic.column, 0) << message;
    }
    std::sort(pointers.begin(), pointers.end());
    EXPECT_EQ(pointers, expected["pointers"].get<std::vector<std::string>>()) << all;
    for (const Json& word : expected["says"]) EXPECT_THAT(all, HasSubstr(word.get<std::string>()));
  }
}

TEST(SharedCasesTest, TargetTableForOtherLanguagesIsThatOfTheLibrary) {
  expect_golden(source_folder() / "schema/targets.json", targets_document());
}

TEST(SharedCasesTest, DocumentationListsEveryFieldOfTheSchema) {
  const Json schema = Json::parse(compile_config_schema());
  std::string table = "| field | default | values | meaning |\n|---|---|---|---|\n";
  for (const auto& [name, row] : schema["properties"].items()) {
    std::string values;
    const Json types = row["type"].is_array() ? row["type"] : Json::array({row["type"]});
    for (const Json& type : row.contains("enum") ? row["enum"] : types) {
      values += (values.empty() ? "" : ", ") + type.get<std::string>();
    }
    table += "| `" + name + "` | " +
             (row.contains("default") ? '`' + row["default"].dump() + '`' : "") + " | " + values +
             " | " + row["description"].get<std::string>() + " |\n";
  }
  const std::filesystem::path path = source_folder() / "docs/configuration.md";
  std::string text = read(path);
  const std::string begin = "<!-- fields: generated -->\n", end = "<!-- fields: end -->";
  const size_t from = text.find(begin), to = text.find(end);
  ASSERT_TRUE(from != std::string::npos && to != std::string::npos);
  text.replace(from + begin.size(), to - from - begin.size(), table);
  expect_golden(path, text);
}

}  // namespace
}  // namespace tundish
