#include "tundish/config/compile_config.h"

#include "config/schema_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

namespace tundish {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::ordered_json;

CompileConfig minimal() {
  CompileConfig config;
  config.input_file = "model.mlir";
  config.targets = {"cpu"};
  return config;
}

TEST(CompileConfigTest, DefaultsAreThoseOfTheSchema) {
  const Result<CompileConfig> parsed =
      parse_config(R"({"input_file": "model.mlir", "target": ["cpu"]})", "c.json");
  ASSERT_TRUE(parsed.has_value()) << parsed.error().to_string();
  EXPECT_EQ(*parsed, minimal());
  const Json normal = Json::parse(normalize(*parsed));
  size_t defaults = 0;
  for (const auto& [name, row] : config::compile_config_schema()["properties"].items()) {
    ASSERT_TRUE(normal.contains(name)) << name;
    if (!row.contains("default")) continue;
    EXPECT_EQ(normal[name], row["default"]) << name;
    ++defaults;
  }
  EXPECT_GE(defaults, 10u);
  EXPECT_EQ(normal.size(), config::compile_config_schema()["properties"].size());
}

TEST(CompileConfigTest, MessageSaysWhereWhatWasFoundAndWhatWasExpected) {
  const Result<CompileConfig> parsed = parse_config(
      "{\"input_file\": \"a\", \"target\": \"cuda\",\n \"target_features\": [\"sm_80\",\n  "
      "\"sm_800\"]}",
      "c.json");
  ASSERT_FALSE(parsed.has_value());
  EXPECT_THAT(
      parsed.error().message(),
      HasSubstr("c.json:3:3: /target_features/1: found \"sm_800\", expected an architecture "
                "of cuda"));
  EXPECT_THAT(parsed.error().message(), HasSubstr("did you mean \"sm_80\""));
}

TEST(CompileConfigTest, SyntaxErrorsHaveLineAndColumn) {
  const Result<CompileConfig> parsed =
      parse_config("{\"input_file\": \"a\",\n  \"target\" \"cpu\"}", "c.json");
  ASSERT_FALSE(parsed.has_value());
  ASSERT_EQ(parsed.error().diagnostics().size(), 1u);
  EXPECT_EQ(parsed.error().diagnostics()[0].line, 2);
  EXPECT_GE(parsed.error().diagnostics()[0].column, 12);
}

TEST(CompileConfigTest, AllProblemsComeTogetherInTheOrderOfTheFile) {
  const Result<CompileConfig> parsed =
      parse_config(R"({"zebra": 1, "input_file": 2, "target": "cpu", "apple": 3})", "c.json");
  ASSERT_FALSE(parsed.has_value());
  ASSERT_EQ(parsed.error().diagnostics().size(), 3u);
  EXPECT_THAT(parsed.error().diagnostics()[0].message, HasSubstr("/zebra"));
  EXPECT_THAT(parsed.error().diagnostics()[1].message, HasSubstr("/input_file"));
  EXPECT_THAT(parsed.error().diagnostics()[2].message, HasSubstr("/apple"));
  EXPECT_THAT(parsed.error().message(), HasSubstr("(and 2 more problems)"));
}

TEST(CompileConfigTest, HostileSizesAreRefusedQuickly) {
  for (const std::string& text :
       {std::string(300'000, ' '), std::string(200'000, '['), "{\"a\":" + std::string(200'000, '{'),
        "{\"target\": [" +
            std::string(60'000, '0')
                .replace(1, 59'998,
                         [] {
                           std::string zeros;
                           while (zeros.size() < 59'998) zeros += ",0";
                           return zeros;
                         }()) +
            "]}"}) {
    const Result<CompileConfig> parsed = parse_config(text, "c.json");
    ASSERT_FALSE(parsed.has_value());
    EXPECT_LT(parsed.error().message().size(), 500u);
    EXPECT_LE(parsed.error().diagnostics().size(), 60u);
  }
}

TEST(CompileConfigTest, CheckFindsWhatNoFileCouldSay) {
  CompileConfig config = minimal();
  EXPECT_TRUE(check_config(config).ok());
  config.timeout_seconds = -1;
  config.targets.clear();
  const Status status = check_config(config);
  EXPECT_EQ(status.code(), Code::kInvalidArgument);
  EXPECT_EQ(status.diagnostics().size(), 2u);
}

TEST(CompileConfigTest, OptionsCarryLimitsInTheirUnits) {
  CompileConfig config = minimal();
  config.timeout_seconds = 1.5;
  config.memory_limit_mb = 2;
  const CompileOptions options = compile_options(config);
  EXPECT_EQ(options.limits.timeout.count(), 1500);
  EXPECT_EQ(options.limits.memory_bytes, 2'000'000u);
}

// A random valid configuration, as the command line or a file could make it.
CompileConfig random_config(std::mt19937& random) {
  const auto coin = [&] { return random() % 2 == 0; };
  CompileConfig config = minimal();
  const std::vector<std::vector<std::string>> targets = {
      {"cpu"}, {"cuda"}, {"vulkan", "cpu"}, {"cpu:x86-64-v3+avx512f"}, {"rocm", "metal", "tpu"}};
  config.targets = targets[random() % targets.size()];
  if (config.targets[0] == "cuda" && coin()) config.target_features = {"sm_86", "sm_89"};
  config.backend = static_cast<BackendChoice>(random() % 3);
  if (coin()) config.output_format = static_cast<OutputFormat>(random() % 3);
  const char* names[] = {"", "m.bin", "out/m.vmfb", "m.xla", "a/b.c/m.tundish", "m"};
  config.output_file = names[random() % std::size(names)];
  config.profile = static_cast<Profile>(random() % 3);
  config.optimization_level = static_cast<int>(random() % 4);
  if (config.backend != BackendChoice::kXla && coin()) config.iree_flags = {"--a=\"b\"", "--ü"};
  if (config.backend != BackendChoice::kIree && coin()) config.xla_flags = {"x=1"};
  if (coin()) config.parameters = {{"z", "z.irpa"}, {"a/b", "a.safetensors"}};
  if (coin()) config.emit = "asm";
  config.deterministic = coin();
  config.cache = coin();
  config.validation = coin();
  if (coin()) config.inputs = {"4xf32=1 2 3 4"};
  if (coin())
    config.rtol = std::ldexp(static_cast<double>(random()), -static_cast<int>(random() % 80));
  config.timeout_seconds = static_cast<double>(random() % 100000) / (coin() ? 1 : 7);
  return config;
}

TEST(CompileConfigPropertyTest, NormalizeIsIdempotentAndLosesNothing) {
  const char* given = std::getenv("TUNDISH_TEST_SEED");
  const unsigned seed = given != nullptr ? std::stoul(given) : std::random_device{}();
  SCOPED_TRACE("TUNDISH_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  int valid = 0;
  for (int round = 0; round < 1000; ++round) {
    CompileConfig config = random_config(random);
    if (!check_config(config).ok()) continue;
    ++valid;
    const std::string normal = normalize(config);
    const Result<CompileConfig> again = parse_config(normal, "normalized");
    ASSERT_TRUE(again.has_value()) << again.error().to_string() << '\n' << normal;
    EXPECT_EQ(normalize(*again), normal);
    config.output_format = effective_output_format(config);
    config.output_file = effective_output_file(config);
    EXPECT_EQ(*again, config) << normal;
  }
  EXPECT_GE(valid, 200);
}

TEST(CompileConfigPropertyTest, DamagedFilesNeverCrash) {
  const char* given = std::getenv("TUNDISH_TEST_SEED");
  const unsigned seed = given != nullptr ? std::stoul(given) : std::random_device{}();
  SCOPED_TRACE("TUNDISH_TEST_SEED=" + std::to_string(seed));
  std::mt19937 random(seed);
  const std::string whole = normalize(random_config(random));
  for (int round = 0; round < 3000; ++round) {
    std::string text = whole;
    for (unsigned n = random() % 4; n > 0; --n)
      text[random() % text.size()] = "\"{}[],:\\0e\xff"[random() % 11];
    if (random() % 2 == 0) text.resize(random() % text.size());
    const Result<CompileConfig> parsed = parse_config(text, "damaged");
    if (parsed.has_value()) {
      EXPECT_FALSE(normalize(*parsed).empty());
    } else {
      EXPECT_FALSE(parsed.error().diagnostics().empty());
    }
  }
}

}  // namespace
}  // namespace tundish
