// MODEL_OR_EXECUTABLE on a command line: opened, compiled if it is a program, loaded.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/context.h"

namespace tundish::cli {

// The flags that commands which run something share.
struct ModelFlags {
  std::string path;
  std::string function;
  std::string device;  // empty: what suits the target
  std::string backend = "iree";
  std::string target;  // empty: what suits the device, `cpu` for local devices
  std::string profile = "aggressive";
  std::vector<std::string> parameters;  // "scope=FILE"
  std::vector<std::string> iree_flags;
  int threads = 0;
  double timeout_seconds = 0;
  std::string memory_limit;  // "2GB"

  // Declares them on `command`, MODEL_OR_EXECUTABLE first.
  void add_to(CLI::App& command);
};

struct OpenedModel {
  std::shared_ptr<Executable> executable;
  Bytes bytes;                             // of the executable
  std::optional<CompileOutcome> compiled;  // when it was a program
};

// Parses "scope=FILE" and opens the files. kInvalidArgument names the flag.
Result<ParameterScopes> open_parameters(const std::vector<std::string>& flags);

// Compile options and limits from the flags.
Result<CompileOptions> compile_options(const ModelFlags& flags);
Result<LoadOptions> load_options(const ModelFlags& flags);

// Binds `function` to `literals` (each as on a command line), or to random inputs where there are
// none; dynamic dimensions of random inputs become 1.
Result<std::unique_ptr<Call>> prepare_call(Instance& instance, const FunctionSignature& function,
                                           const std::vector<std::string>& literals);

// Opens, compiles through the cache where needed, and loads. An executable is told by its content.
Result<OpenedModel> open_model(Context& context, const ModelFlags& flags);

}  // namespace tundish::cli
