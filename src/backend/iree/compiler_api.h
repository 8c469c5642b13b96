// The IREE compiler's embedding API, loaded at run time beside the MLIR C API.
#pragma once

#include <iree/compiler/embedding_api.h>

#include <memory>
#include <string>

#include "mlir/mlir_library.h"
#include "tundish/base/status.h"

namespace tundish::iree {

// Every function that is used, by its exported name.
#define TUNDISH_IREE_COMPILER_FUNCTIONS(X)     \
  X(ireeCompilerErrorDestroy)                  \
  X(ireeCompilerErrorGetMessage)               \
  X(ireeCompilerGetAPIVersion)                 \
  X(ireeCompilerGetRevision)                   \
  X(ireeCompilerGlobalInitialize)              \
  X(ireeCompilerInvocationCreate)              \
  X(ireeCompilerInvocationDestroy)             \
  X(ireeCompilerInvocationOutputVMBytecode)    \
  X(ireeCompilerInvocationPipeline)            \
  X(ireeCompilerInvocationSetCompileFromPhase) \
  X(ireeCompilerInvocationSetCompileToPhase)   \
  X(ireeCompilerOutputDestroy)                 \
  X(ireeCompilerOutputMapMemory)               \
  X(ireeCompilerOutputOpenMembuffer)           \
  X(ireeCompilerSessionCreate)                 \
  X(ireeCompilerSessionDestroy)                \
  X(ireeCompilerSessionGetFlags)               \
  X(ireeCompilerSessionSetFlags)

struct CompilerApi {
  // Loads and initialises the compiler, once per process; thread-safe.
  static Result<const CompilerApi*> load(const std::string& library_path);

  const MlirLibrary* mlir = nullptr;
#define TUNDISH_DECLARE(name) decltype(&::name) name = nullptr;
  TUNDISH_IREE_COMPILER_FUNCTIONS(TUNDISH_DECLARE)
#undef TUNDISH_DECLARE
  // From mlir_interop.h, whose MLIR types are mirrored in mlir_library.h.
  MlirContext (*ireeCompilerSessionBorrowContext)(iree_compiler_session_t*) = nullptr;
  bool (*ireeCompilerInvocationImportStealModule)(iree_compiler_invocation_t*,
                                                  MlirOperation) = nullptr;

  // The message of `error`, which is destroyed; empty for null.
  std::string take_message(iree_compiler_error_t* error) const;
};

// Where the compiler library is looked for: TUNDISH_IREE_COMPILER_LIB in the environment, beside
// the running program's ../lib/tundish, then the path that the build was given.
std::string compiler_library_path();

// What tells one compiler library from another, for cache keys: its GNU build ID and size, or the
// SHA-256 of the file where it has none. Reads a few kilobytes, so that a cache hit never loads the
// library's 335 MB. kUnavailable where there is no library, with what would mend it.
Result<std::string> compiler_identity(const std::string& library_path);

}  // namespace tundish::iree
