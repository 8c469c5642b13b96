#include "cli/function_call.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <system_error>

#include "base/file.h"
#include "tundish/backend/executable.h"
#include "tundish/tensor/literal.h"
#include "tundish/tensor/npy.h"

namespace tundish::cli {
namespace {

constexpr std::string_view kNpyEnding = ".npy";

// Whether `input` is "TYPE=...", which a path with a '=' in it is not.
bool has_type(std::string_view input) {
  const size_t equals = input.find('=');
  return equals != std::string_view::npos && TensorType::parse(input.substr(0, equals)).has_value();
}

bool is_bare_file(std::string_view input) {
  return input.ends_with(kNpyEnding) && !input.starts_with('@') && !has_type(input);
}

// "0.1=...": an input of one process among several.
bool is_per_process(std::string_view input) {
  const size_t equals = input.find('=');
  if (equals == std::string_view::npos) return false;
  const std::string_view place = input.substr(0, equals);
  const size_t point = place.find('.');
  const auto is_number = [](std::string_view text) {
    return !text.empty() && std::all_of(text.begin(), text.end(),
                                        [](unsigned char c) { return std::isdigit(c) != 0; });
  };
  return point != std::string_view::npos && is_number(place.substr(0, point)) &&
         is_number(place.substr(point + 1));
}

// Whether two paths name one file, also where it does not exist yet.
bool is_same_path(const std::string& a, const std::string& b) {
  if (same_file(a, b)) return true;
  std::error_code error;
  const std::filesystem::path first = std::filesystem::weakly_canonical(a, error);
  if (error) return a == b;
  const std::filesystem::path second = std::filesystem::weakly_canonical(b, error);
  return error ? a == b : first == second;
}

// A device such as /dev/null takes any number of outputs.
bool is_ordinary(const std::string& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  return !std::filesystem::exists(status) || std::filesystem::is_regular_file(status);
}

std::string plural(size_t count, const std::string& noun) {
  return std::to_string(count) + ' ' + noun + (count == 1 ? "" : "s");
}

}  // namespace

std::string input_file(std::string_view input) {
  if (is_bare_file(input)) return std::string(input);
  if (input.starts_with('@')) return std::string(input.substr(1));
  const size_t at = input.find("=@");
  if (at == std::string_view::npos || !has_type(input)) return "";
  return std::string(input.substr(at + 2));
}

Result<std::vector<Tensor>> parse_inputs(const FunctionSignature& function,
                                         std::span<const std::string> inputs, uint64_t seed) {
  if (inputs.size() != function.inputs.size()) {
    return invalid_argument('@' + function.name + " takes " +
                            plural(function.inputs.size(), "input") + ", found " +
                            std::to_string(inputs.size()) + "; its signature is " +
                            function.to_string() + "; give one input for each, in order");
  }
  std::vector<Tensor> tensors;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const Argument& argument = function.inputs[i];
    const std::string literal = is_bare_file(inputs[i]) ? '@' + inputs[i] : inputs[i];
    Result<Tensor> tensor = parse_literal(literal, {.expected = argument.type, .seed = seed + i});
    if (!tensor) {
      const std::string name = argument.name.empty() ? "" : " (" + argument.name + ')';
      return tensor.error().with_context("input " + std::to_string(i) + name + " of @" +
                                         function.name);
    }
    tensors.push_back(std::move(tensor).value());
  }
  TUNDISH_TRY(check_inputs(function, tensors));
  return tensors;
}

Status check_output_paths(const ModelFlags& model, std::span<const std::string> inputs,
                          std::span<const std::string> outputs) {
  std::vector<std::pair<std::string, std::string>> taken = {{model.path, "the model"}};
  for (const std::string& parameters : model.parameters) {
    taken.emplace_back(parameters.substr(parameters.find('=') + 1), "a parameter file");
  }
  for (size_t i = 0; i < inputs.size(); ++i) {
    const std::string file = input_file(inputs[i]);
    if (!file.empty()) taken.emplace_back(file, "input " + std::to_string(i));
  }
  for (size_t i = 0; i < outputs.size(); ++i) {
    if (outputs[i].empty() || !is_ordinary(outputs[i])) continue;
    for (const auto& [path, what] : taken) {
      if (!is_same_path(outputs[i], path)) continue;
      return invalid_argument("output " + std::to_string(i) + " would overwrite " + what + " '" +
                              path + "'; choose another path");
    }
    taken.emplace_back(outputs[i], "output " + std::to_string(i));
  }
  return {};
}

Status check_output_count(const FunctionSignature& function, std::span<const std::string> outputs) {
  if (outputs.size() <= function.results.size()) return {};
  return invalid_argument("found " + plural(outputs.size(), "output") + "; @" + function.name +
                          " has " + plural(function.results.size(), "result") +
                          "; its signature is " + function.to_string());
}

Status write_outputs(std::span<const Tensor> results, std::span<const std::string> outputs) {
  for (size_t i = 0; i < outputs.size() && i < results.size(); ++i) {
    if (outputs[i].empty()) continue;
    Status written = write_npy(outputs[i], results[i]);
    if (!written.ok()) return written.with_context("output " + std::to_string(i));
  }
  return {};
}

Status check_single_process(std::string_view function, std::span<const std::string> inputs,
                            int replicas, int partitions) {
  std::string what;
  if (replicas != 1 || partitions != 1) {
    what = std::to_string(replicas) + " x " + std::to_string(partitions) + " processes";
  } else if (function.find_first_of(",;") != std::string_view::npos) {
    what = "one function per process ('" + std::string(function) + "')";
  } else if (const auto found = std::find_if(inputs.begin(), inputs.end(), is_per_process);
             found != inputs.end()) {
    what = "an input for one process ('" + found->substr(0, found->find('=') + 1) + "...')";
  }
  if (what.empty()) return {};
  return unimplemented(what +
                       ": no backend of this build runs several processes of one program; give "
                       "one function and leave out --replicas and --partitions");
}

}  // namespace tundish::cli
