#include "backend/isolation/host_process.h"

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

#include "backend/isolation/reply.h"
#include "base/human_units.h"

namespace tundish {
namespace {

using Clock = std::chrono::steady_clock;

// How often a waiting parent looks at the clock, the caller's wish to cancel and the child.
constexpr double kTickSeconds = 0.02;
// A request is small and the child is waiting for it.
constexpr double kSendTimeoutSeconds = 10;
// What the child may print during one job.
constexpr uint64_t kPrintLimitBytes = 16 << 20;

std::string signal_text(int signal) {
  const char* name = sigabbrev_np(signal);
  const char* description = sigdescr_np(signal);
  if (name == nullptr) return "signal " + std::to_string(signal);
  return "SIG" + std::string(name) + (description ? ", " + std::string(description) : "");
}

double seconds(std::chrono::milliseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

// The last lines of a log, for a message: what a crash handler or an assertion printed.
std::string last_words(const std::string& log) {
  constexpr size_t kMost = 400;
  std::string_view text = log;
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  if (text.empty()) return {};
  if (text.size() > kMost) {
    text.remove_prefix(text.size() - kMost);
    if (const size_t line = text.find('\n'); line != text.npos) text.remove_prefix(line + 1);
  }
  return "; it printed last: " + std::string(text);
}

}  // namespace

Result<std::unique_ptr<HostProcess>> HostProcess::start(const std::string& program,
                                                        uint64_t memory_bytes) {
  const auto failed = [&](const Status& status) {
    return unavailable("cannot start the isolated child " + program + ": " + status.message() +
                       "; check the machine's limits, or choose in-process isolation");
  };
  Result<TemporaryFolder> folder = TemporaryFolder::create();
  if (!folder) return failed(folder.error());
  Result<MessageChannel::Pair> ends = MessageChannel::create_pair();
  if (!ends) return failed(ends.error());
  SubprocessOptions options;
  options.program = program;
  options.environment = {{"TMPDIR", folder->path()}};
  options.passed_fds = {ends->peer.get()};
  options.standard_output = StreamMode::kNull;  // the child sends it to standard error
  options.limits.memory_bytes = memory_bytes;
  options.output_limit_bytes = kPrintLimitBytes;
  Result<Subprocess> child = Subprocess::start(std::move(options));
  if (!child) return failed(child.error());
  std::unique_ptr<HostProcess> host(
      new HostProcess(std::move(*child), std::move(ends->channel), std::move(*folder)));
  host->memory_bytes_ = memory_bytes;
  return host;
}

HostProcess::~HostProcess() {
  child_.kill();
  child_.wait();
}

void HostProcess::limit_memory(uint64_t bytes) {
  if (bytes == memory_bytes_) return;
  memory_bytes_ = bytes;
  child_.set_limits({.memory_bytes = bytes});
}

bool HostProcess::is_running() const { return child_.is_running(); }

bool HostProcess::is_ready_for_work() const {
  // A dead child's channel is readable, too, before anybody has noticed its end.
  pollfd channel{control_.fd(), POLLIN, 0};
  return is_running() && poll(&channel, 1, 0) == 0;
}

uint64_t HostProcess::resident_bytes() const {
  std::ifstream statm("/proc/" + std::to_string(child_.pid()) + "/statm");
  uint64_t total = 0, resident = 0;
  statm >> total >> resident;
  return resident * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

void HostProcess::keep_log(std::string text) {
  const std::lock_guard lock(state_mutex_);
  log_ += text;
  if (log_.size() > kLogTailBytes) log_.erase(0, log_.size() - kLogTailBytes);
}

std::string HostProcess::log_tail() {
  keep_log(child_.take_standard_error());
  const std::lock_guard lock(state_mutex_);
  return log_;
}

void HostProcess::reset_between_jobs() {
  (void)child_.take_standard_error();
  {
    const std::lock_guard lock(state_mutex_);
    log_.clear();
  }
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path(), error)) {
    (void)remove_folder(entry.path());
  }
}

Exchange HostProcess::control(const Work& work, MessageKind kind, nlohmann::json body,
                              std::span<const int> files) {
  const std::lock_guard lock(control_mutex_);
  return exchange(control_, work, kind, std::move(body), files);
}

Exchange HostProcess::exchange(MessageChannel& channel, const Work& work, MessageKind kind,
                               nlohmann::json body, std::span<const int> files) {
  if (const Status lost = already_lost(); !lost.ok()) {
    return {aborted("the isolated child was lost earlier (" + lost.message() +
                    "); load the executable again")
                .with_stage(work.stage),
            true};
  }
  const Status sent =
      channel.send(request_header(kind, std::move(body)), files, kSendTimeoutSeconds);
  if (sent.code() == Code::kInvalidArgument) return {sent.with_stage(work.stage), false};
  Result<HostReply> reply =
      sent.ok() ? receive_reply(channel, work) : Result<HostReply>(explain_end(work));
  const Status lost = already_lost();
  if (!reply) reply = reply.error().with_stage(work.stage);
  return {std::move(reply), !lost.ok()};
}

Result<HostReply> HostProcess::receive_reply(MessageChannel& channel, const Work& work) {
  const bool has_deadline = work.timeout.count() > 0;
  const Clock::time_point deadline = Clock::now() + work.timeout;
  for (;;) {
    Result<Message> message = channel.receive(kTickSeconds);
    if (message) {
      TUNDISH_ASSIGN(HostReply reply, parse_reply(std::move(*message), work));
      if (!reply.body.is_discarded()) return reply;
    } else if (message.error().code() == Code::kAborted) {
      return explain_end(work);
    } else if (message.error().code() != Code::kDeadlineExceeded) {
      return reject(work, message.error());
    }
    // Also after a message: a child that floods us with progress must not outlive its limits.
    if (work.control && work.control->is_cancelled && work.control->is_cancelled()) {
      return lose(cancelled("cancelled while " + work.what));
    }
    if (has_deadline && Clock::now() >= deadline) {
      return lose(deadline_exceeded(work.what + " took longer than its time limit of " +
                                    human_duration(seconds(work.timeout)) +
                                    " and was stopped; raise the limit or simplify the program"));
    }
    if (!child_.is_running()) {
      // A grandchild may hold the channel open. What the child sent before its end still counts.
      message = channel.receive(kTickSeconds);
      if (!message) return explain_end(work);
      TUNDISH_ASSIGN(HostReply reply, parse_reply(std::move(*message), work));
      if (!reply.body.is_discarded()) return reply;
    }
  }
}

// A discarded body stands for progress: no reply yet.
Result<HostReply> HostProcess::parse_reply(Message message, const Work& work) {
  nlohmann::json& header = message.header;
  if (!header.is_array() || header.size() != 3 || header[0] != kProtocolRevision) {
    return reject(work, data_loss("a message of another protocol revision"));
  }
  const Result<MessageKind> kind = from_wire<MessageKind>(header[1]);
  if (kind && *kind == MessageKind::kProgress) {
    const Result<CompileProgress> progress = from_wire<CompileProgress>(header[2]);
    if (!progress) return reject(work, progress.error());
    if (work.control && work.control->on_progress) work.control->on_progress(*progress);
    return HostReply{nlohmann::json(nlohmann::json::value_t::discarded), {}};
  }
  nlohmann::json& reply = header[2];
  if (!kind || *kind != MessageKind::kReply || !reply.is_array() || reply.size() != 2) {
    return reject(work, data_loss("a message that is no reply"));
  }
  Status status;
  if (const Status damage = from_wire(reply[0], status); !damage.ok()) return reject(work, damage);
  TUNDISH_TRY(status);
  return HostReply{std::move(reply[1]), std::move(message.files)};
}

Status HostProcess::reject(const Work& work, const Status& damage) {
  return lose(aborted("the isolated child answered with damaged data while " + work.what + " (" +
                      damage.message() + "); its memory is probably corrupted, so it was stopped")
                  .with_stage(work.stage));
}

Status HostProcess::lose(const Status& reason) {
  child_.kill();
  keep_log(child_.wait().standard_error);
  const std::lock_guard lock(state_mutex_);
  if (lost_.ok()) lost_ = reason;
  return lost_;
}

Status HostProcess::already_lost() const {
  const std::lock_guard lock(state_mutex_);
  return lost_;
}

Status HostProcess::explain_end(const Work& work) {
  // A closed channel means that the process is ending, or damaged.
  if (child_.wait_for(std::chrono::seconds(2)) == nullptr) {
    return reject(work, data_loss("it closed its channel"));
  }
  const SubprocessResult& result = child_.wait();
  const std::string words = last_words(result.standard_error);
  switch (result.ending) {
    case Ending::kSignalled:
      if (result.signal == SIGXFSZ) {
        return lose(resource_exhausted("the output limit ran out while " + work.what +
                                       "; raise the limit"));
      }
      return lose(aborted(
          "the isolated child crashed (" + signal_text(result.signal) + ") while " + work.what +
          (result.signal == SIGKILL ? "; perhaps the machine ran out of memory" : "") + words));
    case Ending::kExited:
      return lose(aborted("the isolated child exited with status " +
                          std::to_string(result.exit_code) + " in the middle of " + work.what +
                          words));
    case Ending::kMemoryLimit:
      return lose(resource_exhausted(work.what + " took " + human_size(result.peak_memory_bytes) +
                                     " of memory, over the limit of " +
                                     human_size(result.limits.memory_bytes) +
                                     ", and was stopped; raise the limit or simplify the program"));
    case Ending::kOutputLimit:
      return lose(resource_exhausted(work.what + " printed more than " +
                                     human_size(kPrintLimitBytes) + " and was stopped"));
    case Ending::kTimedOut:
    case Ending::kKilled:
      break;  // ours: whoever did it has said why
  }
  return lose(aborted("the isolated child was stopped while " + work.what));
}

}  // namespace tundish
