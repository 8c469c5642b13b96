// Subprocess: a child process that cannot hang, flood, eat the machine or outlive us.
//
//   SubprocessOptions options;
//   options.program = "iree-opt";
//   options.arguments = {"--verify", path};
//   options.limits = {.timeout_seconds = 60, .memory_bytes = 4ull << 30};
//   TUNDISH_ASSIGN(SubprocessResult result, run_subprocess(std::move(options)));
//   TUNDISH_TRY(result.to_status("iree-opt"));
//
// How each promise is kept:
// - Start: vfork + exec, so the size of this process does not matter. The child gets default signal
//   handlers, an empty signal mask, no core file, and only the descriptors named in the options.
// - End of the child: its whole process group is killed, and on a kill also the descendants that
//   left the group. (A descendant that both left the group and was orphaned before the child ended
//   by itself is beyond reach.)
// - End of this process, however it dies: the kernel kills the child (PR_SET_PDEATHSIG). That
// signal
//   is tied to the *thread* that forked, so all children are started from one thread of ours that
//   lives as long as the process.
// - Memory: a watcher adds up anonymous and shared memory and swap of the child's tree and kills it
//   above the limit. Limits on address space (RLIMIT_AS, RLIMIT_DATA) would count the compiler's
//   335 MB library, mapped parameters, thread stacks and sanitizer shadows that cost no memory. The
//   watcher looks more often the nearer the limit is; a burst may overshoot by what can be touched
//   in 5 ms. The kernel's out-of-memory killer is told to prefer the child.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tundish/base/status.h"

namespace tundish {

struct SubprocessLimits {
  double timeout_seconds = 0;  // wall clock, from start or set_limits(); 0: none
  uint64_t memory_bytes = 0;   // of the child and its descendants together; 0: none
};

enum class StreamMode { kNull, kInherit, kCapture };

struct SubprocessOptions {
  std::string program;                 // a path; a name without a slash is looked up in PATH
  std::vector<std::string> arguments;  // without the program's name
  // Variables to set, or with nullopt to remove, in what the child inherits.
  std::vector<std::pair<std::string, std::optional<std::string>>> environment;
  bool inherits_environment = true;
  std::string working_folder;   // empty: ours
  std::vector<int> passed_fds;  // borrowed; the child has them as 3, 4, ...
  int stdin_fd = -1;            // borrowed; negative: /dev/null
  StreamMode standard_output = StreamMode::kCapture;
  StreamMode standard_error = StreamMode::kCapture;
  SubprocessLimits limits;
  uint64_t output_limit_bytes = 16 << 20;  // captured output and error together
};

// Why a child ended.
enum class Ending {
  kExited,       // by itself, with exit_code
  kSignalled,    // a crash, or a kill that was not ours
  kTimedOut,     // we killed it: the time limit
  kMemoryLimit,  // we killed it: the memory limit
  kOutputLimit,  // we killed it: it printed too much
  kKilled,       // we killed it: kill() was called
};

struct SubprocessResult {
  Ending ending = Ending::kExited;
  int exit_code = -1;  // for kExited
  int signal = 0;      // for kSignalled
  std::string standard_output;
  std::string standard_error;
  double wall_seconds = 0;
  double cpu_seconds = 0;          // user and system, with the descendants it waited for
  uint64_t peak_memory_bytes = 0;  // as the watcher saw it; 0 without a memory limit
  SubprocessLimits limits;         // those in force at the end

  // OK for exit code 0. Else a message that starts with `name` and says what happened: kAborted for
  // exit codes and signals, kDeadlineExceeded, kResourceExhausted, kCancelled.
  Status to_status(const std::string& name) const;
};

// A running child. All members may be called from any thread; destruction kills and waits.
class Subprocess {
 public:
  // kNotFound or kPermissionDenied when the program cannot be executed.
  static Result<Subprocess> start(SubprocessOptions options);

  Subprocess(Subprocess&&) noexcept;
  Subprocess& operator=(Subprocess&&) noexcept;
  ~Subprocess();

  // The child's process and group id; meaningless once it has ended.
  pid_t pid() const;
  bool is_running() const;

  // Waits for the end. Later calls return the same result.
  const SubprocessResult& wait();
  // Null when the child still runs after `timeout`.
  const SubprocessResult* wait_for(std::chrono::nanoseconds timeout);

  // Kills the child and its descendants; wait() tells when they are gone.
  void kill();

  // Replaces the limits; the time starts anew. For a child that serves many requests.
  void set_limits(const SubprocessLimits& limits);

  // What was captured on standard error since the last call; it no longer counts for the output
  // limit and is not in the result.
  std::string take_standard_error();

 private:
  struct State;
  explicit Subprocess(std::shared_ptr<State> state);
  std::shared_ptr<State> state_;
};

// Starts a child and waits for its end.
Result<SubprocessResult> run_subprocess(SubprocessOptions options);

// Kills the process groups of all running children. Async-signal-safe: for a handler of SIGINT or
// SIGTERM that ends the process.
void kill_all_subprocesses();

// The absolute path of a program: `name` itself when it has a slash, else the first executable of
// that name in PATH. kNotFound otherwise.
Result<std::string> find_program(const std::string& name);

}  // namespace tundish
