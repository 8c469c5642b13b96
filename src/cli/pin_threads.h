// --pin: which CPUs this process and its children may use.
#pragma once

#include <string>

#include "tundish/base/status.h"

namespace tundish::cli {

// `cpus` is a list as in "0,2-3". Call it before threads and children start: they inherit it.
// Returns how many CPUs that are. kInvalidArgument for a bad list, and for CPUs that this process
// may not use.
Result<int> pin_threads(const std::string& cpus);

}  // namespace tundish::cli
