// tundish: the command line. Parses, calls, prints; the work is in the library.
#include <csignal>
#include <cstdio>
#include <exception>

#include "cli/context.h"
#include "tundish/base/log.h"

namespace tundish::cli {
namespace {

constexpr int kOurBug = 70;
constexpr int kUsageError = 2;

void add_global_flags(CLI::App& app, Context& context) {
  app.add_flag("--json", context.json, "one JSON document on stdout, nothing else");
  app.add_flag_callback("-q,--quiet", [&] { context.verbosity = -1; }, "errors only");
  app.add_flag_function(
      "-v,--verbose", [&](int64_t count) { context.verbosity = static_cast<int>(count); },
      "say more; twice: the log of the library");
  app.add_flag("--no-cache", context.no_cache, "neither read nor write the cache");
  app.add_flag("--in-process", context.in_process,
               "work in this process: less set-up, and no protection from crashes");
}

int run(int argc, char** argv) {
  CLI::App app{"Compiles StableHLO models for any target, runs, measures and explains them."};
  app.name("tundish");
  app.set_version_flag("--version", std::string("tundish ") + tundish_version());
  app.require_subcommand(1);
  app.footer(
      "Start here:\n"
      "  tundish run models/elementwise.mlir --input 10xf32=1 --input 10xf32=2\n"
      "  tundish compile model.mlir -o model.vmfb --target cpu\n"
      "  tundish doctor                     what is missing, and the command that mends it\n"
      "\n"
      "Each command has --help with an example. Exit codes: 0 done, 1 the answer is no,\n"
      "2 your mistake, 3 unsupported here, 4 a compiler failed or ran out of its limits, 70 our "
      "bug.");
  Context context;
  add_global_flags(app, context);
  add_bench_command(app, context);
  add_cache_command(app, context);
  add_compile_command(app, context);
  add_config_command(app, context);
  add_doctor_command(app, context);
  add_explain_command(app, context);
  add_inspect_command(app, context);
  add_run_command(app, context);
  add_targets_command(app, context);
  add_validate_command(app, context);
  app.parse_complete_callback([&] {
    if (context.verbosity >= 2) set_log_sink(stderr_log_sink(), LogLevel::kDebug);
  });
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int status = app.exit(error);
    return status == 0 ? 0 : kUsageError;
  }
  return context.exit_status;
}

}  // namespace
}  // namespace tundish::cli

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);
  try {
    return tundish::cli::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "tundish: internal error: %s\n", error.what());
    return tundish::cli::kOurBug;
  }
}
