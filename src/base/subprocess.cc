#include "base/subprocess.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <system_error>
#include <thread>

#include "base/file_descriptor.h"
#include "base/human_units.h"
#include "base/process_tree.h"
#include "base/spawn.h"

extern char** environ;

namespace tundish {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kMaxTimeoutSeconds = 3e7;  // a year is no limit

// Process groups for kill_all_subprocesses(); 0 marks a free place.
std::array<std::atomic<pid_t>, 4096> g_running;

void register_running(pid_t pid) {
  for (auto& place : g_running) {
    pid_t free = 0;
    if (place.compare_exchange_strong(free, pid)) return;
  }
}

// Must happen before the child is reaped: afterwards the number may be another process's.
void unregister_running(pid_t pid) {
  for (auto& place : g_running) {
    pid_t expected = pid;
    if (place.compare_exchange_strong(expected, 0)) return;
  }
}

// The name part of "NAME=value" among `edits`.
bool is_edited(std::string_view variable,
               const std::vector<std::pair<std::string, std::optional<std::string>>>& edits) {
  const std::string_view name = variable.substr(0, variable.find('='));
  return std::any_of(edits.begin(), edits.end(),
                     [name](const auto& edit) { return edit.first == name; });
}

std::vector<std::string> make_environment(const SubprocessOptions& options) {
  std::vector<std::string> result;
  if (options.inherits_environment) {
    for (char** variable = environ; variable && *variable; ++variable) {
      if (!is_edited(*variable, options.environment)) result.emplace_back(*variable);
    }
  }
  for (const auto& [name, value] : options.environment) {
    if (value) result.push_back(name + "=" + *value);
  }
  return result;
}

bool is_executable_file(const std::string& path) {
  struct stat info;
  return stat(path.c_str(), &info) == 0 && S_ISREG(info.st_mode) && access(path.c_str(), X_OK) == 0;
}

Result<std::string> absolute_path(const std::string& path) {
  if (path.starts_with('/')) return path;
  char* folder = getcwd(nullptr, 0);
  if (!folder) return errno_status(errno, "find the working folder");
  const std::string result = std::string(folder) + "/" + path;
  std::free(folder);
  return result;
}

// One captured stream: the end we read, and what has come.
struct Capture {
  FileDescriptor pipe;
  std::string text;
};

// Our end of a stream and the child's. `keeper` owns the child's until it has been started.
Result<int> open_stream(StreamMode mode, int inherited, Capture& capture, FileDescriptor& keeper) {
  if (mode == StreamMode::kInherit) return inherited;
  if (mode == StreamMode::kNull) {
    keeper = FileDescriptor::adopt(open("/dev/null", O_WRONLY | O_CLOEXEC));
    if (!keeper) return errno_status(errno, "open /dev/null");
    return keeper.get();
  }
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return errno_status(errno, "create a pipe");
  capture.pipe = FileDescriptor::adopt(ends[0]);
  keeper = FileDescriptor::adopt(ends[1]);
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return ends[1];
}

}  // namespace

// Shared by the owner and the watcher thread, which polls the child's end, its pipes and its memory
// and alone decides how it ended.
struct Subprocess::State {
  pid_t pid = -1;
  FileDescriptor process;  // pidfd; absent on kernels before 5.3
  FileDescriptor wake;     // eventfd: requests have changed
  Clock::time_point started = Clock::now();
  uint64_t output_limit_bytes = 0;
  std::thread watcher;

  std::mutex mutex;
  std::condition_variable ended;
  std::optional<SubprocessResult> result;  // guarded by mutex, never changes once set
  SubprocessLimits limits;                 // guarded by mutex, and the next two
  Clock::time_point deadline = Clock::time_point::max();
  bool is_kill_requested = false;
  Capture output, error;  // texts guarded by mutex; pipes belong to the watcher

  // Of the watcher alone.
  std::optional<Ending> our_reason;
  Clock::time_point next_memory_check = Clock::now();
  uint64_t peak_memory_bytes = 0;

