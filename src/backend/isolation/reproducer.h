// Reproducer: a folder with all that it takes to see a failure again and to report it.
//
//   ~/.local/state/tundish/reproducers/20260131T120000Z-1f2e3d4c5b6a/
//       README.md       what happened, and one command to paste
//       module.mlir     the program (module.mlirbc for bytecode), or executable.vmfb and
//       input_0.npy flags.json      target and options versions.json   Tundish, the compiler, the
//       system error.txt       the error with all its diagnostics log.txt         the last of what
//       the child printed
//
// The root is $TUNDISH_REPRODUCER_DIR, or tundish/reproducers in $XDG_STATE_HOME or in
// ~/.local/state. Only the newest kKeptReproducers stay.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tundish/backend/backend.h"

namespace tundish {

inline constexpr size_t kKeptReproducers = 20;
// Inputs over this many bytes together are left out, and README.md says so.
inline constexpr uint64_t kMaxReproducerInputBytes = uint64_t{256} << 20;

// What is the same for every kind of failure.
struct FailureFacts {
  std::string backend;
  std::string compiler_version;
  std::string log;
};

// An input of a failed run. The tensor is missing where it lay in the child only.
struct ReproducerInput {
  TensorType type;
  std::optional<Tensor> tensor;
};

// Both write a folder and give `failure` with its path. When it cannot be written they give
// `failure` with a sentence about that instead: the original error never gets lost.
Status reproduce_compile(const Status& failure, const FailureFacts& facts, const Source& source,
                         const Target& target, const CompileOptions& options);
// `function` is empty for a failure to load.
Status reproduce_run(const Status& failure, const FailureFacts& facts, const Bytes& executable,
                     const LoadOptions& options, std::string_view function,
                     const std::vector<ReproducerInput>& inputs);

// Where reproducers go. kFailedPrecondition when no variable says where.
Result<std::string> reproducer_root();

}  // namespace tundish
