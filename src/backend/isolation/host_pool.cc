#include "backend/isolation/host_pool.h"

#include "backend/isolation/find_host.h"

namespace tundish {

Result<std::unique_ptr<HostProcess>> HostPool::acquire(uint64_t memory_bytes) {
  std::string program;
  std::vector<std::unique_ptr<HostProcess>> dead;  // destroyed outside the lock: it waits
  {
    const std::lock_guard lock(mutex_);
    while (!idle_.empty()) {
      std::unique_ptr<HostProcess> host = std::move(idle_.back());
      idle_.pop_back();
      if (host->is_ready_for_work()) {
        host->limit_memory(memory_bytes);
        return host;
      }
      dead.push_back(std::move(host));
    }
    if (program_.empty()) program_ = options_.program;
    if (program_.empty()) {
      TUNDISH_ASSIGN(program_, find_host_program());
    }
    program = program_;
    ++started_;
  }
  // What killed processes could not remove themselves.
  static std::once_flag swept;
  std::call_once(swept, [] { sweep_temporary_folders(); });
  return HostProcess::start(program, memory_bytes);
}

void HostPool::give_back(std::unique_ptr<HostProcess> host) {
  if (!host->is_running() || host->resident_bytes() > options_.max_idle_resident_bytes) return;
  host->limit_memory(0);
  host->reset_between_jobs();
  const std::lock_guard lock(mutex_);
  if (idle_.size() < options_.max_idle) idle_.push_back(std::move(host));
}

size_t HostPool::idle_count() const {
  const std::lock_guard lock(mutex_);
  return idle_.size();
}

size_t HostPool::started_count() const {
  const std::lock_guard lock(mutex_);
  return started_;
}

}  // namespace tundish
