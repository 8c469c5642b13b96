// HostProcess: one child that compiles or runs for us, and what its end means.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "backend/isolation/messages.h"
#include "base/message_channel.h"
#include "base/subprocess.h"
#include "base/temporary_folder.h"
#include "tundish/base/status.h"

namespace tundish {

// One piece of work of a child, for its limits and for messages about it.
struct Work {
  std::string what;  // "compiling model.mlir for cuda:sm_80"
  Stage stage = Stage::kNone;
  std::chrono::milliseconds timeout{0};     // 0: none
  const CompileControl* control = nullptr;  // may be null
};

struct HostReply {
  nlohmann::json body;
  std::vector<FileDescriptor> files;
};

// The outcome of one request.
struct Exchange {
  // What the child answered, or why there is no answer.
  Result<HostReply> reply = internal_error("no request was made");
  // The child is gone: it crashed, was killed for a limit, or sent what makes no sense.
  bool is_child_lost = false;
};

class HostProcess {
 public:
  // Starts `program`. `memory_bytes` limits the child and what it starts (0: no limit).
  // kUnavailable when it cannot be started.
  static Result<std::unique_ptr<HostProcess>> start(const std::string& program,
                                                    uint64_t memory_bytes);
  // Kills the child with all that it started, waits for the end, removes its folder.
  ~HostProcess();
  HostProcess(const HostProcess&) = delete;
  HostProcess& operator=(const HostProcess&) = delete;

  // One request and its reply on the control channel. Thread-safe.
  Exchange control(const Work& work, MessageKind kind, nlohmann::json body,
                   std::span<const int> files = {});
  // The same on another channel to this child, which the caller keeps to itself meanwhile.
  Exchange exchange(MessageChannel& channel, const Work& work, MessageKind kind,
                    nlohmann::json body, std::span<const int> files = {});
  // Treats the child as lost: what it sent was damaged. Gives the status to report.
  Status reject(const Work& work, const Status& damage);

  void limit_memory(uint64_t bytes);
  bool is_running() const;
  // Running, and with nothing to say while nobody has asked.
  bool is_ready_for_work() const;
  // Resident memory now, the process alone; 0 when unknown.
  uint64_t resident_bytes() const;
  // The last of what was printed since the work began or reset_between_jobs(); at most
  // kLogTailBytes.
  std::string log_tail();
  // Forgets what was printed and empties the temporary folder, for the next job.
  void reset_between_jobs();
  pid_t pid() const { return child_.pid(); }
  const std::string& temporary_folder() const { return folder_.path(); }

  static constexpr size_t kLogTailBytes = 64 * 1024;

 private:
  HostProcess(Subprocess child, MessageChannel control, TemporaryFolder folder)
      : folder_(std::move(folder)), child_(std::move(child)), control_(std::move(control)) {}

  Result<HostReply> receive_reply(MessageChannel& channel, const Work& work);
  Result<HostReply> parse_reply(Message message, const Work& work);
  // Kills the child for `reason`, unless it was lost already; gives the first reason.
  Status lose(const Status& reason);
  // How the child ended by itself or for one of the watcher's limits.
  Status explain_end(const Work& work);
  Status already_lost() const;
  void keep_log(std::string text);

  TemporaryFolder folder_;  // outlives the child
  Subprocess child_;
  std::mutex control_mutex_;
  MessageChannel control_;  // guarded by control_mutex_
  mutable std::mutex state_mutex_;
  Status lost_;      // guarded by state_mutex_; OK while the child is fine
  std::string log_;  // guarded by state_mutex_
  uint64_t memory_bytes_ = 0;
};

}  // namespace tundish
