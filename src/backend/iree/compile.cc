#include "backend/iree/compile.h"

#include <chrono>
#include <filesystem>

#include "backend/iree/module_facts.h"
#include "backend/iree/prepared_module.h"
#include "backend/iree/profile_rules.h"
#include "backend/iree/target_table.h"
#include "base/file.h"
#include "base/spelling.h"
#include "base/temporary_folder.h"

namespace tundish::iree {
namespace {

using Clock = std::chrono::steady_clock;

// One compiler session: a context and its flags. Destroyed in reverse order of creation.
class Session {
 public:
  explicit Session(const CompilerApi& api) : api_(api), session_(api.ireeCompilerSessionCreate()) {}
  ~Session() {
    if (invocation_ != nullptr) api_.ireeCompilerInvocationDestroy(invocation_);
    api_.ireeCompilerSessionDestroy(session_);
  }
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  MlirContext context() const { return api_.ireeCompilerSessionBorrowContext(session_); }

  // An unknown flag is kInvalidArgument and offers the nearest ones.
  Status set_flags(const std::vector<std::string>& flags) {
    std::vector<const char*> argv;
    for (const std::string& flag : flags) argv.push_back(flag.c_str());
    const std::string error = api_.take_message(
        api_.ireeCompilerSessionSetFlags(session_, static_cast<int>(argv.size()), argv.data()));
    if (error.empty()) return {};
    for (const std::string& flag : flags) {
      if (!is_known(flag)) {
        return invalid_argument("the IREE compiler has no flag '" + flag + "'" +
                                did_you_mean(stem(flag), known_flags()));
      }
    }
    return invalid_argument("the IREE compiler refused its flags: " + error);
  }

  // Hands `module` over to the compiler.
  Status import(MlirModule module) {
    invocation_ = api_.ireeCompilerInvocationCreate(session_);
    if (api_.ireeCompilerInvocationImportStealModule(invocation_,
                                                     api_.mlir->mlirModuleGetOperation(module))) {
      return {};
    }
    return aborted("the IREE compiler could not import the module");
  }

  // Runs the pipeline up to and including `phase`.
  bool run_to(const char* from, const char* to) {
    if (from != nullptr) api_.ireeCompilerInvocationSetCompileFromPhase(invocation_, from);
    api_.ireeCompilerInvocationSetCompileToPhase(invocation_, to);
    return api_.ireeCompilerInvocationPipeline(invocation_, IREE_COMPILER_PIPELINE_STD);
  }

  Result<std::string> executable() {
    iree_compiler_output_t* output = nullptr;
    std::string error = api_.take_message(api_.ireeCompilerOutputOpenMembuffer(&output));
    if (error.empty()) {
      error = api_.take_message(api_.ireeCompilerInvocationOutputVMBytecode(invocation_, output));
    }
    void* contents = nullptr;
    uint64_t size = 0;
    if (error.empty()) {
      error = api_.take_message(api_.ireeCompilerOutputMapMemory(output, &contents, &size));
    }
    std::string bytes;
    if (error.empty()) bytes.assign(static_cast<const char*>(contents), size);
    if (output != nullptr) api_.ireeCompilerOutputDestroy(output);
    if (error.empty()) return bytes;
    return aborted("the IREE compiler could not write the executable: " + error);
  }

 private:
  static std::string stem(const std::string& flag) { return flag.substr(0, flag.find('=')); }

  std::vector<std::string> known_flags() const {
    std::vector<std::string> flags;
    api_.ireeCompilerSessionGetFlags(
        session_, /*nonDefaultOnly=*/false,
        [](const char* flag, size_t length, void* out) {
          static_cast<std::vector<std::string>*>(out)->push_back(stem({flag, length}));
        },
        &flags);
    return flags;
  }
  bool is_known(const std::string& flag) const {
    for (const std::string& known : known_flags()) {
      if (known == stem(flag)) return true;
    }
    return false;
  }

