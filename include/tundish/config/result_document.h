// The result document: what one `compile` did, as one JSON object for machines.
//
// It is printed by --json and written as result.json beside the output, atomically, also when the
// compile failed. Its form is schema/result.schema.json. Names and forms that users already read
// ("2.3s", "1.2MB") stay beside the exact numbers.
//
//   CompileResultDocument document;
//   document.backend = "iree";
//   ...
//   document.status = status;                      // OK, or why there is no executable
//   TUNDISH_TRY(write_result_document(document, result_document_path(output)));
#pragma once

#include "tundish/base/digest.h"
#include "tundish/base/status.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tundish {

enum class ValidationResult {
  kNotRequested,
  kPassed,
  kFailed,
  kSkipped,  // asked for, but nothing here can run the executable; a warning says what is missing
};
const char* validation_result_name(ValidationResult result);  // "not_requested", "passed", …

struct BenchmarkResults {
  double latency_ms = 0;              // median of one call
  double throughput_ops_per_sec = 0;  // calls per second
};

enum class CacheUse { kOff, kHit, kMiss };

// One executable, or the package.
struct CompiledOutput {
  std::string output_file;
  // What it was compiled for, with `cpu` resolved: "cuda:sm_80"; for a package every target, joined
  // by commas.
  std::string target;
  // The architecture by itself: "sm_80", "znver4".
  std::string target_arch;
  double compilation_seconds = 0;
  uint64_t size_bytes = 0;
  Digest sha256;
  CacheUse cache = CacheUse::kOff;
  std::string cache_key;  // "<sha256>-<size>"; empty where the cache is off
  ValidationResult validation = ValidationResult::kNotRequested;
  std::optional<BenchmarkResults> benchmark;
};

struct CompileResultDocument {
  // OK: success. Otherwise the `error`, its diagnostics and its reproducer.
  Status status;
  std::string input_file;
  std::optional<Digest> input_sha256;  // none when the input could not be read
  // What was written, in the order of the output plan. The first fills the fields at the top of the
  // document. Not empty on success; on failure what was complete before.
  std::vector<CompiledOutput> outputs;
  double compilation_seconds = 0;  // wall clock of everything, all outputs together
  std::string backend;
  std::string profile;
  std::vector<std::string> flags;  // what the compiler got, the profile's flags included
  std::string iree_version;        // empty: IREE had no part
  std::string cuda_version;        // of the driver; empty: no CUDA device had a part
  std::string tundish_version;
  // Warnings and remarks that survived success; errors come from `status`.
  std::vector<Diagnostic> diagnostics;
};

// Pretty JSON with a final line feed. Bytes that are no UTF-8 are replaced.
std::string to_json(const CompileResultDocument& document);

// "result.json" in the folder of `output_file`.
std::string result_document_path(const std::string& output_file);

// Writes to_json() so that a reader sees the old document or the new one, never a part.
Status write_result_document(const CompileResultDocument& document, const std::string& path);

}  // namespace tundish
