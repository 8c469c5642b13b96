// Toolkit: the library in one object. Compiles through the cache, loads, runs, inspects.
//
//   TUNDISH_ASSIGN(auto toolkit, Toolkit::create({}));
//   TUNDISH_ASSIGN(Source source, Source::from_file("model.mlir"));
//   TUNDISH_ASSIGN(Target target, parse_target("cpu"));
//   TUNDISH_ASSIGN(CompileOutcome outcome, toolkit->compile({.source = source, .target = target}));
//   TUNDISH_ASSIGN(auto executable, toolkit->load(outcome.compiled.executable, {}));
//   TUNDISH_ASSIGN(auto instance, executable->create_instance());
//   TUNDISH_ASSIGN(auto results, instance->run("main", inputs));
//
// Thread-safe; share one Toolkit. What it makes keeps what it needs alive.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tundish/backend/backend.h"

namespace tundish {

struct ToolkitOptions {
  // Where compilers and executables work. kHost needs the program `tundish-host`.
  Isolation isolation = Isolation::kHost;
  bool use_cache = true;
  std::string cache_folder;      // empty: $TUNDISH_CACHE_DIR, or the user's cache folder
  uint64_t cache_max_bytes = 0;  // 0: the cache's default
};

struct CompileRequest {
  Source source;
  Target target;  // an unresolved `cpu` becomes this host
  CompileOptions options;
  std::string backend = "iree";
};

struct CompileOutcome {
  Compiled compiled;
  bool is_cache_hit = false;
  std::string key;       // "<sha-256>/<size>" of the Remote Execution Action
  Status cache_warning;  // why the cache could not be used or written; OK normally
  double seconds = 0;    // wall clock of this request, cache included
};

class Toolkit {
 public:
  static Result<std::shared_ptr<Toolkit>> create(const ToolkitOptions& options);
  ~Toolkit();

  // Compiles, or takes from the cache what an equal request made before. Of equal requests at the
  // same time one compiles and the others wait for it. Errors: as Backend::compile.
  Result<CompileOutcome> compile(const CompileRequest& request, const CompileControl& control = {});
  // As Backend::load. `backend` empty: told by the bytes.
  Result<std::shared_ptr<Executable>> load(Bytes executable, const LoadOptions& options,
                                           std::string_view backend = "");
  // What compiling `request` would use: signature, facts, rules.
  Result<SourceFacts> inspect(const CompileRequest& request);
  // The devices of every backend; a backend that cannot tell is left out.
  std::vector<DeviceInfo> devices();

  const Registry& registry() const;
  // The folder of the cache; empty when there is none.
  std::string cache_folder() const;

 private:
  struct State;
  explicit Toolkit(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Whether `bytes` are an executable of the IREE backend (told by their first bytes).
bool is_iree_executable(std::string_view bytes);

// "0.1.0".
const char* tundish_version();

}  // namespace tundish
