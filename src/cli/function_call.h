// One function call as the user wrote it: words to tensors, results to files.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/model.h"
#include "tundish/backend/signature.h"
#include "tundish/base/status.h"
#include "tundish/tensor/tensor.h"

namespace tundish::cli {

// The file that an input names, or "": "@a.npy", "4xf32=@a.bin" and, for short, "a.npy".
std::string input_file(std::string_view input);

// The tensors that `inputs` spell for `function`. "random" without a seed takes `seed` plus the
// input's position, so that equal types do not get equal values. kInvalidArgument for a wrong
// count, shape or type names the input, what was expected and what was found.
Result<std::vector<Tensor>> parse_inputs(const FunctionSignature& function,
                                         std::span<const std::string> inputs, uint64_t seed);

// Checks before any work that `outputs` (where an empty path stands for "not wanted") do not
// overwrite the model, a parameter file, an input or each other. kInvalidArgument.
Status check_output_paths(const ModelFlags& model, std::span<const std::string> inputs,
                          std::span<const std::string> outputs);

// kInvalidArgument when there are more outputs than results.
Status check_output_count(const FunctionSignature& function, std::span<const std::string> outputs);

// Writes each result whose output is not empty.
Status write_outputs(std::span<const Tensor> results, std::span<const std::string> outputs);

// Several devices or functions in one command: kUnimplemented, until a backend does it.
Status check_single_process(std::string_view function, std::span<const std::string> inputs,
                            int replicas, int partitions);

}  // namespace tundish::cli
