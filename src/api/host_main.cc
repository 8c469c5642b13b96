// tundish-host: the child in which compilers and executables work. Started by the library, which
// hands it one end of a channel; of no use by hand.
#include <cstdio>
#include <cstdlib>

#include "api/register_backends.h"
#include "backend/isolation/host_server.h"

int main() {
  tundish::Registry registry;
  tundish::register_backends(registry);
  const int status = tundish::serve(tundish::kHostChannelFd, registry);
  if (status != 0) {
    std::fputs("tundish-host works for tundish and is started by it; run `tundish --help`\n",
               stderr);
  }
  std::_Exit(status);  // threads of instances may still run
}
