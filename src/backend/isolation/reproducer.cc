#include "backend/isolation/reproducer.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/file.h"
#include "base/human_units.h"
#include "base/sha256.h"
#include "base/temporary_folder.h"
#include "tundish/parameters/parameter_file.h"
#include "tundish/tensor/npy.h"

namespace tundish {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

// Safe to paste into a POSIX shell.
std::string shell_quoted(std::string_view word) {
  const bool is_plain = !word.empty() && word.find_first_not_of(
                                             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                             "0123456789-_=+:,./@%") == word.npos;
  if (is_plain) return std::string(word);
  std::string result = "'";
  for (const char c : word) {
    if (c == '\'') {
      result += "'\\''";
    } else {
      result += c;
    }
  }
  return result + "'";
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  const size_t size = std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &parts);
  return {text, size};
}

json limits_json(const Limits& limits) {
  return {{"timeout_seconds", std::chrono::duration<double>(limits.timeout).count()},
          {"memory_bytes", limits.memory_bytes},
          {"output_bytes", limits.output_bytes}};
}

std::string limit_flags(const Limits& limits) {
  std::string flags;
  if (limits.timeout.count() > 0) {
    const auto seconds = (limits.timeout.count() + 999) / 1000;
    flags += " --timeout " + std::to_string(seconds);
  }
  if (limits.memory_bytes > 0) {
    flags += " --memory-limit " + std::to_string(limits.memory_bytes);
  }
  return flags;
}

std::string versions_text(const FailureFacts& facts) {
  json versions = {{"tundish", TUNDISH_VERSION},
                   {"backend", facts.backend},
                   {"compiler", facts.compiler_version}};
  utsname system{};
  if (uname(&system) == 0) {
    versions["system"] = std::string(system.sysname) + " " + system.release + " " + system.machine;
  }
  return versions.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

std::string error_text(const Status& failure) {
  std::string text = failure.to_string() + "\n";
  for (const Diagnostic& diagnostic : failure.diagnostics()) text += diagnostic.to_string() + "\n";
  return text;
}

std::string readme_text(const Status& failure, std::string_view title, const std::string& command,
                        const std::string& notes) {
  return "# " + std::string(title) + "\n\n" + failure.to_string() +
         "\n\nTo see it again, in this folder:\n\n    " + command + "\n" + notes +
         "\nversions.json says what it was seen with, error.txt holds the whole error, and log.txt "
         "the\n"
         "last of what the isolated child printed. Please attach the folder to a bug report, "
         "after\n"
         "checking that you may share the program.\n";
}

// Removes all but the newest folders. Names start with the time, so their order is that of age.
void remove_old(const std::string& root) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(root, error)) {
    const std::string name = entry.path().filename().string();
    // Only what this file names: the root may be a folder that holds other things.
    const bool is_ours = name.size() >= 17 && name[8] == 'T' && name[15] == 'Z' &&
                         name[16] == '-' && name.find_first_not_of("0123456789") == 8;
    if (is_ours) names.push_back(name);
  }
  std::sort(names.begin(), names.end(), std::greater<>());
  for (size_t i = kKeptReproducers; i < names.size(); ++i)
    (void)remove_folder(root + "/" + names[i]);
}

// Collects files in a folder that appears under its final name at once.
class ReproducerFolder {
 public:
  static Result<ReproducerFolder> create() {
    ReproducerFolder result;
    TUNDISH_ASSIGN(result.root_, reproducer_root());
    TUNDISH_TRY(create_folders(result.root_, 0700));
    TUNDISH_ASSIGN(result.folder_, TemporaryFolder::create(result.root_));
    return result;
  }
  Status write(const std::string& name, std::string_view text) const {
    return write_file_atomically(folder_.file(name), text, {.sync = false});
  }
  std::string file(const std::string& name) const { return folder_.file(name); }
  Result<std::string> finish(std::string_view digest) {
    const std::string name = root_ + "/" + utc_now() + "-" + std::string(digest.substr(0, 12));
    std::string path = name;
    for (int copy = 2; access(path.c_str(), F_OK) == 0; ++copy) {
      path = name + "-" + std::to_string(copy);
    }
    const std::string temporary = folder_.release();
    if (rename(temporary.c_str(), path.c_str()) != 0) {
      const int error = errno;
      (void)remove_folder(temporary);
      return errno_status(error, "create " + path);
    }
    remove_old(root_);
    return path;
  }

 private:
  std::string root_;
  TemporaryFolder folder_;
};

Status write_common(const ReproducerFolder& folder, const Status& failure,
                    const FailureFacts& facts) {
  TUNDISH_TRY(folder.write("versions.json", versions_text(facts)));
  TUNDISH_TRY(folder.write("error.txt", error_text(failure)));
  return folder.write("log.txt", facts.log);
}

