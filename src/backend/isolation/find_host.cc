#include "backend/isolation/find_host.h"

#include <dlfcn.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <vector>

namespace tundish {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProgram = "tundish-host";

bool is_program(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error) && access(path.c_str(), X_OK) == 0;
}

void add_around(const fs::path& file, std::vector<fs::path>& candidates) {
  if (file.empty()) return;
  const fs::path folder = file.parent_path();
  candidates.push_back(folder / kProgram);
  candidates.push_back((folder / ".." / "libexec" / "tundish" / kProgram).lexically_normal());
}

// The shared library or program that holds this function.
fs::path this_library() {
  Dl_info info{};
  if (dladdr(reinterpret_cast<void*>(&find_host_program), &info) == 0 || !info.dli_fname) return {};
  std::error_code error;
  return fs::canonical(info.dli_fname, error);
}

}  // namespace

Result<std::string> find_host_program() {
  if (const char* named = std::getenv("TUNDISH_HOST"); named && *named) {
    if (is_program(named)) return std::string(named);
    return unavailable(std::string("TUNDISH_HOST names \"") + named +
                       "\", which is no executable file; correct it or unset it");
  }
  std::vector<fs::path> candidates;
  std::error_code error;
  add_around(fs::read_symlink("/proc/self/exe", error), candidates);
  add_around(this_library(), candidates);
#ifdef TUNDISH_BUILD_HOST_PATH
  candidates.push_back(TUNDISH_BUILD_HOST_PATH);
#endif
  std::string looked;
  for (const fs::path& candidate : candidates) {
    if (is_program(candidate)) return candidate.string();
    looked += (looked.empty() ? "" : ", ") + candidate.string();
  }
  return unavailable(
      "the program tundish-host, which compiles and runs in isolation, is missing; "
      "looked for " +
      looked + "; reinstall Tundish, or name the program in TUNDISH_HOST");
}

}  // namespace tundish
