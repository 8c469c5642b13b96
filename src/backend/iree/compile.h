// Compiling a Source with the IREE compiler, in this process.
#pragma once

#include "backend/iree/compiler_api.h"
#include "tundish/backend/backend.h"

namespace tundish::iree {

// The compiler's flags: the target's, those of `rules`, then the user's own. An empty
// `compiler_folder` gives the form that enters a cache key.
Result<std::vector<std::string>> compile_flags(const Target& target, const CompileOptions& options,
                                               const std::vector<AppliedRule>& rules,
                                               std::string_view compiler_folder);

// Parses, checks and compiles. Temporary files go to $TMPDIR.
//
// kInvalidArgument for a program or flag that is wrong; kAborted when the compiler gives up on a
// valid program; both with diagnostics in the user's lines. Not thread-safe against itself: the
// compiler's flags are global in places.
Result<Compiled> compile_source(const CompilerApi& api, const Source& source, const Target& target,
                                const CompileOptions& options, const CompileControl& control);

// Parses `source` and tells what compiling would do.
Result<SourceFacts> inspect_source(const CompilerApi& api, const Source& source,
                                   const Target& target, const CompileOptions& options);

}  // namespace tundish::iree
