// HostServer: the child's side of isolation. The program `tundish-host` registers the backends and
// then serves its parent.
//
//   int main() {
//     Registry registry;
//     register_backends(registry);
//     std::_Exit(serve(kHostChannelFd, registry));
//   }
#pragma once

#include "tundish/backend/backend.h"

namespace tundish {

// Where the child finds its end of the control channel.
inline constexpr int kHostChannelFd = 3;

// Answers requests on the channel `fd` (taken over) until the parent closes it or dies; then the
// child's process group is killed, whatever it is busy with. What a handler throws becomes
// kInternal. Returns the exit status of the process: 0, or 2 when `fd` is no channel. Leave the
// process with std::_Exit: threads of instances may still run.
int serve(int fd, Registry& registry);

}  // namespace tundish
