#include "backend/isolation/testing/isolation_fixture.h"

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

namespace tundish {
namespace {

namespace fs = std::filesystem;

constexpr const char* kMark = "TUNDISH_ISOLATION_TEST";

int count_entries(const std::string& folder) {
  return static_cast<int>(std::distance(fs::directory_iterator(folder), fs::directory_iterator()));
}

}  // namespace

void IsolationTest::SetUp() {
  temporary_ = *TemporaryFolder::create();
  reproducers_ = *TemporaryFolder::create();
  setenv("TMPDIR", temporary_.path().c_str(), 1);
  setenv("TUNDISH_REPRODUCER_DIR", reproducers_.path().c_str(), 1);
  setenv("TUNDISH_HOST", TUNDISH_TEST_HOST, 1);
  setenv(kMark, std::to_string(getpid()).c_str(), 1);
  pool_ = std::make_shared<HostPool>();
  backend_ = make_isolated(make_misbehaving_backend(), pool_);
}

void IsolationTest::TearDown() {
  backend_ = nullptr;
  pool_ = nullptr;
  EXPECT_TRUE(no_process_is_left());
  EXPECT_EQ(count_entries(temporary_.path()), 0) << "temporary folders were left behind";
  unsetenv("TMPDIR");
}

Result<Compiled> IsolationTest::compile(const std::string& text, Limits limits,
                                        const CompileControl& control) {
  CompileOptions options;
  options.limits = limits;
  return backend_->compile(Source::from_string(text, "m.mlir"), *parse_target("cuda:sm_80"),
                           options, control);
}

Result<std::shared_ptr<Executable>> IsolationTest::load(const std::string& text, Limits limits) {
  LoadOptions options;
  options.limits = limits;
  return backend_->load(Bytes::own(text), options);
}

int IsolationTest::count_processes() {
  const std::string mark = std::string(kMark) + "=" + std::to_string(getpid());
  int count = 0;
  for (const auto& entry : fs::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != name.npos || name == std::to_string(getpid())) {
      continue;
    }
    std::ifstream file(entry.path() / "environ", std::ios::binary);
    const std::string environment(std::istreambuf_iterator<char>(file), {});
    if (environment.find(mark) != environment.npos) ++count;
  }
  return count;
}

bool IsolationTest::no_process_is_left() {
  for (int i = 0; i < 200; ++i) {
    if (count_processes() == 0) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return false;
}

int IsolationTest::count_descriptors() { return count_entries("/proc/self/fd"); }

Tensor floats(std::vector<float> values) {
  return *Tensor::from_values<float>({ElementType::kF32, {static_cast<int64_t>(values.size())}},
                                     values);
}

}  // namespace tundish
