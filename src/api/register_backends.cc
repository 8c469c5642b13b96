#include "api/register_backends.h"

#ifdef TUNDISH_ENABLE_IREE
#include "backend/iree/iree_backend.h"
#endif

namespace tundish {

void register_backends([[maybe_unused]] Registry& registry) {
#ifdef TUNDISH_ENABLE_IREE
  registry.add(make_iree_backend());
#endif
}

}  // namespace tundish