  void apply_limits(const SubprocessLimits& wanted);
  void notify() const { (void)!write(wake.get(), &kOne, sizeof kOne); }
  void watch();
  void wait_for_event();
  void read_streams();
  bool read_stream(Capture& capture);
  void check_limits();
  void check_memory(uint64_t limit_bytes);
  void kill_tree(Ending reason);
  bool has_ended() const;
  void finish();

  static constexpr uint64_t kOne = 1;
};

void Subprocess::State::apply_limits(const SubprocessLimits& wanted) {
  const std::scoped_lock lock(mutex);
  limits = wanted;
  deadline = Clock::time_point::max();
  if (wanted.timeout_seconds > 0 && wanted.timeout_seconds < kMaxTimeoutSeconds) {
    deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                  std::chrono::duration<double>(wanted.timeout_seconds));
  }
}

void Subprocess::State::watch() {
  pthread_setname_np(pthread_self(), "tundish-watch");
  while (!has_ended()) {
    wait_for_event();
    read_streams();
    check_limits();
  }
  finish();
}

void Subprocess::State::wait_for_event() {
  Clock::time_point until;
  {
    const std::scoped_lock lock(mutex);
    until = our_reason ? Clock::time_point::max() : deadline;
    if (limits.memory_bytes > 0 && !our_reason) until = std::min(until, next_memory_check);
  }
  // Without a pidfd the end shows only when we look.
  if (!process) until = std::min(until, Clock::now() + std::chrono::milliseconds(5));
  int timeout_ms = -1;
  if (until != Clock::time_point::max()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now()).count();
    timeout_ms = static_cast<int>(std::clamp<int64_t>(left, 0, 60'000));
  }
  // poll() skips negative descriptors.
  pollfd events[] = {{process.get(), POLLIN, 0},
                     {wake.get(), POLLIN, 0},
                     {output.pipe.get(), POLLIN, 0},
                     {error.pipe.get(), POLLIN, 0}};
  poll(events, std::size(events), timeout_ms);
  uint64_t ignored;
  if (events[1].revents != 0) (void)!read(wake.get(), &ignored, sizeof ignored);
}

void Subprocess::State::read_streams() {
  for (Capture* capture : {&output, &error}) {
    while (capture->pipe && read_stream(*capture)) {
    }
  }
}

// One read; whether there may be more.
bool Subprocess::State::read_stream(Capture& capture) {
  char buffer[65536];
  const ssize_t count = read(capture.pipe.get(), buffer, sizeof buffer);
  if (count < 0) return errno == EINTR;
  if (count == 0) {
    capture.pipe.reset();
    return false;
  }
  bool is_over = false;
  {
    const std::scoped_lock lock(mutex);
    const uint64_t used = output.text.size() + error.text.size();
    const uint64_t room = output_limit_bytes > used ? output_limit_bytes - used : 0;
    capture.text.append(buffer, std::min(static_cast<uint64_t>(count), room));
    is_over = static_cast<uint64_t>(count) > room;
  }
  if (is_over) {
    capture.pipe.reset();  // the rest is of no interest
    kill_tree(Ending::kOutputLimit);
  }
  return !is_over;
}

void Subprocess::State::check_limits() {
  if (our_reason) return;
  bool is_late;
  bool is_unwanted;
  uint64_t memory_limit;
  {
    const std::scoped_lock lock(mutex);
    is_late = Clock::now() >= deadline;
    is_unwanted = is_kill_requested;
    memory_limit = limits.memory_bytes;
  }
  if (is_unwanted) {
    kill_tree(Ending::kKilled);
  } else if (is_late && !has_ended()) {
    kill_tree(Ending::kTimedOut);
  } else if (memory_limit > 0 && Clock::now() >= next_memory_check) {
    check_memory(memory_limit);
  }
}

void Subprocess::State::check_memory(uint64_t limit_bytes) {
  const uint64_t held = held_memory_bytes(process_tree(pid));
  peak_memory_bytes = std::max(peak_memory_bytes, held);
  if (held > limit_bytes) {
    kill_tree(Ending::kMemoryLimit);
    return;
  }
  // Memory fills at no more than a few bytes a nanosecond: far from the limit, look rarely.
  const auto until_full = std::chrono::milliseconds((limit_bytes - held) >> 22);
  next_memory_check =
      Clock::now() + std::clamp<Clock::duration>(until_full, std::chrono::milliseconds(5),
                                                 std::chrono::milliseconds(100));
}

// Only while the child is not reaped, so its number is still its own.
void Subprocess::State::kill_tree(Ending reason) {
  if (!our_reason) our_reason = reason;
  const std::vector<pid_t> tree = process_tree(pid);
  ::kill(-pid, SIGKILL);
  for (const pid_t process_id : tree) ::kill(process_id, SIGKILL);
}

bool Subprocess::State::has_ended() const {
  siginfo_t info{};
  const int found = waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT);
  // ECHILD: somebody else reaped it, or the program ignores SIGCHLD.
  return found != 0 ? errno == ECHILD : info.si_pid == pid;
}

