// The file that `bench --json` prints and `bench --baseline` reads.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

#include "tundish/base/status.h"

namespace tundish::cli {

// What was measured: two measurements compare only where all of it is equal.
struct BenchSetting {
  std::string function;
  std::vector<std::string> inputs;  // types
  std::string device;
  int threads = 0;
  int concurrency = 1;
  bool is_cold = false;
};
nlohmann::json to_json(const BenchSetting& setting);

struct Baseline {
  nlohmann::json setting;       // the fields of to_json(BenchSetting)
  std::vector<double> samples;  // seconds, positive, at least one
};

// kInvalidArgument says what the file lacks.
Result<Baseline> read_baseline(const std::string& path);
// kInvalidArgument names the field that differs.
Status check_same_setting(const Baseline& baseline, const BenchSetting& setting,
                          const std::string& path);

// "5%" or "5" is 0.05. kInvalidArgument for anything that is no percentage from 0 up.
Result<double> parse_percent(std::string_view text, std::string_view flag);

}  // namespace tundish::cli