  const CompilerApi& api_;
  iree_compiler_session_t* session_;
  iree_compiler_invocation_t* invocation_ = nullptr;
};

// The compiler's phases, in order, by what a user would call them.
struct Phase {
  const char* last;  // the compiler's name of the last phase it covers
  const char* label;
};
constexpr Phase kPhases[] = {
    {"input", "import"},
    {"dispatch-creation", "optimise and fuse"},
    {"executable-configurations", "schedule"},
    {"executable-targets", "generate code"},
    {"end", "assemble"},
};

std::string first_error(const std::vector<Diagnostic>& diagnostics) {
  for (const Diagnostic& diagnostic : diagnostics) {
    if (diagnostic.severity == Severity::kError) return diagnostic.to_string();
  }
  return "it gave no reason";
}

std::string folder_of(const std::string& path) {
  return std::filesystem::path(path).parent_path().string();
}

Result<std::vector<std::string>> target_notes(const Target& target) {
  TUNDISH_ASSIGN(TargetFlags flags, find_target_flags(target, ""));
  std::vector<std::string> notes;
  if (!flags.note.empty()) notes.push_back(flags.note);
  return notes;
}

Status check_has_public_function(const Source& source, const ModuleFacts& facts) {
  if (!facts.signature.functions.empty()) return {};
  return invalid_argument(source.name() +
                          ":1:1: the module has no public function; expected at least one "
                          "func.func that is not private")
      .with_stage(Stage::kParse);
}

// The forms that CompileOptions::emit names, by the endings of the files in which the compiler
// leaves them.
struct EmitForm {
  const char* name;
  const char* flag;  // the option that makes the compiler leave files in a folder
  std::vector<const char*> endings;
};
const std::vector<EmitForm>& emit_forms() {
  static const auto* forms = new std::vector<EmitForm>{
      {"asm", "--iree-hal-dump-executable-intermediates-to=", {".s"}},
      {"llvm", "--iree-hal-dump-executable-intermediates-to=", {".optimized.ll", ".ll"}},
      {"ptx", "--iree-hal-dump-executable-binaries-to=", {".ptx"}},
      {"spirv", "--iree-hal-dump-executable-binaries-to=", {".spv", ".spirv"}},
      {"dispatches", "--iree-hal-dump-executable-sources-to=", {".mlir"}},
  };
  return *forms;
}

// The folder in which the compiler leaves intermediate files, and what becomes of them.
class Emission {
 public:
  static Result<Emission> prepare(const CompileOptions& options, std::vector<std::string>& flags) {
    Emission emission;
    if (options.emit.empty() || options.emit == "stablehlo") return emission;
    for (const EmitForm& form : emit_forms()) {
      if (form.name != options.emit) continue;
      TUNDISH_ASSIGN(emission.folder_, TemporaryFolder::create());
      emission.form_ = &form;
      flags.push_back(form.flag + emission.folder_.path());
      if (options.emit == "asm") flags.push_back("--iree-llvmcpu-keep-linker-artifacts=false");
      return emission;
    }
    return invalid_argument("unknown form '" + options.emit +
                            "' to emit; expected asm, llvm, ptx, spirv, stablehlo or dispatches");
  }

  Result<std::map<std::string, std::string>> collect(const Target& target) const {
    std::map<std::string, std::string> files;
    if (form_ == nullptr) return files;
    std::error_code error;
    for (const char* ending : form_->endings) {
      for (const auto& entry : std::filesystem::directory_iterator(folder_.path(), error)) {
        const std::string name = entry.path().filename().string();
        if (!name.ends_with(ending)) continue;
        TUNDISH_ASSIGN(files[name], read_file(entry.path().string(), uint64_t{256} << 20));
      }
      if (!files.empty()) return files;
    }
    return invalid_argument("compiling for " + target.to_string() + " leaves no '" +
                            std::string(form_->name) + "' to emit; this target has other forms");
  }

