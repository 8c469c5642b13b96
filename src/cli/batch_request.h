// One line of `tundish run --batch`: a request, checked, and its answer.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "cli/model.h"
#include "tundish/base/status.h"

namespace tundish::cli {

inline constexpr double kDefaultBatchTimeoutSeconds = 120;

struct BatchRequest {
  nlohmann::json id;  // whatever the request said; its answer repeats it
  ModelFlags model;
  std::vector<std::string> inputs;
  std::vector<std::string> outputs;  // empty: not wanted
};

// Reads {"module", "function", "inputs", "outputs", "backend", "device", "target", "profile",
// "parameters", "timeout_seconds", "id"}. All but "module" are optional; what is left out or null
// is taken from `defaults`. kInvalidArgument names the field. `id` is set as soon as it is known,
// also when the rest is refused.
Result<BatchRequest> parse_batch_request(std::string_view line, const ModelFlags& defaults,
                                         nlohmann::json& id);

struct BatchAnswer {
  nlohmann::json id;
  Status status;
  Stage stage = Stage::kParse;  // the last one that was reached
  double compile_seconds = 0;   // until the executable was there
  double run_seconds = 0;       // of the function alone
};

// "ok"; "unsupported" for kUnimplemented and kUnavailable; else "error".
std::string batch_status(const Status& status);
// "compiler_failed" when the compiler refused or crashed (kAborted before the run), else the
// canonical code in lower case: "invalid_argument", "deadline_exceeded", …
std::string batch_class(const Status& status, Stage stage);
// The answer's line, without the line's end.
std::string to_json_line(const BatchAnswer& answer);

}  // namespace tundish::cli
