#include "cli/pin_threads.h"

#include <sched.h>

#include <cerrno>
#include <charconv>
#include <sstream>
#include <string_view>

namespace tundish::cli {
namespace {

// One number, or "first-last", to `set`; false when it is neither.
bool add_range(std::string_view text, cpu_set_t& set) {
  int first = 0;
  const char* end = text.data() + text.size();
  auto parsed = std::from_chars(text.data(), end, first);
  if (parsed.ec != std::errc()) return false;
  int last = first;
  if (parsed.ptr != end && *parsed.ptr == '-') {
    parsed = std::from_chars(parsed.ptr + 1, end, last);
    if (parsed.ec != std::errc()) return false;
  }
  if (parsed.ptr != end || first < 0 || last < first || last >= CPU_SETSIZE) return false;
  for (int cpu = first; cpu <= last; ++cpu) CPU_SET(cpu, &set);
  return true;
}

}  // namespace

Result<int> pin_threads(const std::string& cpus) {
  cpu_set_t allowed, wanted;
  CPU_ZERO(&wanted);
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0) return errno_status(errno, "--pin");
  std::istringstream list(cpus);
  for (std::string range; std::getline(list, range, ',');) {
    if (!add_range(range, wanted)) {
      return invalid_argument("--pin: found '" + range + "', expected CPUs as in 0,2-3");
    }
  }
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &wanted) && !CPU_ISSET(cpu, &allowed)) {
      return invalid_argument("--pin: this process may not use CPU " + std::to_string(cpu) +
                              "; it has " + std::to_string(CPU_COUNT(&allowed)) + " CPUs");
    }
  }
  if (CPU_COUNT(&wanted) == 0) return invalid_argument("--pin: expected CPUs as in 0,2-3");
  if (sched_setaffinity(0, sizeof wanted, &wanted) != 0) return errno_status(errno, "--pin");
  return CPU_COUNT(&wanted);
}

}  // namespace tundish::cli
