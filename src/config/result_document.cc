#include "tundish/config/result_document.h"

#include "base/file.h"
#include "base/human_units.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace tundish {
namespace {

using Json = nlohmann::ordered_json;

// Always seconds, "2.3s", as older readers expect; short times keep two digits that mean something.
std::string seconds_text(double seconds) {
  if (!std::isfinite(seconds) || seconds <= 0) return "0.0s";
  if (seconds >= 0.1) return fmt::format("{:.1f}s", seconds);
  return seconds >= 0.01 ? fmt::format("{:.3f}s", seconds) : fmt::format("{:.4f}s", seconds);
}

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json line_or_null(int line) { return line > 0 ? Json(line) : Json(nullptr); }

Json to_json(const std::vector<Diagnostic>& diagnostics) {
  Json list = Json::array();
  for (const Diagnostic& diagnostic : diagnostics) {
    list.push_back({{"severity", severity_name(diagnostic.severity)},
                    {"file", text_or_null(diagnostic.file)},
                    {"line", line_or_null(diagnostic.line)},
                    {"column", line_or_null(diagnostic.column)},
                    {"message", diagnostic.message}});
  }
  return list;
}

Json cache_json(const CompiledOutput& output) {
  const char* outcome = output.cache == CacheUse::kHit    ? "hit"
                        : output.cache == CacheUse::kMiss ? "miss"
                                                              : "off";
  return {{"result", outcome}, {"key", text_or_null(output.cache_key)}};
}

Json benchmark_json(const std::optional<BenchmarkResults>& results) {
  if (!results) return nullptr;
  return {{"latency_ms", results->latency_ms},
          {"throughput_ops_per_sec", results->throughput_ops_per_sec}};
}

Json output_json(const CompiledOutput& output) {
  return {{"output_file", output.output_file},
          {"target", output.target},
          {"target_arch", output.target_arch},
          {"compilation_time", seconds_text(output.compilation_seconds)},
          {"compilation_seconds", output.compilation_seconds},
          {"module_size", human_size(output.size_bytes)},
          {"module_size_bytes", output.size_bytes},
          {"sha256", output.sha256.to_hex()},
          {"cache", cache_json(output)},
          {"validation_result", validation_result_name(output.validation)},
          {"benchmark_results", benchmark_json(output.benchmark)}};
}

// One word for all outputs: the worst that happened to any of them.
ValidationResult overall_validation(const std::vector<CompiledOutput>& outputs) {
  for (const ValidationResult result :
       {ValidationResult::kFailed, ValidationResult::kSkipped, ValidationResult::kPassed}) {
    for (const CompiledOutput& output : outputs) {
      if (output.validation == result) return result;
    }
  }
  return ValidationResult::kNotRequested;
}

void add_success(const CompileResultDocument& document, Json& json) {
  if (document.outputs.empty()) return;
  const CompiledOutput& first = document.outputs.front();
  json["output_file"] = first.output_file;
  json["compilation_time"] = seconds_text(document.compilation_seconds);
  json["module_size"] = human_size(first.size_bytes);
  json["validation_result"] = validation_result_name(overall_validation(document.outputs));
  json["benchmark_results"] = benchmark_json(first.benchmark);
  json["metadata"] = {{"iree_version", text_or_null(document.iree_version)},
                      {"cuda_version", text_or_null(document.cuda_version)},
                      {"target_arch", first.target_arch}};
  json["module_size_bytes"] = first.size_bytes;
  json["output_sha256"] = first.sha256.to_hex();
  json["cache"] = cache_json(first);
}

void add_failure(const CompileResultDocument& document, Json& json) {
  const Stage stage = document.status.stage();
  json["error"] = {{"code", code_info(document.status.code()).name},
                   {"message", document.status.message()},
                   {"stage", text_or_null(stage_name(stage))}};
  json["reproducer"] = text_or_null(document.status.reproducer());
}

}  // namespace

const char* validation_result_name(ValidationResult result) {
  switch (result) {
    case ValidationResult::kNotRequested:
      return "not_requested";
    case ValidationResult::kPassed:
      return "passed";
    case ValidationResult::kFailed:
      return "failed";
    case ValidationResult::kSkipped:
      return "skipped";
  }
  return "skipped";
}

std::string to_json(const CompileResultDocument& document) {
  Json json;
  json["status"] = document.status.ok() ? "success" : "failed";
  if (document.status.ok()) {
    add_success(document, json);
  } else {
    add_failure(document, json);
  }
  json["compilation_seconds"] = document.compilation_seconds;
  Json outputs = Json::array();
  for (const CompiledOutput& output : document.outputs) outputs.push_back(output_json(output));
  json["output_files"] = std::move(outputs);
  json["input_file"] = document.input_file;
  json["input_sha256"] =
      document.input_sha256 ? Json(document.input_sha256->to_hex()) : Json(nullptr);
  json["backend"] = document.backend;
  json["profile"] = document.profile;
  json["flags"] = document.flags;
  std::vector<Diagnostic> diagnostics = document.status.diagnostics();
  diagnostics.insert(diagnostics.end(), document.diagnostics.begin(), document.diagnostics.end());
  json["diagnostics"] = to_json(diagnostics);
  json["tundish_version"] = document.tundish_version;
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string result_document_path(const std::string& output_file) {
  return output_file.substr(0, output_file.rfind('/') + 1) + "result.json";
}

Status write_result_document(const CompileResultDocument& document, const std::string& path) {
  return write_file_atomically(path, to_json(document));
}

}  // namespace tundish
