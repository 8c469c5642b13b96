// Runs the built `tundish` as a user would.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/subprocess.h"

namespace tundish::testing {

struct ProcessOptions {
  std::string standard_input;  // its content
  std::string working_folder;
  std::vector<std::pair<std::string, std::optional<std::string>>> environment;
  double timeout_seconds = 300;
};

// A run that cannot be started fails the test and gives exit code -1.
SubprocessResult run_tundish(const std::vector<std::string>& arguments,
                             const ProcessOptions& options = {});

// A file of the repository, by its path from the root.
std::string repository_file(const std::string& path);

}  // namespace tundish::testing
