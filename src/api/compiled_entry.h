// A compilation's result as an entry of the cache, and back.
#pragma once

#include "cache/entry.h"
#include "tundish/backend/backend.h"

namespace tundish {

// Diagnostics about `source_name` are kept without the name: an equal program under another name
// gets them under its own.
Entry to_entry(const Compiled& compiled, const std::string& source_name);
// kDataLoss when the metadata is not what to_entry() wrote.
Result<Compiled> from_entry(const Entry& entry, const std::string& source_name);

}  // namespace tundish
