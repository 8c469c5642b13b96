// The IREE backend: compiles with libIREECompiler, runs with IREE's runtime, both in this process.
// What should survive a crash of either wraps it in the isolation host.
#pragma once

#include <memory>

#include "tundish/backend/backend.h"

namespace tundish {

std::shared_ptr<Backend> make_iree_backend();

}  // namespace tundish
