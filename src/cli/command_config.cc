// tundish config: checks a configuration file, or prints its full form.
#include <cstdio>

#include "base/file.h"
#include "cli/context.h"
#include "tundish/config/compile_config.h"

namespace tundish::cli {
namespace {

// More than parse_config() takes, so that it is the one to say what is too large.
constexpr uint64_t kMaxConfigBytes = 1 << 20;

Result<CompileConfig> read_config(const std::string& path) {
  TUNDISH_ASSIGN(const std::string text, read_file(path, kMaxConfigBytes));
  return parse_config(text, path);
}

// "/target_features/1: found …" as its two parts; syntax errors have no pointer.
nlohmann::json problem_of(const Diagnostic& diagnostic) {
  std::string pointer;
  std::string message = diagnostic.message;
  if (const size_t end = message.find(": "); message.starts_with('/') && end != message.npos) {
    pointer = message.substr(0, end);
    message.erase(0, end + 2);
  }
  return {{"pointer", pointer},
          {"message", message},
          {"line", diagnostic.line},
          {"column", diagnostic.column}};
}

// An invalid file is an answer of `check`: in JSON it has the form that validate-config.py prints.
Status check(Context& context, const std::string& path) {
  const Result<CompileConfig> config = read_config(path);
  if (!config.has_value()) {
    const Status& status = config.error();
    if (!context.json || status.diagnostics().empty()) return status;
    nlohmann::json errors = nlohmann::json::array();
    for (const Diagnostic& diagnostic : status.diagnostics()) {
      std::fprintf(stderr, "%s\n", diagnostic.to_string().c_str());
      errors.push_back(problem_of(diagnostic));
    }
    context.print({{"valid", false}, {"errors", errors}}, [] {});
    context.exit_status = code_info(status.code()).exit_code;
    return {};
  }
  TUNDISH_ASSIGN(const OutputPlan plan, output_plan(*config));
  nlohmann::json outputs = nlohmann::json::array();
  for (const PlannedOutput& output : plan.outputs) {
    outputs.push_back({{"target", output.target_text}, {"output_file", output.path}});
  }
  context.print({{"valid", true}, {"errors", nlohmann::json::array()}, {"outputs", outputs}}, [&] {
    std::printf("%s is valid; it compiles %s to\n", path.c_str(), config->input_file.c_str());
    for (const PlannedOutput& output : plan.outputs) {
      std::printf("  %-20s %s\n", output.target_text.c_str(), output.path.c_str());
    }
  });
  return {};
}

// The full form is JSON already: --json changes nothing.
Status print_normalized(const std::string& path) {
  TUNDISH_ASSIGN(const CompileConfig config, read_config(path));
  std::fputs(normalize(config).c_str(), stdout);
  return {};
}

}  // namespace

void add_config_command(CLI::App& app, Context& context) {
  CLI::App* config = app.add_subcommand("config", "Check or complete a configuration file");
  config->footer("Example:\n  tundish config check compile_config.json");
  config->require_subcommand(1);
  config->fallthrough();
  auto path = std::make_shared<std::string>();
  add_command(*config, context, "check", "Say what is wrong with a file, and where",
              "tundish config check compile_config.json",
              [&context, path] { return check(context, *path); })
      ->add_option("FILE", *path, "JSON configuration")
      ->required();
  add_command(*config, context, "normalize", "Print the full form, every default filled in",
              "tundish config normalize compile_config.json",
              [path] { return print_normalized(*path); })
      ->add_option("FILE", *path, "JSON configuration")
      ->required();
}

}  // namespace tundish::cli
