#include "cli/context.h"

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <thread>

#include "base/human_units.h"

namespace tundish::cli {
namespace {

volatile std::sig_atomic_t g_interrupted = 0;

extern "C" void on_signal(int) {
  if (g_interrupted != 0) std::_Exit(130);  // the second time the user means it
  g_interrupted = 1;
}

// Where exit code 3 goes for harnesses that have a code of their own for "skipped".
int unsupported_exit_code() {
  const char* text = std::getenv("TUNDISH_EXIT_UNSUPPORTED");
  if (text == nullptr || *text == '\0') return 3;
  const int code = std::atoi(text);
  return code >= 0 && code <= 255 ? code : 3;
}

bool is_terminal(int fd) { return isatty(fd) != 0; }

}  // namespace

// One line on the terminal that says what is going on and for how long, after the first second.
class Context::ProgressLine {
 public:
  ProgressLine() : thread_([this](std::stop_token stop) { draw(stop); }) {}
  ~ProgressLine() { clear(); }

  void set_phase(const std::string& phase) {
    std::lock_guard lock(mutex_);
    if (phase_.empty()) start_ = std::chrono::steady_clock::now();
    phase_ = phase;
  }
  void clear() {
    std::lock_guard lock(mutex_);
    phase_.clear();
    if (is_drawn_) std::fputs("\r\033[K", stderr);
    is_drawn_ = false;
  }

 private:
  void draw(std::stop_token stop) {
    while (!stop.stop_requested()) {
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      std::lock_guard lock(mutex_);
      const double elapsed =
          std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
      if (phase_.empty() || elapsed < 1) continue;
      std::fprintf(stderr, "\r\033[K%s … %.0f s", phase_.c_str(), elapsed);
      std::fflush(stderr);
      is_drawn_ = true;
    }
  }

  std::mutex mutex_;
  std::string phase_;
  std::chrono::steady_clock::time_point start_;
  bool is_drawn_ = false;
  std::jthread thread_;  // last: it uses the others
};

Result<Toolkit*> Context::toolkit() {
  if (!toolkit_) {
    ToolkitOptions options;
    options.isolation = in_process ? Isolation::kInProcess : Isolation::kHost;
    options.use_cache = !no_cache;
    TUNDISH_ASSIGN(toolkit_, Toolkit::create(options));
  }
  return toolkit_.get();
}

bool Context::is_interrupted() { return g_interrupted != 0; }

CompileControl Context::control() {
  struct sigaction action = {};
  action.sa_handler = on_signal;
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  CompileControl control;
  control.is_cancelled = [] { return g_interrupted != 0; };
  if (verbosity >= 0 && is_terminal(STDERR_FILENO)) {
    if (!progress_) progress_ = std::make_shared<ProgressLine>();
    control.on_progress = [line = progress_](const CompileProgress& progress) {
      line->set_phase(progress.phase);
    };
  }
  return control;
}

void Context::clear_progress() {
  if (progress_) progress_->clear();
}

void Context::print(const nlohmann::json& document, const std::function<void()>& print_text) {
  clear_progress();
  if (json) {
    std::printf("%s\n",
                document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
  } else {
    print_text();
  }
}

void Context::fail(const Status& status) {
  clear_progress();
  const CodeInfo& info = code_info(status.code());
  exit_status = info.exit_code == 3 ? unsupported_exit_code() : info.exit_code;
  bool is_said = false;
  for (const Diagnostic& diagnostic : status.diagnostics()) {
    std::fprintf(stderr, "%s\n", diagnostic.to_string().c_str());
    const std::string& text = diagnostic.message;
    is_said |= text == status.message() ||
               (status.stage() == Stage::kParse && !text.empty() &&
                diagnostic.severity == Severity::kError && status.message().ends_with(text));
  }
  if (!is_said) std::fprintf(stderr, "tundish: error: %s\n", status.message().c_str());
  if (!status.reproducer().empty()) {
    std::fprintf(stderr, "tundish: to reproduce: %s\n", status.reproducer().c_str());
  }
  if (!json) return;
  nlohmann::json diagnostics = nlohmann::json::array();
  for (const Diagnostic& diagnostic : status.diagnostics()) {
    diagnostics.push_back(to_json(diagnostic));
  }
  nlohmann::json document = {
      {"status", "failed"}, {"error", to_json(status)}, {"diagnostics", diagnostics}};
  if (!status.reproducer().empty()) document["reproducer"] = status.reproducer();
  std::printf("%s\n",
              document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
}

void Context::warn(const std::string& message) {
  clear_progress();
  if (verbosity >= 0) std::fprintf(stderr, "tundish: warning: %s\n", message.c_str());
}

void Context::note(const std::string& message) {
  clear_progress();
  if (verbosity >= 1) std::fprintf(stderr, "tundish: %s\n", message.c_str());
}

CLI::App* add_command(CLI::App& app, Context& context, const std::string& name,
                      const std::string& description, const std::string& example,
                      std::function<Status()> run) {
  CLI::App* command = app.add_subcommand(name, description);
  command->footer("Example:\n  " + example);
  command->fallthrough();  // global flags may follow the command's name
  command->callback([&context, run = std::move(run)] {
    if (Status status = run(); !status.ok()) context.fail(status);
  });
  return command;
}

nlohmann::json to_json(const Diagnostic& diagnostic) {
  return {{"severity", severity_name(diagnostic.severity)},
          {"file", diagnostic.file},
          {"line", diagnostic.line},
          {"column", diagnostic.column},
          {"message", diagnostic.message}};
}

nlohmann::json to_json(const Status& status) {
  return {{"code", code_info(status.code()).name},
          {"message", status.message()},
          {"stage", stage_name(status.stage())}};
}

nlohmann::json to_json(const Signature& signature) {
  const auto arguments = [](const std::vector<Argument>& list) {
    nlohmann::json types = nlohmann::json::array();
    for (const Argument& argument : list) {
      nlohmann::json entry = {{"type", argument.type.to_string()}};
      if (!argument.name.empty()) entry["name"] = argument.name;
      types.push_back(std::move(entry));
    }
    return types;
  };
  nlohmann::json functions = nlohmann::json::array();
  for (const FunctionSignature& function : signature.functions) {
    functions.push_back({{"name", function.name},
                         {"inputs", arguments(function.inputs)},
                         {"results", arguments(function.results)}});
  }
  return functions;
}

}  // namespace tundish::cli
