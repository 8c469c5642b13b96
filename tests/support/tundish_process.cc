#include "support/tundish_process.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "base/file_descriptor.h"
#include "base/temporary_folder.h"

namespace tundish::testing {

SubprocessResult run_tundish(const std::vector<std::string>& arguments,
                             const ProcessOptions& options) {
  Result<TemporaryFolder> folder = TemporaryFolder::create();
  if (!folder) {
    ADD_FAILURE() << folder.error().to_string();
    return {};
  }
  const std::string input = folder->file("stdin");
  const Status written = write_file_atomically(input, options.standard_input);
  EXPECT_TRUE(written.ok()) << written.to_string();
  const FileDescriptor input_fd = FileDescriptor::adopt(open(input.c_str(), O_RDONLY | O_CLOEXEC));
  SubprocessOptions process;
  process.program = TUNDISH_PROGRAM;
  process.arguments = arguments;
  process.environment = {{"TUNDISH_CACHE_DIR", std::string(TUNDISH_TEST_CACHE)}};
  process.environment.insert(process.environment.end(), options.environment.begin(),
                             options.environment.end());
  process.working_folder = options.working_folder;
  process.stdin_fd = input_fd.get();
  process.limits.timeout_seconds = options.timeout_seconds;
  Result<SubprocessResult> result = run_subprocess(std::move(process));
  if (result) return *result;
  ADD_FAILURE() << result.error().to_string();
  return {};
}

std::string repository_file(const std::string& path) {
  return std::string(TUNDISH_REPOSITORY) + '/' + path;
}

}  // namespace tundish::testing
