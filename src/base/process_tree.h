// What /proc tells about a process and its descendants.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <vector>

namespace tundish {

// The process and all its living descendants, parents first. Processes that end meanwhile are left
// out; the list of a tree that keeps forking is a moment's view, and bounded.
std::vector<pid_t> process_tree(pid_t root);

// What the processes hold in memory and swap that cannot be dropped: anonymous and shared memory,
// not the pages of mapped files. Pages shared after fork() count in each process.
uint64_t held_memory_bytes(const std::vector<pid_t>& processes);

}  // namespace tundish
