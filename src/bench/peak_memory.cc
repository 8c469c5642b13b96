#include "bench/peak_memory.h"

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

#include "base/process_tree.h"

namespace tundish {
namespace {

// Files of /proc are read with streams: a process that has ended just gives an empty text.
std::string read_proc(pid_t process, const char* name) {
  std::ifstream file("/proc/" + std::to_string(process) + "/" + name);
  return {std::istreambuf_iterator<char>(file), {}};
}

// User and system time, fields 14 and 15 of `stat`; the name before them may hold spaces.
uint64_t processor_ticks(pid_t process) {
  const std::string stat = read_proc(process, "stat");
  const size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos) return 0;
  std::istringstream fields(stat.substr(name_end + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  uint64_t user = 0, system = 0;
  fields >> user >> system;
  return user + system;
}

uint64_t high_water_bytes(pid_t process) {
  const std::string status = read_proc(process, "status");
  const size_t at = status.find("VmHWM:");
  return at == std::string::npos ? 0 : std::strtoull(status.c_str() + at + 6, nullptr, 10) * 1024;
}

}  // namespace

PeakMemory::PeakMemory() {
  for (const pid_t process : process_tree(getpid())) {
    ticks_[process] = processor_ticks(process);
    // 5 resets VmHWM. Where that is refused the mark stays that of the process's whole life.
    std::ofstream("/proc/" + std::to_string(process) + "/clear_refs") << 5;
  }
}

uint64_t PeakMemory::bytes() const {
  uint64_t total = 0;
  for (const pid_t process : process_tree(getpid())) {
    const auto before = ticks_.find(process);
    const bool has_worked =
        process == getpid() || before == ticks_.end() || processor_ticks(process) > before->second;
    if (has_worked) total += high_water_bytes(process);
  }
  return total;
}

}  // namespace tundish
