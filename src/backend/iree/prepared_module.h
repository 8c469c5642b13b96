// A program parsed by MLIR and made ready for the compiler: facts read from it, and its locations
// replaced by numbers, so that equal programs give equal executables wherever they came from.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "backend/iree/compiler_api.h"
#include "backend/iree/module_facts.h"
#include "tundish/module/source.h"

namespace tundish::iree {

// Collects the diagnostics of one context while it lives. MLIR calls it from several threads, one
// at a time.
class DiagnosticCollector {
 public:
  DiagnosticCollector(const MlirLibrary& mlir, MlirContext context, const Source& source);
  ~DiagnosticCollector();
  DiagnosticCollector(const DiagnosticCollector&) = delete;
  DiagnosticCollector& operator=(const DiagnosticCollector&) = delete;

  // From now on, location number i stands for places[i].
  void map_numbers_to(std::vector<Diagnostic> places) { places_ = std::move(places); }
  std::vector<Diagnostic> take() { return std::move(diagnostics_); }
  // The place that `location` names in the user's files; no line where it names none.
  Diagnostic place_of(MlirLocation location) const;

 private:
  void add(MlirDiagnostic diagnostic);

  const MlirLibrary& mlir_;
  MlirContext context_;
  const Source& source_;
  MlirDiagnosticHandlerID id_;
  std::vector<Diagnostic> places_;
  std::vector<Diagnostic> diagnostics_;
};

// Parses and verifies `source` in `context`. Portable artifacts stay VHLO.
// kInvalidArgument with the parser's diagnostics.
Result<MlirModule> parse_module(const MlirLibrary& mlir, MlirContext context, const Source& source,
                                DiagnosticCollector& diagnostics);

// Replaces every location in `module` by its number in walking order. Returns what the numbers
// stood for.
std::vector<Diagnostic> number_locations(const MlirLibrary& mlir, MlirContext context,
                                         MlirModule module, const DiagnosticCollector& diagnostics);

// Notes `entries` in the reflection of every public func.func, to be read at load time.
void add_reflection(const MlirLibrary& mlir, MlirContext context, MlirModule module,
                    const std::map<std::string, std::string>& entries);

}  // namespace tundish::iree
