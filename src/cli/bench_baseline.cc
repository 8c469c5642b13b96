#include "cli/bench_baseline.h"

#include <cmath>
#include <cstdlib>

#include "base/file.h"

namespace tundish::cli {
namespace {

constexpr uint64_t kMaxBaselineBytes = 16 << 20;
constexpr size_t kMaxSamples = 1'000'000;

}  // namespace

nlohmann::json to_json(const BenchSetting& setting) {
  return {{"function", setting.function},       {"inputs", setting.inputs},
          {"device", setting.device},           {"threads", setting.threads},
          {"concurrency", setting.concurrency}, {"cold", setting.is_cold}};
}

Result<Baseline> read_baseline(const std::string& path) {
  const auto wrong = [&](const std::string& found) {
    return invalid_argument(path + ": " + found +
                            ", expected what `tundish bench MODEL --json` prints");
  };
  TUNDISH_ASSIGN(const std::string text, read_file(path, kMaxBaselineBytes));
  const auto document = nlohmann::json::parse(text, nullptr, false);
  if (!document.is_object()) return wrong("found no JSON object");
  const auto samples = document.find("samples_seconds");
  if (samples == document.end() || !samples->is_array() || samples->empty() ||
      samples->size() > kMaxSamples) {
    return wrong("found no list /samples_seconds");
  }
  Baseline baseline;
  for (const nlohmann::json& sample : *samples) {
    const double seconds = sample.is_number() ? sample.get<double>() : 0;
    if (!(seconds > 0) || !std::isfinite(seconds)) {
      return wrong("found " + sample.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace) +
                   " in /samples_seconds, which is no time");
    }
    baseline.samples.push_back(seconds);
  }
  const nlohmann::json names = to_json(BenchSetting{});
  for (const auto& [key, value] : names.items()) {
    if (!document.contains(key)) return wrong("found no field /" + key);
    baseline.setting[key] = document[key];
  }
  return baseline;
}

Status check_same_setting(const Baseline& baseline, const BenchSetting& setting,
                          const std::string& path) {
  const nlohmann::json now = to_json(setting);
  for (const auto& [key, value] : now.items()) {
    if (baseline.setting[key] == value) continue;
    return invalid_argument(path + " measured something else: its " + key + " is " +
                            baseline.setting[key].dump(-1, ' ', true) + ", here it is " +
                            value.dump() + "; measure the baseline anew");
  }
  return {};
}

Result<double> parse_percent(std::string_view text, std::string_view flag) {
  std::string number(text);
  if (number.ends_with('%')) number.pop_back();
  char* end = nullptr;
  const double percent = std::strtod(number.c_str(), &end);
  if (number.empty() || *end != '\0' || !std::isfinite(percent) || percent < 0) {
    return invalid_argument(std::string(flag) + ": found '" + std::string(text) +
                            "', expected a percentage such as 5%");
  }
  return percent / 100;
}

}  // namespace tundish::cli