void Subprocess::State::finish() {
  ::kill(-pid, SIGKILL);  // what it left behind in its group
  read_streams();
  unregister_running(pid);
  int wait_status = 0;
  rusage usage{};
  pid_t reaped;
  do {
    reaped = wait4(pid, &wait_status, 0, &usage);
  } while (reaped < 0 && errno == EINTR);

  SubprocessResult made;
  if (our_reason) {
    made.ending = *our_reason;
  } else if (reaped == pid && WIFSIGNALED(wait_status)) {
    made.ending = Ending::kSignalled;
    made.signal = WTERMSIG(wait_status);
  } else if (reaped == pid && WIFEXITED(wait_status)) {
    made.exit_code = WEXITSTATUS(wait_status);
  }
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  made.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  made.wall_seconds = std::chrono::duration<double>(Clock::now() - started).count();
  made.peak_memory_bytes = peak_memory_bytes;
  {
    const std::scoped_lock lock(mutex);
    made.standard_output = std::move(output.text);
    made.standard_error = std::move(error.text);
    made.limits = limits;
    result = std::move(made);
  }
  ended.notify_all();
}

Subprocess::Subprocess(std::shared_ptr<State> state) : state_(std::move(state)) {}
Subprocess::Subprocess(Subprocess&&) noexcept = default;

Subprocess& Subprocess::operator=(Subprocess&& other) noexcept {
  Subprocess old(std::move(state_));  // killed and waited for at the end of this function
  state_ = std::move(other.state_);
  return *this;
}

Subprocess::~Subprocess() {
  if (!state_) return;
  kill();
  state_->watcher.join();
}

