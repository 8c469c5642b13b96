#include "tundish/config/result_document.h"

#include "base/file.h"
#include "base/temporary_folder.h"
#include "config/schema_check.h"
#include "tundish/config/compile_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tundish {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::ordered_json;

CompiledOutput output_for(const std::string& path) {
  CompiledOutput output;
  output.output_file = path;
  output.target = "cuda:sm_80";
  output.target_arch = "sm_80";
  output.compilation_seconds = 2.31;
  output.size_bytes = 1'234'567;
  output.cache = CacheUse::kMiss;
  output.cache_key = "abc-12";
  output.validation = ValidationResult::kPassed;
  output.benchmark = BenchmarkResults{15.2, 1250};
  return output;
}

CompileResultDocument success() {
  CompileResultDocument document;
  document.input_file = "model.mlir";
  document.input_sha256 = Digest{};
  document.outputs = {output_for("/output/model.vmfb")};
  document.compilation_seconds = 2.31;
  document.backend = "iree";
  document.profile = "aggressive";
  document.iree_version = "3.13.0";
  document.cuda_version = "12.3";
  document.tundish_version = "0.1.0";
  return document;
}

Json checked(const CompileResultDocument& document) {
  const Json json = Json::parse(to_json(document));
  for (const config::Problem& problem : config::check_schema(json, config::result_schema())) {
    ADD_FAILURE() << problem.pointer << ": " << problem.message;
  }
  return json;
}

TEST(ResultDocumentTest, HasTheNamesAndFormsThatOlderReadersKnow) {
  const Json json = checked(success());
  const Json expected = Json::parse(R"({ "status": "success", "output_file": "/output/model.vmfb",
    "compilation_time": "2.3s", "module_size": "1.2MB", "validation_result": "passed",
    "benchmark_results": { "latency_ms": 15.2, "throughput_ops_per_sec": 1250 },
    "metadata": { "iree_version": "3.13.0", "cuda_version": "12.3", "target_arch": "sm_80" } })");
  for (const auto& [key, value] : expected.items()) EXPECT_EQ(json[key], value) << key;
}

TEST(ResultDocumentTest, ListsEveryOutputAndTheWorstValidation) {
  CompileResultDocument document = success();
  document.outputs.push_back(output_for("/output/model.sm_86.vmfb"));
  document.outputs[1].validation = ValidationResult::kSkipped;
  document.outputs[1].benchmark.reset();
  document.outputs[1].compilation_seconds = 0.0042;
  const Json json = checked(document);
  EXPECT_EQ(json["output_file"], "/output/model.vmfb");
  ASSERT_EQ(json["output_files"].size(), 2u);
  EXPECT_EQ(json["output_files"][1]["compilation_time"], "0.0042s");
  EXPECT_EQ(json["validation_result"], "skipped");
}

TEST(ResultDocumentTest, FailureCarriesErrorDiagnosticsAndReproducer) {
  CompileResultDocument document = success();
  document.outputs.clear();
  document.input_sha256.reset();
  document.status = aborted("the compiler was killed by \xff signal 11")
                        .with_stage(Stage::kCompile)
                        .with_diagnostics({{Severity::kError, "model.mlir", 12, 8, "bad"}})
                        .with_reproducer("/tmp/r");
  document.diagnostics = {{Severity::kWarning, "", 0, 0, "slow"}};
  const Json json = checked(document);
  EXPECT_EQ(json["status"], "failed");
  EXPECT_EQ(json["error"]["code"], "ABORTED");
  EXPECT_EQ(json["error"]["stage"], "compile");
  EXPECT_EQ(json["reproducer"], "/tmp/r");
  EXPECT_EQ(json["diagnostics"].size(), 2u);
  EXPECT_EQ(json["diagnostics"][0]["line"], 12);
  EXPECT_TRUE(json["diagnostics"][1]["file"].is_null());
  EXPECT_FALSE(json.contains("output_file"));
}

TEST(ResultDocumentTest, SchemaRefusesHalfADocument) {
  Json json = Json::parse(to_json(success()));
  json.erase("module_size");
  EXPECT_FALSE(config::check_schema(json, config::result_schema()).empty());
  json = Json::parse(to_json(success()));
  json["error"] = {{"code", "x"}, {"message", "y"}, {"stage", nullptr}};
  EXPECT_FALSE(config::check_schema(json, config::result_schema()).empty());
}

TEST(ResultDocumentTest, IsWrittenBesideTheOutput) {
  EXPECT_EQ(result_document_path("a/b/m.vmfb"), "a/b/result.json");
  EXPECT_EQ(result_document_path("m.vmfb"), "result.json");
  EXPECT_EQ(result_document_path("/m.vmfb"), "/result.json");
  EXPECT_FALSE(write_result_document(success(), "/no/such/folder/result.json").ok());
}

}  // namespace
}  // namespace tundish
