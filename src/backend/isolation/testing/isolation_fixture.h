// What every isolation test stands on: a private temporary folder, a private folder for
// reproducers, a mark on every process it starts, and a check that nothing is left behind.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "backend/isolation/isolated_backend.h"
#include "backend/isolation/testing/misbehaving_backend.h"
#include "base/temporary_folder.h"

namespace tundish {

class IsolationTest : public testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

  Result<Compiled> compile(const std::string& text, Limits limits = {},
                           const CompileControl& control = {});
  Result<std::shared_ptr<Executable>> load(const std::string& text, Limits limits = {});
  // Processes that this test started, directly or not.
  static int count_processes();
  // Waits up to ten seconds for their end.
  static bool no_process_is_left();
  static int count_descriptors();

  TemporaryFolder temporary_;
  TemporaryFolder reproducers_;
  std::shared_ptr<HostPool> pool_;
  std::shared_ptr<Backend> backend_;
};

Tensor floats(std::vector<float> values);

}  // namespace tundish
