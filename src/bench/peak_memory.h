// The most memory that the processes at work hold while something is measured.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>

namespace tundish {

// Watches this process and its descendants, since work may be done in an isolated child.
//
//   PeakMemory memory;      // the kernel's high-water marks start anew here
//   ... run ...
//   memory.bytes();
//
// A warm child that only waits does not count: a process counts when it used the processor
// meanwhile, or was started meanwhile. Resident pages, those of mapped files included; pages that
// processes share count in each. Reads /proc; not thread-safe.
class PeakMemory {
 public:
  PeakMemory();
  // 0 where /proc does not tell.
  uint64_t bytes() const;

 private:
  std::map<pid_t, uint64_t> ticks_;  // processor time of each process at the start
};

}  // namespace tundish