Result<std::string> write_compile(const Status& failure, const FailureFacts& facts,
                                  const Source& source, const Target& target,
                                  const CompileOptions& options) {
  TUNDISH_ASSIGN(ReproducerFolder folder, ReproducerFolder::create());
  const std::string module =
      source.form() == Source::Form::kBytecode ? "module.mlirbc" : "module.mlir";
  TUNDISH_TRY(folder.write(module, source.bytes()));
  const json flags = {{"backend", facts.backend},
                      {"target", target.to_string()},
                      {"profile", profile_name(options.profile)},
                      {"optimization_level", options.optimization_level},
                      {"deterministic", options.deterministic},
                      {"iree_flags", options.iree_flags},
                      {"emit", options.emit},
                      {"limits", limits_json(options.limits)}};
  TUNDISH_TRY(
      folder.write("flags.json", flags.dump(2, ' ', false, json::error_handler_t::replace) + "\n"));
  TUNDISH_TRY(write_common(folder, failure, facts));
  std::string command = "tundish compile " + module + " -o module.out --target " +
                        shell_quoted(target.to_string()) + " --backend " +
                        shell_quoted(facts.backend) + " --profile " + profile_name(options.profile);
  if (options.deterministic) command += " --deterministic";
  for (const std::string& flag : options.iree_flags)
    command += " " + shell_quoted("--iree-flag=" + flag);
  if (!options.emit.empty()) command += " --emit " + shell_quoted(options.emit);
  command += " --no-cache" + limit_flags(options.limits);
  TUNDISH_TRY(folder.write("README.md", readme_text(failure, "A compilation failed", command, "")));
  return folder.finish(source.digest());
}

// Writes the inputs and gives their flags; what is left out goes to `notes`.
Result<std::string> write_inputs(const ReproducerFolder& folder,
                                 const std::vector<ReproducerInput>& inputs, std::string& notes) {
  uint64_t total = 0;
  for (const ReproducerInput& input : inputs)
    total += input.tensor ? input.tensor->size_bytes() : 0;
  const bool is_too_large = total > kMaxReproducerInputBytes;
  if (is_too_large) {
    notes += "\nThe inputs are not here: they take " + human_size(total) + ", more than " +
             human_size(kMaxReproducerInputBytes) + ".\nThe command uses random ones.\n";
  }
  std::string flags;
  for (size_t i = 0; i < inputs.size(); ++i) {
    const ReproducerInput& input = inputs[i];
    if (is_too_large || !input.tensor) {
      flags += " --input random";
      if (!is_too_large) {
        notes += "\nInput " + std::to_string(i) + " (" + input.type.to_string() +
                 ") was in the child's memory only; the command uses a random one.\n";
      }
      continue;
    }
    const std::string name = "input_" + std::to_string(i) + ".npy";
    TUNDISH_TRY(write_npy(folder.file(name), *input.tensor));
    flags += " --input " + shell_quoted(input.type.to_string() + "=@" + name);
  }
  return flags;
}

Result<std::string> write_run(const Status& failure, const FailureFacts& facts,
                              const Bytes& executable, const LoadOptions& options,
                              std::string_view function,
                              const std::vector<ReproducerInput>& inputs) {
  TUNDISH_ASSIGN(ReproducerFolder folder, ReproducerFolder::create());
  const std::string name = facts.backend == "iree" ? "executable.vmfb" : "executable.bin";
  TUNDISH_TRY(folder.write(name, executable.view()));
  json parameters = json::object();
  for (const auto& [scope, files] : options.parameters) {
    for (const auto& file : files) parameters[scope].push_back(file->name());
  }
  const json flags = {{"backend", facts.backend},   {"devices", options.devices},
                      {"threads", options.threads}, {"function", function},
                      {"parameters", parameters},   {"limits", limits_json(options.limits)}};
  TUNDISH_TRY(
      folder.write("flags.json", flags.dump(2, ' ', false, json::error_handler_t::replace) + "\n"));
  TUNDISH_TRY(write_common(folder, failure, facts));
  std::string command = "tundish run " + name + " --backend " + shell_quoted(facts.backend);
  if (!function.empty()) command += " --function " + shell_quoted(function);
  for (const std::string& device : options.devices) command += " --device " + shell_quoted(device);
  for (const auto& [scope, files] : options.parameters) {
    for (const auto& file : files) {
      command += " --parameters " + shell_quoted(scope + "=" + file->name());
    }
  }
  std::string notes;
  TUNDISH_ASSIGN(const std::string input_flags, write_inputs(folder, inputs, notes));
  command += input_flags + limit_flags(options.limits);
  TUNDISH_TRY(folder.write(
      "README.md",
      readme_text(failure, function.empty() ? "An executable failed to load" : "A run failed",
                  command, notes)));
  return folder.finish(sha256(executable.data).to_hex());
}

Status with_outcome(const Status& failure, const Result<std::string>& written) {
  if (written) return failure.with_reproducer(*written);
  // The message is what the user sees; the failure's own words come first.
  return Status(failure.code(), failure.message() + " (no reproducer could be written: " +
                                    written.error().message() + ")")
      .with_diagnostics(failure.diagnostics())
      .with_stage(failure.stage());
}

}  // namespace

Result<std::string> reproducer_root() {
  if (const char* root = std::getenv("TUNDISH_REPRODUCER_DIR"); root && *root)
    return std::string(root);
  if (const char* state = std::getenv("XDG_STATE_HOME"); state && *state == '/') {
    return std::string(state) + "/tundish/reproducers";
  }
  if (const char* home = std::getenv("HOME"); home && *home == '/') {
    return std::string(home) + "/.local/state/tundish/reproducers";
  }
  return failed_precondition("neither TUNDISH_REPRODUCER_DIR nor XDG_STATE_HOME nor HOME is set");
}

Status reproduce_compile(const Status& failure, const FailureFacts& facts, const Source& source,
                         const Target& target, const CompileOptions& options) {
  return with_outcome(failure, write_compile(failure, facts, source, target, options));
}

Status reproduce_run(const Status& failure, const FailureFacts& facts, const Bytes& executable,
                     const LoadOptions& options, std::string_view function,
                     const std::vector<ReproducerInput>& inputs) {
  return with_outcome(failure, write_run(failure, facts, executable, options, function, inputs));
}

}  // namespace tundish
