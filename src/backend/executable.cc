#include "tundish/backend/executable.h"

namespace tundish {

Result<std::vector<double>> Call::measure(const MeasureOptions& options) {
  using Clock = std::chrono::steady_clock;
  for (int i = 0; i < options.warmup_runs; ++i) TUNDISH_TRY(run());
  std::vector<double> seconds;
  const auto start = Clock::now();
  while (static_cast<int>(seconds.size()) < options.max_runs) {
    const auto before = Clock::now();
    TUNDISH_TRY(run());
    const auto after = Clock::now();
    seconds.push_back(std::chrono::duration<double>(after - before).count());
    if (static_cast<int>(seconds.size()) >= options.min_runs && after - start >= options.min_time) {
      break;
    }
  }
  return seconds;
}

Status check_input_types(const FunctionSignature& function, std::span<const TensorType> types) {
  if (types.size() != function.inputs.size()) {
    return invalid_argument('@' + function.name + " takes " +
                            std::to_string(function.inputs.size()) + " inputs, found " +
                            std::to_string(types.size()) + "; its signature is " +
                            function.to_string());
  }
  for (size_t i = 0; i < types.size(); ++i) {
    const Argument& expected = function.inputs[i];
    if (expected.type.accepts(types[i])) continue;
    const std::string label = expected.name.empty() ? "" : " (" + expected.name + ')';
    return invalid_argument("input " + std::to_string(i) + label + " of @" + function.name +
                            ": expected " + expected.type.to_string() + ", found " +
                            types[i].to_string());
  }
  return {};
}

Status check_inputs(const FunctionSignature& function, std::span<const Tensor> inputs) {
  std::vector<TensorType> types;
  for (const Tensor& input : inputs) types.push_back(input.type());
  return check_input_types(function, types);
}

}  // namespace tundish