 private:
  TemporaryFolder folder_;
  const EmitForm* form_ = nullptr;
};

// Whether the profile's rules are used.
enum class RuleChoice { kAll, kNone };

Result<Compiled> compile_with(const CompilerApi& api, const Source& source, const Target& target,
                              const CompileOptions& options, const CompileControl& control,
                              RuleChoice choice);

}  // namespace

Result<std::vector<std::string>> compile_flags(const Target& target, const CompileOptions& options,
                                               const std::vector<AppliedRule>& rules,
                                               std::string_view compiler_folder) {
  TUNDISH_ASSIGN(TargetFlags of_target, find_target_flags(target, compiler_folder));
  std::vector<std::string> flags = std::move(of_target.flags);
  if (of_target.can_run_asynchronously) {
    flags.emplace_back("--iree-execution-model=async-external");  // calls take and give fences
  }
  if (options.deterministic && target.family == Family::kCpu) {
    flags.emplace_back("--iree-llvmcpu-reassociate-fp-reductions=false");
  }
  std::string preprocessing = of_target.preprocessing;
  for (const AppliedRule& rule : rules) {
    if (rule.flag.starts_with("--")) {
      flags.push_back(rule.flag);
    } else {
      preprocessing += (preprocessing.empty() ? "" : ",") + rule.flag;
    }
  }
  if (!preprocessing.empty()) {
    flags.push_back("--iree-preprocessing-pass-pipeline=builtin.module(util.func(" + preprocessing +
                    "))");
  }
  flags.insert(flags.end(), options.iree_flags.begin(), options.iree_flags.end());
  return flags;
}

namespace {

Result<Compiled> compile_with(const CompilerApi& api, const Source& source, const Target& target,
                              const CompileOptions& options, const CompileControl& control,
                              RuleChoice choice) {
  const auto start = Clock::now();
  const auto report_progress = [&](const char* phase) {
    if (control.on_progress) control.on_progress({phase});
  };
  report_progress("parse");
  Session session(api);
  const MlirContext context = session.context();
  const MlirLibrary& mlir = *api.mlir;
  DiagnosticCollector diagnostics(mlir, context, source);
  TUNDISH_ASSIGN(MlirModule module, parse_module(mlir, context, source, diagnostics));

  const ModuleFacts facts = read_facts(mlir, mlir.mlirModuleGetOperation(module));
  TUNDISH_TRY(check_has_public_function(source, facts));
  Compiled compiled;
  if (options.emit == "stablehlo") {
    compiled.intermediates["module.mlir"] =
        printed(mlir.mlirOperationPrint, mlir.mlirModuleGetOperation(module));
  }
  diagnostics.map_numbers_to(number_locations(mlir, context, module, diagnostics));
  add_reflection(mlir, context, module, {{"tundish.target", target.to_string()}});

  compiled.signature = facts.signature;
  compiled.report.backend = "iree";
  compiled.report.compiler_version = api.ireeCompilerGetRevision();
  compiled.report.target = target.to_string();
  compiled.report.rules = apply_rules({facts, target, options});
  if (choice == RuleChoice::kNone) compiled.report.rules.clear();
  TUNDISH_ASSIGN(compiled.report.notes, target_notes(target));
  TUNDISH_ASSIGN(std::vector<std::string> flags,
                 compile_flags(target, options, compiled.report.rules, folder_of(mlir.path())));
  TUNDISH_ASSIGN(Emission emission, Emission::prepare(options, flags));
  TUNDISH_TRY(session.set_flags(flags));

  TUNDISH_TRY(session.import(module));
  const char* from = nullptr;
  for (const Phase& phase : kPhases) {
    report_progress(phase.label);
    if (control.is_cancelled && control.is_cancelled()) return cancelled("compilation cancelled");
    if (!session.run_to(from, phase.last)) {
      std::vector<Diagnostic> found = diagnostics.take();
      return aborted("the IREE compiler could not compile " + source.name() + " for " +
                     target.to_string() + ": " + first_error(found))
          .with_diagnostics(std::move(found))
          .with_stage(Stage::kCompile);
    }
    from = phase.last;
  }
  TUNDISH_ASSIGN(std::string bytes, session.executable());
  compiled.executable = Bytes::own(std::move(bytes));
  compiled.diagnostics = diagnostics.take();
  TUNDISH_ASSIGN(auto files, emission.collect(target));
  compiled.intermediates.merge(files);
  compiled.report.seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return compiled;
}

}  // namespace

Result<Compiled> compile_source(const CompilerApi& api, const Source& source, const Target& target,
                                const CompileOptions& options, const CompileControl& control) {
  auto compiled = compile_with(api, source, target, options, control, RuleChoice::kAll);
  if (compiled.has_value() || compiled.error().code() != Code::kAborted) return compiled;
  // Some sets of flags fail on some programs. What is slower and right beats what is refused.
  auto plain = compile_with(api, source, target, options, control, RuleChoice::kNone);
  if (!plain.has_value()) return compiled;
  plain->report.notes.push_back(
      "compiled without the profile's flags, with which the compiler fails: " +
      compiled.error().message().substr(0, 300));
  return plain;
}

Result<SourceFacts> inspect_source(const CompilerApi& api, const Source& source,
                                   const Target& target, const CompileOptions& options) {
  Session session(api);
  DiagnosticCollector diagnostics(*api.mlir, session.context(), source);
  TUNDISH_ASSIGN(MlirModule module,
                 parse_module(*api.mlir, session.context(), source, diagnostics));
  ModuleFacts facts = read_facts(*api.mlir, api.mlir->mlirModuleGetOperation(module));
  SourceFacts result;
  result.rules = apply_rules({facts, target, options});
  result.skipped_rules = skipped_rules({facts, target, options});
  TUNDISH_ASSIGN(result.notes, target_notes(target));
  result.op_counts.assign(facts.op_counts.begin(), facts.op_counts.end());
  result.constant_bytes = facts.constant_bytes;
  result.signature = std::move(facts.signature);
  api.mlir->mlirOperationDestroy(api.mlir->mlirModuleGetOperation(module));
  return result;
}

}  // namespace tundish::iree
