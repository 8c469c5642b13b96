#include "base/spawn.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <csignal>
#include <cstring>

#include <mutex>
#include <optional>
#include <system_error>
#include <thread>

#include "base/file_descriptor.h"

namespace tundish::internal {
namespace {

enum class Step : int { kWorkingFolder, kDescriptors, kExec };

// What the child sends when it could not get as far as exec.
struct Failure {
  Step step;
  int error;
};

// Everything the child needs, made before vfork: it shares our memory and may not allocate.
struct Prepared {
  explicit Prepared(const SpawnPlan& plan)
      : program(plan.program.c_str()),
        working_folder(plan.working_folder.empty() ? nullptr : plan.working_folder.c_str()),
        descriptors(plan.descriptors),
        parent(getpid()) {
    for (const std::string& argument : plan.arguments) {
      arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    for (const std::string& variable : plan.environment) {
      environment.push_back(const_cast<char*>(variable.c_str()));
    }
    arguments.push_back(nullptr);
    environment.push_back(nullptr);
  }

  const char* program;
  const char* working_folder;
  std::vector<char*> arguments;
  std::vector<char*> environment;
  std::vector<int> descriptors;
  pid_t parent;
  int failure_pipe = -1;
};

[[noreturn]] void fail(int pipe, Step step) {
  const Failure failure{step, errno};
  (void)!write(pipe, &failure, sizeof failure);
  _exit(127);
}

// Signals first: until the handlers are reset, ours would run in the child on our memory.
void reset_signals() {
  struct sigaction standard{};
  standard.sa_handler = SIG_DFL;
  for (int signal = 1; signal < NSIG; ++signal) sigaction(signal, &standard, nullptr);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

void die_with(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(127);  // it died before the line above
  // Orphaned descendants become our children, so that whoever kills the tree can find them.
  prctl(PR_SET_CHILD_SUBREAPER, 1);
}

void limit_damage() {
  const rlimit no_core{0, 0};
  setrlimit(RLIMIT_CORE, &no_core);
  const int file = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (file >= 0) {
    (void)!write(file, "800", 3);
    close(file);
  }
}

void close_on_exec_from(int first) {
  if (syscall(SYS_close_range, first, ~0u, CLOSE_RANGE_CLOEXEC) == 0) return;
  const long limit = sysconf(_SC_OPEN_MAX);
  for (int fd = first; fd < (limit > 0 && limit < 65536 ? limit : 65536); ++fd) {
    fcntl(fd, F_SETFD, FD_CLOEXEC);
  }
}

// Moves the descriptors out of the way first: a source may be the target of another.
void arrange_descriptors(Prepared& prepared) {
  const int count = static_cast<int>(prepared.descriptors.size());
  prepared.failure_pipe = fcntl(prepared.failure_pipe, F_DUPFD_CLOEXEC, count);
  for (int& fd : prepared.descriptors) {
    fd = fcntl(fd, F_DUPFD_CLOEXEC, count);
    if (fd < 0) fail(prepared.failure_pipe, Step::kDescriptors);
  }
  for (int i = 0; i < count; ++i) {
    if (dup2(prepared.descriptors[static_cast<size_t>(i)], i) < 0) {
      fail(prepared.failure_pipe, Step::kDescriptors);
    }
  }
  close_on_exec_from(count);
}

[[noreturn]] void run_child(Prepared& prepared) {
  reset_signals();
  setpgid(0, 0);
  die_with(prepared.parent);
  limit_damage();
  arrange_descriptors(prepared);
  if (prepared.working_folder && chdir(prepared.working_folder) != 0) {
    fail(prepared.failure_pipe, Step::kWorkingFolder);
  }
  execve(prepared.program, prepared.arguments.data(), prepared.environment.data());
  fail(prepared.failure_pipe, Step::kExec);
}

Status describe(const Failure& failure, const SpawnPlan& plan) {
  switch (failure.step) {
    case Step::kWorkingFolder:
      return errno_status(failure.error, "enter folder " + plan.working_folder);
    case Step::kDescriptors:
      return errno_status(failure.error, "pass descriptors to " + plan.program);
    case Step::kExec:
      break;
  }
  return errno_status(failure.error, "execute " + plan.program);
}

Result<pid_t> fork_and_exec(const SpawnPlan& plan) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return errno_status(errno, "start " + plan.program);
  const auto readable = FileDescriptor::adopt(ends[0]);
  auto writable = FileDescriptor::adopt(ends[1]);
  Prepared prepared(plan);
  prepared.failure_pipe = writable.get();

  const pid_t pid = vfork();
  if (pid == 0) run_child(prepared);
  if (pid < 0) return errno_status(errno, "start " + plan.program);
  writable.reset();
  Failure failure;
  ssize_t count;
  do {
    count = read(readable.get(), &failure, sizeof failure);
  } while (count < 0 && errno == EINTR);
  if (count == 0) return pid;  // exec closed the other end
  while (waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
  }
  if (count != sizeof failure) return internal_error("start " + plan.program + ": no answer");
  return describe(failure, plan);
}

// The thread that starts all children: a child's parent-death signal comes when the thread that
// forked ends, so it must be one that never does. Never destroyed.
class Spawner {
 public:
  Spawner() {
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);  // our threads take no signals of the program
    try {
      std::thread([this] { serve(); }).detach();
    } catch (const std::system_error&) {
      pthread_sigmask(SIG_SETMASK, &before, nullptr);
      throw;
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  Result<pid_t> run(const SpawnPlan& plan) {
    const std::scoped_lock one_at_a_time(callers_);
    std::unique_lock lock(mutex_);
    plan_ = &plan;
    answer_.reset();
    changed_.notify_all();
    changed_.wait(lock, [this] { return answer_.has_value(); });
    return *std::move(answer_);
  }

 private:
  [[noreturn]] void serve() {
    pthread_setname_np(pthread_self(), "tundish-spawn");
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return plan_ != nullptr; });
      answer_ = fork_and_exec(*plan_);
      plan_ = nullptr;
      changed_.notify_all();
    }
  }

  std::mutex callers_;
  std::mutex mutex_;
  std::condition_variable changed_;
  const SpawnPlan* plan_ = nullptr;      // guarded by mutex_
  std::optional<Result<pid_t>> answer_;  // guarded by mutex_
};

}  // namespace

Result<pid_t> spawn(const SpawnPlan& plan) {
  // After a plain fork() the new process has no such thread and makes its own.
  static std::mutex mutex;
  static Spawner* spawner = nullptr;
  static pid_t owner = 0;
  Spawner* current;
  try {
    const std::scoped_lock lock(mutex);
    if (owner != getpid()) {
      spawner = new Spawner;
      owner = getpid();
    }
    current = spawner;
  } catch (const std::system_error& error) {
    return resource_exhausted("start " + plan.program + ": no thread: " + error.what());
  }
  return current->run(plan);
}

}  // namespace tundish::internal
