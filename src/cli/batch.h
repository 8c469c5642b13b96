// `tundish run --batch`: many runs in one process, one JSON request and one JSON answer a line.
#pragma once

#include <cstdio>
#include <string>

#include "cli/context.h"
#include "cli/model.h"
#include "tundish/base/status.h"

namespace tundish::cli {

// A longer line is answered with an error and skipped.
inline constexpr size_t kMaxBatchLineBytes = size_t{16} << 20;

// Answers the requests of `input` in order on `output`, flushed line by line, until the end of the
// input, an interrupt (kCancelled), or until nobody reads the answers any more (OK). A bad request
// never ends it: its answer says what was wrong. Blank lines are skipped.
Status run_batch(Context& context, const ModelFlags& defaults, uint64_t seed, std::FILE* input,
                 std::FILE* output);

}  // namespace tundish::cli
