// The composition root's list of backends.
#pragma once

#include "tundish/backend/backend.h"

namespace tundish {

// Adds every backend of this build, working in this process.
void register_backends(Registry& registry);

}  // namespace tundish