Result<Subprocess> Subprocess::start(SubprocessOptions options) {
  auto state = std::make_shared<State>();
  internal::SpawnPlan plan;
  TUNDISH_ASSIGN(plan.program, find_program(options.program));
  plan.arguments = std::move(options.arguments);
  plan.arguments.insert(plan.arguments.begin(), options.program);
  plan.environment = make_environment(options);
  plan.working_folder = options.working_folder;

  FileDescriptor null, output, error;
  if (options.stdin_fd < 0) {
    null = FileDescriptor::adopt(open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!null) return errno_status(errno, "open /dev/null");
  }
  plan.descriptors = {null ? null.get() : options.stdin_fd};
  TUNDISH_ASSIGN(const int output_fd,
                 open_stream(options.standard_output, STDOUT_FILENO, state->output, output));
  TUNDISH_ASSIGN(const int error_fd,
                 open_stream(options.standard_error, STDERR_FILENO, state->error, error));
  plan.descriptors.push_back(output_fd);
  plan.descriptors.push_back(error_fd);
  plan.descriptors.insert(plan.descriptors.end(), options.passed_fds.begin(),
                          options.passed_fds.end());
  state->wake = FileDescriptor::adopt(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!state->wake) return errno_status(errno, "start " + plan.program);
  state->output_limit_bytes = options.output_limit_bytes;

  TUNDISH_ASSIGN(state->pid, internal::spawn(plan));
  register_running(state->pid);
  state->process = FileDescriptor::adopt(static_cast<int>(syscall(SYS_pidfd_open, state->pid, 0)));
  state->started = Clock::now();
  state->apply_limits(options.limits);

  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // our threads take no signals of the program
  Status status;
  try {
    state->watcher = std::thread([self = state.get()] { self->watch(); });
  } catch (const std::system_error& failure) {
    state->kill_tree(Ending::kKilled);
    state->finish();
    status = resource_exhausted("watch " + plan.program + ": no thread: " + failure.what());
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (!status.ok()) return status;
  return Subprocess(std::move(state));
}

pid_t Subprocess::pid() const { return state_->pid; }

bool Subprocess::is_running() const {
  const std::scoped_lock lock(state_->mutex);
  return !state_->result.has_value();
}

const SubprocessResult& Subprocess::wait() {
  std::unique_lock lock(state_->mutex);
  state_->ended.wait(lock, [this] { return state_->result.has_value(); });
  return *state_->result;
}

const SubprocessResult* Subprocess::wait_for(std::chrono::nanoseconds timeout) {
  std::unique_lock lock(state_->mutex);
  const bool has_result =
      state_->ended.wait_for(lock, timeout, [this] { return state_->result.has_value(); });
  return has_result ? &*state_->result : nullptr;
}

void Subprocess::kill() {
  {
    const std::scoped_lock lock(state_->mutex);
    state_->is_kill_requested = true;
  }
  state_->notify();
}

void Subprocess::set_limits(const SubprocessLimits& limits) {
  state_->apply_limits(limits);
  state_->notify();
}

std::string Subprocess::take_standard_error() {
  const std::scoped_lock lock(state_->mutex);
  return std::exchange(state_->error.text, {});
}

Status SubprocessResult::to_status(const std::string& name) const {
  switch (ending) {
    case Ending::kExited:
      if (exit_code == 0) return {};
      return aborted(name + " failed with exit code " + std::to_string(exit_code));
    case Ending::kSignalled: {
      const char* description = strsignal(signal);
      std::string message = name + " was ended by signal " + std::to_string(signal) + " (" +
                            (description ? description : "unknown") + ")";
      if (signal == SIGKILL) message += "; perhaps the machine ran out of memory";
      return aborted(message);
    }
    case Ending::kTimedOut:
      return deadline_exceeded(name + " was stopped after " +
                               human_duration(limits.timeout_seconds) + ", its time limit");
    case Ending::kMemoryLimit:
      return resource_exhausted(name + " was stopped: it held " + human_size(peak_memory_bytes) +
                                " of memory, its limit is " + human_size(limits.memory_bytes));
    case Ending::kOutputLimit:
      return resource_exhausted(name + " was stopped: it printed more than its output limit");
    case Ending::kKilled:
      return cancelled(name + " was stopped on request");
  }
  return internal_error(name + " ended in an unknown way");
}

Result<SubprocessResult> run_subprocess(SubprocessOptions options) {
  TUNDISH_ASSIGN(Subprocess child, Subprocess::start(std::move(options)));
  return child.wait();
}

void kill_all_subprocesses() {
  const int error = errno;
  for (const auto& place : g_running) {
    if (const pid_t pid = place.load(); pid > 0) ::kill(-pid, SIGKILL);
  }
  errno = error;
}

Result<std::string> find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return absolute_path(name);
  const char* variable = std::getenv("PATH");
  std::string_view folders = variable ? variable : "/usr/local/bin:/usr/bin:/bin";
  while (!name.empty()) {
    const size_t colon = folders.find(':');
    const std::string folder(folders.substr(0, colon));
    const std::string path = (folder.empty() ? "." : folder) + "/" + name;
    if (is_executable_file(path)) return absolute_path(path);
    if (colon == std::string_view::npos) break;
    folders.remove_prefix(colon + 1);
  }
  return not_found("program \"" + name + "\" is not in PATH");
}

}  // namespace tundish
