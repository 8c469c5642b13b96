// The child that the isolation tests talk to; with the argument "parent", a parent that waits for a
// sleeping child, to be killed by a test.
#include <cstdlib>
#include <memory>
#include <string_view>

#include "backend/isolation/host_server.h"
#include "backend/isolation/isolated_backend.h"
#include "backend/isolation/testing/misbehaving_backend.h"

int main(int argc, char** argv) {
  using namespace tundish;
  if (argc > 1 && std::string_view(argv[1]) == "parent") {
    auto backend = make_isolated(make_misbehaving_backend(), std::make_shared<HostPool>());
    (void)backend->compile(Source::from_string("compile:grandchild-sleep", "m.mlir"), {}, {}, {});
    return 1;
  }
  Registry registry;
  registry.add(make_misbehaving_backend());
  std::_Exit(serve(kHostChannelFd, registry));
}
