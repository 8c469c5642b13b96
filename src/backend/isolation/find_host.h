// Finding the program that works as the isolated child.
#pragma once

#include <string>

#include "tundish/base/status.h"

namespace tundish {

// The path of `tundish-host`: the TUNDISH_HOST environment variable; beside this process's program
// or in `../libexec/tundish` from there; the same beside the library that holds this code; where
// the build put it. kUnavailable lists where it was looked for.
Result<std::string> find_host_program();

}  // namespace tundish
