// IsolatedBackend: any backend, with its dangerous work done in child processes.
//
//   auto pool = std::make_shared<HostPool>();
//   std::shared_ptr<Backend> iree = make_isolated(local_iree, pool);
//   Result<Compiled> compiled = iree->compile(source, target, options, control);
//
// compiler_version, supports and key_flags are answered here by `local`, without a child. compile,
// inspect, devices and load, and everything behind the loaded executable, run in a child whose
// registry has a backend of the same name. CompileOptions::limits hold for each compilation,
// LoadOptions::limits for the load and for each run.
//
// Beside the errors of the backend itself:
//   kAborted            the child crashed, exited or answered with damaged data
//   kDeadlineExceeded   the time limit ran out
//   kResourceExhausted  the memory or output limit ran out
//   kCancelled          CompileControl::is_cancelled said so; asked at least every 50 ms
//   kUnavailable        no child could be started
// The stage is set, and all but the last two name a reproducer folder, as does a kAborted of the
// compiler. Whatever the child was, the next job gets a fresh one. An executable whose child is
// lost answers every later call with kAborted; loading again works.
#pragma once

#include <memory>

#include "backend/isolation/host_pool.h"
#include "tundish/backend/backend.h"

namespace tundish {

// Thread-safe, as far as `local` is. Each compilation and each loaded executable has a child of its
// own while it lasts.
std::shared_ptr<Backend> make_isolated(std::shared_ptr<Backend> local,
                                       std::shared_ptr<HostPool> pool);

}  // namespace tundish
