#include "base/process_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <string_view>

#include "base/file_descriptor.h"

namespace tundish {
namespace {

constexpr size_t kMaxProcesses = 10'000;
constexpr size_t kMaxProcBytes = 1 << 20;

// A file of /proc, which vanishes with its process; then "".
std::string read_proc(const std::string& path) {
  const auto file = FileDescriptor::adopt(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  std::string content;
  if (!file) return content;
  char buffer[4096];
  ssize_t count;
  while (content.size() < kMaxProcBytes && (count = read(file.get(), buffer, sizeof buffer)) > 0) {
    content.append(buffer, static_cast<size_t>(count));
  }
  return content;
}

void append_numbers(const std::string& text, std::vector<pid_t>& numbers) {
  const char* at = text.c_str();
  for (char* end;; at = end) {
    const long number = std::strtol(at, &end, 10);
    if (end == at) return;
    numbers.push_back(static_cast<pid_t>(number));
  }
}

// Children belong to the thread that forked them.
void append_children(pid_t process, std::vector<pid_t>& children) {
  const std::string folder = "/proc/" + std::to_string(process) + "/task";
  DIR* tasks = opendir(folder.c_str());
  if (!tasks) return;
  while (const dirent* task = readdir(tasks)) {
    if (task->d_name[0] == '.') continue;
    append_numbers(read_proc(folder + "/" + task->d_name + "/children"), children);
  }
  closedir(tasks);
}

// The number of kB after `name`, as in "VmSwap:\t  12 kB".
uint64_t field_bytes(const std::string& status, std::string_view name) {
  const size_t at = status.find(name);
  if (at == std::string::npos) return 0;
  return std::strtoull(status.c_str() + at + name.size(), nullptr, 10) * 1024;
}

}  // namespace

std::vector<pid_t> process_tree(pid_t root) {
  std::vector<pid_t> processes = {root};
  for (size_t i = 0; i < processes.size() && processes.size() < kMaxProcesses; ++i) {
    append_children(processes[i], processes);
  }
  return processes;
}

uint64_t held_memory_bytes(const std::vector<pid_t>& processes) {
  uint64_t bytes = 0;
  for (const pid_t process : processes) {
    const std::string status = read_proc("/proc/" + std::to_string(process) + "/status");
    for (const char* field : {"\nRssAnon:", "\nRssShmem:", "\nVmSwap:"}) {
      bytes += field_bytes(status, field);
    }
  }
  return bytes;
}

}  // namespace tundish
