// An executable that lives in a child of its own: what the parent holds.
#pragma once

#include <memory>

#include "backend/isolation/host_process.h"
#include "tundish/backend/backend.h"

namespace tundish {

// What a loaded executable is made of.
struct IsolatedLoad {
  std::unique_ptr<HostProcess> host;
  std::string backend;
  std::string compiler_version;
  Bytes executable;  // for the reproducer
  LoadOptions options;
  Signature signature;
  std::vector<std::string> devices;
  std::string target;
};

// Instances run side by side, each on a thread of the child. Everything made from the executable
// keeps the child alive; the last one to go ends it.
std::shared_ptr<Executable> make_isolated_executable(IsolatedLoad load);

}  // namespace tundish
