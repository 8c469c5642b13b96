// A backend for tests: programs whose text says how they misbehave, and where.
//
//   double                  main(?xf32) -> (?xf32): doubles each element
//   add                     main(4xf32, 4xf32) -> (4xf32)
//   count                   main() -> (i32): how often this instance has run
//   compile:segfault        as `double`, but compiling it crashes
//   load:…  run:…           the same for loading and running
//
// After the colon: sleep, segfault, abort, memory, flood, chatter, grandchild, garbage, nonsense,
// exit, throw, fail, invalid, temporary, progress, large.
#pragma once

#include <memory>

#include "tundish/backend/backend.h"

namespace tundish {

std::shared_ptr<Backend> make_misbehaving_backend();

}  // namespace tundish
