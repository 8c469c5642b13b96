// What every command shares: the global flags, the toolkit, how results and errors are printed.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tundish/api/toolkit.h"
#include "tundish/base/status.h"

namespace tundish::cli {

// Results go to stdout; diagnostics and progress to stderr. With --json stdout gets one JSON
// document and nothing else.
class Context {
 public:
  // Global flags, also accepted after a command's name.
  bool json = false;
  int verbosity = 0;        // -q: -1, -v: 1, -vv: 2
  bool in_process = false;  // --isolation in-process
  bool no_cache = false;

  // The toolkit that the flags ask for, made when first needed.
  Result<Toolkit*> toolkit();
  // True after SIGINT or SIGTERM; long work asks for it.
  static bool is_interrupted();
  // Control for compilations: progress on a terminal for anything over a second, and SIGINT
  // cancels.
  CompileControl control();
  // Clears the progress line; call before printing.
  void clear_progress();

  // Prints `document` on stdout when --json was given, else calls `print_text`.
  void print(const nlohmann::json& document, const std::function<void()>& print_text);
  // Diagnostics, then "error: …" with what mends it and where the reproducer is, on stderr; with
  // --json also {"status": "failed", "error": {…}, "diagnostics": […]} on stdout. Sets the exit
  // status from the code.
  void fail(const Status& status);
  void warn(const std::string& message);
  void note(const std::string& message);  // only with -v

  int exit_status = 0;

 private:
  class ProgressLine;
  std::shared_ptr<Toolkit> toolkit_;
  std::shared_ptr<ProgressLine> progress_;
};

// Declares a command whose `run` returns a Status; failures go through Context::fail(). The
// returned App takes options; `example` ends its --help.
CLI::App* add_command(CLI::App& app, Context& context, const std::string& name,
                      const std::string& description, const std::string& example,
                      std::function<Status()> run);

// The JSON forms that several commands print.
nlohmann::json to_json(const Diagnostic& diagnostic);
nlohmann::json to_json(const Status& status);  // {"code", "message", "stage"}
nlohmann::json to_json(const Signature& signature);

// One function per command, each in a file of its own.
void add_bench_command(CLI::App& app, Context& context);
void add_cache_command(CLI::App& app, Context& context);
void add_compile_command(CLI::App& app, Context& context);
void add_config_command(CLI::App& app, Context& context);
void add_doctor_command(CLI::App& app, Context& context);
void add_explain_command(CLI::App& app, Context& context);
void add_inspect_command(CLI::App& app, Context& context);
void add_run_command(CLI::App& app, Context& context);
void add_targets_command(CLI::App& app, Context& context);
void add_validate_command(CLI::App& app, Context& context);

}  // namespace tundish::cli
