#include "backend/iree/prepared_module.h"

#include <functional>

namespace tundish::iree {
namespace {

// The file name of numbered locations: the line is the number plus one.
constexpr std::string_view kNumbered = "tundish";
// What mlirModuleCreateParse calls the text it is given.
constexpr std::string_view kParsedBuffer = "-";

void walk(const MlirLibrary& mlir, MlirOperation root,
          const std::function<MlirWalkResult(MlirOperation)>& visit) {
  mlir.mlirOperationWalk(
      root,
      [](MlirOperation operation, void* user_data) {
        return (*static_cast<const std::function<MlirWalkResult(MlirOperation)>*>(user_data))(
            operation);
      },
      const_cast<void*>(static_cast<const void*>(&visit)), kMlirWalkPreOrder);
}

Severity severity_of(MlirDiagnosticSeverity severity) {
  switch (severity) {
    case kMlirError:
      return Severity::kError;
    case kMlirWarning:
      return Severity::kWarning;
    case kMlirNote:
      return Severity::kNote;
    case kMlirRemark:
      return Severity::kRemark;
  }
  return Severity::kError;
}

std::string name_of(const MlirLibrary& mlir, MlirOperation operation) {
  return std::string(view(mlir.mlirIdentifierStr(mlir.mlirOperationGetName(operation))));
}

bool is_public_function(const MlirLibrary& mlir, MlirOperation operation) {
  if (name_of(mlir, operation) != "func.func") return false;
  MlirAttribute visibility =
      mlir.mlirOperationGetAttributeByName(operation, mlir_ref("sym_visibility"));
  return visibility.ptr == nullptr || !mlir.mlirAttributeIsAString(visibility) ||
         view(mlir.mlirStringAttrGetValue(visibility)) == "public";
}

}  // namespace

DiagnosticCollector::DiagnosticCollector(const MlirLibrary& mlir, MlirContext context,
                                         const Source& source)
    : mlir_(mlir), context_(context), source_(source) {
  id_ = mlir_.mlirContextAttachDiagnosticHandler(
      context_,
      [](MlirDiagnostic diagnostic, void* self) {
        static_cast<DiagnosticCollector*>(self)->add(diagnostic);
        return MlirLogicalResult{1};
      },
      this, nullptr);
}

DiagnosticCollector::~DiagnosticCollector() {
  mlir_.mlirContextDetachDiagnosticHandler(context_, id_);
}

Diagnostic DiagnosticCollector::place_of(MlirLocation location) const {
  Diagnostic place;
  if (mlir_.mlirLocationIsAFileLineColRange(location)) {
    const std::string file(
        view(mlir_.mlirIdentifierStr(mlir_.mlirLocationFileLineColRangeGetFilename(location))));
    place.line = mlir_.mlirLocationFileLineColRangeGetStartLine(location);
    place.column = mlir_.mlirLocationFileLineColRangeGetStartColumn(location);
    if (file == kNumbered) {
      const auto number = static_cast<size_t>(place.line) - 1;
      return number < places_.size() ? places_[number] : Diagnostic{};
    }
    place.file = file == kParsedBuffer ? source_.name() : file;
    return place;
  }
  if (mlir_.mlirLocationIsAName(location)) {
    return place_of(mlir_.mlirLocationNameGetChildLoc(location));
  }
  if (mlir_.mlirLocationIsACallSite(location)) {
    return place_of(mlir_.mlirLocationCallSiteGetCallee(location));
  }
  if (mlir_.mlirLocationIsAFused(location)) {
    std::vector<MlirLocation> parts(mlir_.mlirLocationFusedGetNumLocations(location));
    mlir_.mlirLocationFusedGetLocations(location, parts.data());
    for (MlirLocation part : parts) {
      if (place = place_of(part); place.line > 0) return place;
    }
  }
  return place;
}

void DiagnosticCollector::add(MlirDiagnostic diagnostic) {
  constexpr size_t kMost = 200;          // a compiler may repeat itself for ever
  constexpr size_t kLongest = 16 << 10;  // and print whole constants
  if (diagnostics_.size() >= kMost) return;
  Diagnostic converted = place_of(mlir_.mlirDiagnosticGetLocation(diagnostic));
  if (converted.file.empty()) converted.file = source_.name();
  converted.severity = severity_of(mlir_.mlirDiagnosticGetSeverity(diagnostic));
  converted.message = printed(mlir_.mlirDiagnosticPrint, diagnostic);
  if (converted.message.size() > kLongest) {
    converted.message = converted.message.substr(0, kLongest) + " … (cut)";
  }
  const bool is_repeated =
      !diagnostics_.empty() && diagnostics_.back().to_string() == converted.to_string();
  if (!is_repeated) diagnostics_.push_back(std::move(converted));
  for (intptr_t i = 0; i < mlir_.mlirDiagnosticGetNumNotes(diagnostic) && !is_repeated; ++i) {
    MlirDiagnostic note = mlir_.mlirDiagnosticGetNote(diagnostic, i);
    // Dumps of the compiler's own state say nothing about the user's program.
    if (printed(mlir_.mlirDiagnosticPrint, note).starts_with("see current operation")) continue;
    add(note);
  }
}

Result<MlirModule> parse_module(const MlirLibrary& mlir, MlirContext context, const Source& source,
                                DiagnosticCollector& diagnostics) {
  TUNDISH_TRY(source.check());
  // Portable artifacts hold VHLO ops alone; what the compiler turns them into must be loaded, too.
  for (const char* dialect : {"func", "stablehlo"}) {
    mlir.mlirContextGetOrLoadDialect(context, mlir_ref(dialect));
  }
  // MLIR wants text to end in a zero byte, and bytecode at an aligned address.
  const std::string copy(source.bytes());
  MlirModule module = mlir.mlirModuleCreateParse(context, mlir_ref(copy));
  if (module.ptr != nullptr) return module;
  std::vector<Diagnostic> found = diagnostics.take();
  for (Diagnostic& diagnostic : found) {
    // Bytecode has no lines; its errors are about the file as a whole.
    if (diagnostic.line == 0) diagnostic.line = diagnostic.column = 1;
  }
  std::string message = source.name() + ":1:1: not a valid MLIR module";
  for (const Diagnostic& diagnostic : found) {
    if (diagnostic.severity != Severity::kError) continue;
    Diagnostic plain = diagnostic;
    message = plain.file + ':' + std::to_string(plain.line) + ':' + std::to_string(plain.column) +
              ": " + plain.message;
    break;
  }
  return invalid_argument(message).with_diagnostics(std::move(found)).with_stage(Stage::kParse);
}

std::vector<Diagnostic> number_locations(const MlirLibrary& mlir, MlirContext context,
                                         MlirModule module,
                                         const DiagnosticCollector& diagnostics) {
  std::vector<Diagnostic> places;
  walk(mlir, mlir.mlirModuleGetOperation(module), [&](MlirOperation operation) {
    places.push_back(diagnostics.place_of(mlir.mlirOperationGetLocation(operation)));
    MlirLocation number = mlir.mlirLocationFileLineColGet(context, mlir_ref(kNumbered),
                                                          static_cast<unsigned>(places.size()), 1);
    mlir.mlirOperationSetLocation(operation, number);
    for (intptr_t r = 0; r < mlir.mlirOperationGetNumRegions(operation); ++r) {
      MlirRegion region = mlir.mlirOperationGetRegion(operation, r);
      for (MlirBlock block = mlir.mlirRegionGetFirstBlock(region); block.ptr != nullptr;
           block = mlir.mlirBlockGetNextInRegion(block)) {
        for (intptr_t a = 0; a < mlir.mlirBlockGetNumArguments(block); ++a) {
          mlir.mlirBlockArgumentSetLocation(mlir.mlirBlockGetArgument(block, a), number);
        }
      }
    }
    return kMlirWalkAdvance;
  });
  return places;
}

void add_reflection(const MlirLibrary& mlir, MlirContext context, MlirModule module,
                    const std::map<std::string, std::string>& entries) {
  std::string dictionary;
  for (const auto& [key, text] : entries) {
    dictionary += (dictionary.empty() ? "{" : ", ") + key + " = \"" + text + '"';
  }
  MlirAttribute reflection = mlir.mlirAttributeParseGet(context, mlir_ref(dictionary + '}'));
  walk(mlir, mlir.mlirModuleGetOperation(module), [&](MlirOperation operation) {
    if (!is_public_function(mlir, operation)) return kMlirWalkAdvance;
    mlir.mlirOperationSetDiscardableAttributeByName(operation, mlir_ref("iree.reflection"),
                                                    reflection);
    return kMlirWalkSkip;
  });
}

}  // namespace tundish::iree
