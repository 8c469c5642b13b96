// Checks of a CompileConfig that a schema cannot express.
#pragma once

#include "config/json_reader.h"
#include "tundish/config/compile_config.h"

#include <vector>

namespace tundish::config {

// Everything wrong with `config`, by the JSON pointers of its normalized form.
std::vector<Problem> find_contradictions(const CompileConfig& config);

// The targets that targets and target_features mean together, with their labels; paths are empty.
// Appends to `problems` what cannot be resolved.
std::vector<PlannedOutput> resolve_targets(const CompileConfig& config,
                                           std::vector<Problem>& problems);

}  // namespace tundish::config
