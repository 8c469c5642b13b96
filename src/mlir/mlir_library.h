// The MLIR C API that libIREECompiler exports, loaded at run time.
//
//   TUNDISH_ASSIGN(const MlirLibrary* mlir, MlirLibrary::load(path));
//   MlirModule module = mlir->mlirModuleCreateParse(context, mlir_ref(text));
//
// The types mirror llvm-project's mlir-c headers (structs of one pointer), of which no package
// carries a copy; only what Tundish uses is declared. Never parse untrusted text with it in a
// process that must survive: the parser overflows the stack on deep nesting.
//
// A loaded library stays loaded: its global state cannot be torn down and set up again. Loading is
// thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tundish/base/status.h"

namespace tundish {

struct MlirContext { void* ptr = nullptr; };
struct MlirDialect { void* ptr = nullptr; };
struct MlirModule { const void* ptr = nullptr; };
struct MlirOperation { void* ptr = nullptr; };
struct MlirRegion { void* ptr = nullptr; };
struct MlirBlock { void* ptr = nullptr; };
struct MlirValue { const void* ptr = nullptr; };
struct MlirType { const void* ptr = nullptr; };
struct MlirAttribute { const void* ptr = nullptr; };
struct MlirLocation { const void* ptr = nullptr; };
struct MlirIdentifier { const void* ptr = nullptr; };
struct MlirDiagnostic { void* ptr = nullptr; };
struct MlirLogicalResult { int8_t value = 0; };  // 0: failure
struct MlirStringRef { const char* data = nullptr; size_t length = 0; };

using MlirStringCallback = void (*)(MlirStringRef, void* user_data);
using MlirDiagnosticHandler = MlirLogicalResult (*)(MlirDiagnostic, void* user_data);
using MlirDiagnosticHandlerID = uint64_t;
enum MlirDiagnosticSeverity : int { kMlirError, kMlirWarning, kMlirNote, kMlirRemark };
enum MlirWalkOrder : int { kMlirWalkPreOrder, kMlirWalkPostOrder };
enum MlirWalkResult : int { kMlirWalkAdvance, kMlirWalkInterrupt, kMlirWalkSkip };
using MlirOperationWalkCallback = MlirWalkResult (*)(MlirOperation, void* user_data);

inline MlirStringRef mlir_ref(std::string_view text) { return {text.data(), text.size()}; }
inline std::string_view view(MlirStringRef text) { return {text.data, text.length}; }

// Every function that is used: result, name, parameters.
#define TUNDISH_MLIR_FUNCTIONS(X)                                                                 \
  X(MlirDialect, mlirContextGetOrLoadDialect, (MlirContext, MlirStringRef))                       \
  X(MlirDiagnosticHandlerID, mlirContextAttachDiagnosticHandler,                                  \
    (MlirContext, MlirDiagnosticHandler, void*, void (*)(void*)))                                 \
  X(void, mlirContextDetachDiagnosticHandler, (MlirContext, MlirDiagnosticHandlerID))             \
  X(MlirModule, mlirModuleCreateParse, (MlirContext, MlirStringRef))                              \
  X(MlirOperation, mlirModuleGetOperation, (MlirModule))                                          \
  X(void, mlirOperationDestroy, (MlirOperation))                                                  \
  X(MlirIdentifier, mlirOperationGetName, (MlirOperation))                                        \
  X(MlirLocation, mlirOperationGetLocation, (MlirOperation))                                      \
  X(void, mlirOperationSetLocation, (MlirOperation, MlirLocation))                                \
  X(intptr_t, mlirOperationGetNumRegions, (MlirOperation))                                        \
  X(MlirRegion, mlirOperationGetRegion, (MlirOperation, intptr_t))                                \
  X(intptr_t, mlirOperationGetNumOperands, (MlirOperation))                                       \
  X(MlirValue, mlirOperationGetOperand, (MlirOperation, intptr_t))                                \
  X(intptr_t, mlirOperationGetNumResults, (MlirOperation))                                        \
  X(MlirValue, mlirOperationGetResult, (MlirOperation, intptr_t))                                 \
  X(MlirAttribute, mlirOperationGetAttributeByName, (MlirOperation, MlirStringRef))               \
  X(void, mlirOperationSetDiscardableAttributeByName,                                             \
    (MlirOperation, MlirStringRef, MlirAttribute))                                                \
  X(void, mlirOperationWalk, (MlirOperation, MlirOperationWalkCallback, void*, MlirWalkOrder))    \
  X(void, mlirOperationPrint, (MlirOperation, MlirStringCallback, void*))                         \
  X(MlirBlock, mlirRegionGetFirstBlock, (MlirRegion))                                             \
  X(MlirBlock, mlirBlockGetNextInRegion, (MlirBlock))                                             \
  X(MlirOperation, mlirBlockGetTerminator, (MlirBlock))                                           \
  X(intptr_t, mlirBlockGetNumArguments, (MlirBlock))                                              \
  X(MlirValue, mlirBlockGetArgument, (MlirBlock, intptr_t))                                       \
  X(void, mlirBlockArgumentSetLocation, (MlirValue, MlirLocation))                                \
  X(bool, mlirValueIsAOpResult, (MlirValue))                                                      \
  X(MlirOperation, mlirOpResultGetOwner, (MlirValue))                                             \
  X(MlirType, mlirValueGetType, (MlirValue))                                                      \
  X(void, mlirTypePrint, (MlirType, MlirStringCallback, void*))                                   \
  X(bool, mlirAttributeIsAString, (MlirAttribute))                                                \
  X(MlirStringRef, mlirStringAttrGetValue, (MlirAttribute))                                       \
  X(MlirAttribute, mlirAttributeParseGet, (MlirContext, MlirStringRef))                           \
  X(void, mlirAttributePrint, (MlirAttribute, MlirStringCallback, void*))                         \
  X(MlirStringRef, mlirIdentifierStr, (MlirIdentifier))                                           \
  X(MlirLocation, mlirLocationFileLineColGet,                                                     \
    (MlirContext, MlirStringRef, unsigned, unsigned))                                             \
  X(bool, mlirLocationIsAFileLineColRange, (MlirLocation))                                        \
  X(MlirIdentifier, mlirLocationFileLineColRangeGetFilename, (MlirLocation))                      \
  X(int, mlirLocationFileLineColRangeGetStartLine, (MlirLocation))                                \
  X(int, mlirLocationFileLineColRangeGetStartColumn, (MlirLocation))                              \
  X(bool, mlirLocationIsAName, (MlirLocation))                                                    \
  X(MlirLocation, mlirLocationNameGetChildLoc, (MlirLocation))                                    \
  X(bool, mlirLocationIsACallSite, (MlirLocation))                                                \
  X(MlirLocation, mlirLocationCallSiteGetCallee, (MlirLocation))                                  \
  X(bool, mlirLocationIsAFused, (MlirLocation))                                                   \
  X(unsigned, mlirLocationFusedGetNumLocations, (MlirLocation))                                   \
  X(void, mlirLocationFusedGetLocations, (MlirLocation, MlirLocation*))                           \
  X(MlirLocation, mlirDiagnosticGetLocation, (MlirDiagnostic))                                    \
  X(MlirDiagnosticSeverity, mlirDiagnosticGetSeverity, (MlirDiagnostic))                          \
  X(void, mlirDiagnosticPrint, (MlirDiagnostic, MlirStringCallback, void*))                       \
  X(intptr_t, mlirDiagnosticGetNumNotes, (MlirDiagnostic))                                        \
  X(MlirDiagnostic, mlirDiagnosticGetNote, (MlirDiagnostic, intptr_t))

class MlirLibrary {
 public:
  // Loads the library once per process. A second path than the first one is kFailedPrecondition; a
  // missing file or symbol is kUnavailable with what would mend it.
  static Result<const MlirLibrary*> load(const std::string& path);

  // Any other exported symbol; null when the library has none of that name.
  void* symbol(const char* name) const;
  const std::string& path() const { return path_; }

#define TUNDISH_DECLARE(result, name, parameters) result(*name) parameters = nullptr;
  TUNDISH_MLIR_FUNCTIONS(TUNDISH_DECLARE)
#undef TUNDISH_DECLARE

 private:
  static Result<const MlirLibrary*> open(const std::string& path);
  std::string path_;
  void* handle_ = nullptr;
};

// What a printing function of the API prints.
template <typename Print, typename Object>
std::string printed(Print print, Object object) {
  std::string text;
  print(
      object,
      [](MlirStringRef piece, void* out) { static_cast<std::string*>(out)->append(view(piece)); },
      &text);
  return text;
}

}  // namespace tundish
