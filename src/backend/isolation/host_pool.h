// HostPool: isolated children, kept warm from one job to the next.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "backend/isolation/host_process.h"
#include "tundish/base/status.h"

namespace tundish {

struct HostPoolOptions {
  std::string program;  // empty: find_host_program()
  size_t max_idle = 2;  // warm children that wait for work
  // A child that holds more than this after a job is not kept.
  uint64_t max_idle_resident_bytes = uint64_t{512} << 20;
};

// Thread-safe. Idle children end with the pool, and with the process however it dies.
class HostPool {
 public:
  explicit HostPool(HostPoolOptions options = {}) : options_(std::move(options)) {}

  // A warm child if there is one, else a new one. kUnavailable when it cannot be started.
  Result<std::unique_ptr<HostProcess>> acquire(uint64_t memory_bytes);
  // Keeps a child whose last job succeeded, if there is room. Any other child is simply destroyed:
  // after a failure the next job gets a fresh one.
  void give_back(std::unique_ptr<HostProcess> host);

  size_t idle_count() const;
  size_t started_count() const;  // since the pool was made

 private:
  const HostPoolOptions options_;
  mutable std::mutex mutex_;
  std::vector<std::unique_ptr<HostProcess>> idle_;  // guarded by mutex_
  size_t started_ = 0;                              // guarded by mutex_
  std::string program_;                             // guarded by mutex_; found once
};

}  // namespace tundish
