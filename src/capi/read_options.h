// Pieces of options that several structures share.
#pragma once

#include <cstdint>

#include "tundish/backend/options.h"
#include "tundish/base/status.h"

namespace tundish::capi {

// Zero means no limit.
Result<Limits> read_limits(uint64_t timeout_ms, uint64_t memory_bytes, uint64_t output_bytes);

}  // namespace tundish::capi
