// Backend: compiles modules and runs what it compiled. Registry: the backends of this build.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tundish/backend/executable.h"
#include "tundish/backend/options.h"
#include "tundish/backend/signature.h"
#include "tundish/backend/target.h"
#include "tundish/base/status.h"
#include "tundish/module/source.h"

namespace tundish {

class ParameterFile;  // tundish/parameters/parameter_file.h

// Immutable bytes and whatever keeps them alive (a mapped file, a vector, shared memory).
struct Bytes {
  std::shared_ptr<const void> owner;
  std::span<const std::byte> data;

  static Bytes own(std::string contents);
  std::string_view view() const {
    return {reinterpret_cast<const char*>(data.data()), data.size()};
  }
};

// A rule of the profile table that applied, for `explain` and reports.
struct AppliedRule {
  std::string flag;    // what it adds to the compiler's command
  std::string reason;  // why, in a sentence
};

struct CompileReport {
  std::string backend;
  std::string compiler_version;
  std::string target;              // resolved, canonical
  std::vector<AppliedRule> rules;  // in the order of the flags
  std::vector<std::string> notes;  // e.g. "compiled as sm_89 PTX; the driver finishes it"
  double seconds = 0;              // wall clock of the compiler's work
};

struct Compiled {
  Bytes executable;
  Signature signature;
  std::vector<Diagnostic> diagnostics;  // warnings survive success
  CompileReport report;
  std::map<std::string, std::string> intermediates;  // file name → text, for CompileOptions::emit
};

// What a compilation is doing now.
struct CompileProgress {
  std::string phase;  // "parse", "optimise", "generate code", …
};

// How a caller takes part in a compilation that may run long. Thread-safe members.
struct CompileControl {
  std::function<void(const CompileProgress&)> on_progress;  // may be empty; called from any thread
  // Asked now and then; true cancels. May be empty.
  std::function<bool()> is_cancelled;
};

// What the compiler alone can tell about a program before Tundish reads StableHLO itself.
struct SourceFacts {
  Signature signature;
  std::vector<std::pair<std::string, int64_t>> op_counts;  // by full op name, sorted by name
  int64_t constant_bytes = 0;                              // dense constants of one KiB or more
  std::vector<AppliedRule> rules;  // what compiling for the given target and options would apply
  std::vector<std::string> notes;
  std::vector<AppliedRule> skipped_rules;  // the others; `reason` is the condition that fails
};

struct DeviceInfo {
  std::string name;         // "local-task", "vulkan:0"
  std::string description;  // "llvmpipe (LLVM 15.0.6, 256 bits)"
};

// Parameters by scope; the files stay mapped while an executable uses them.
using ParameterScopes = std::map<std::string, std::vector<std::shared_ptr<const ParameterFile>>>;

struct LoadOptions {
  std::vector<std::string> devices;  // empty: the backend's default for the executable's target
  int threads = 0;                   // of devices that run on the host's cores; 0: one per core
  ParameterScopes parameters;
  Limits limits;  // of a load or a run, where those are isolated
};

class Backend {
 public:
  virtual ~Backend() = default;
  virtual std::string_view name() const = 0;
  // Name and revision of what compiles, as cache keys hold it. kUnavailable where the compiler is
  // missing. Must be cheap: a cache hit asks for it.
  virtual Result<std::string> compiler_version() const = 0;
  // OK, or the reason why this backend cannot compile for `target`, with what would mend it.
  virtual Status supports(const Target& target) const = 0;
  // What the user should know about executables for `target`, in a sentence; empty for nothing.
  virtual std::string target_note(const Target&) const { return {}; }
  // Everything beside program, target and compiler that decides what compiling gives, as far as it
  // is known without reading the program: flags and the revision of the rules. Part of the cache
  // key, so free of paths.
  virtual Result<std::vector<std::string>> key_flags(const Target& target,
                                                     const CompileOptions& options) const = 0;
  // `target` must be resolved. Diagnostics name places in the user's source.
  virtual Result<Compiled> compile(const Source& source, const Target& target,
                                   const CompileOptions& options,
                                   const CompileControl& control) = 0;
  virtual Result<SourceFacts> inspect(const Source& source, const Target& target,
                                      const CompileOptions& options) = 0;
  // What can run executables here.
  virtual Result<std::vector<DeviceInfo>> devices() = 0;
  // `executable` is kept alive by the result. kDataLoss for truncated or foreign bytes,
  // kFailedPrecondition for another machine's, kUnavailable where the device is missing.
  virtual Result<std::shared_ptr<Executable>> load(Bytes executable,
                                                   const LoadOptions& options) = 0;
};

// The backends of this build, by name. Filled once by a composition root, then only read.
class Registry {
 public:
  void add(std::shared_ptr<Backend> backend);
  // kUnimplemented lists the backends there are.
  Result<std::shared_ptr<Backend>> find(std::string_view name) const;
  std::vector<std::string> names() const;

 private:
  std::vector<std::shared_ptr<Backend>> backends_;
};

}  // namespace tundish
