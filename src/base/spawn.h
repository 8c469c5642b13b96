// Starting a process: the part of Subprocess between vfork and exec.
#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "tundish/base/status.h"

namespace tundish::internal {

struct SpawnPlan {
  std::string program;                   // absolute
  std::vector<std::string> arguments;    // with the program's name
  std::vector<std::string> environment;  // NAME=value
  std::string working_folder;            // empty: ours
  std::vector<int> descriptors;          // the child has them as 0, 1, 2, ...; borrowed
};

// Starts the program as the leader of a new process group that dies with this process. Returns once
// exec has succeeded or failed. Thread-safe.
Result<pid_t> spawn(const SpawnPlan& plan);

}  // namespace tundish::internal
