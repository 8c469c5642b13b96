#include "bench/peak_memory.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <cstring>

namespace tundish {
namespace {

void hold_and_release(size_t bytes) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  std::memset(memory, 1, bytes);
  munmap(memory, bytes);
}

TEST(PeakMemoryTest, SeesWhatWasHeldForAMoment) {
  PeakMemory memory;
  const uint64_t before = memory.bytes();
  ASSERT_GT(before, 0u);
  hold_and_release(64 << 20);
  EXPECT_GE(memory.bytes(), before + (60 << 20));
}

TEST(PeakMemoryTest, ForgetsWhatWasBefore) {
  hold_and_release(256 << 20);
  PeakMemory memory;
  EXPECT_LT(memory.bytes(), uint64_t{200} << 20);
}

}  // namespace
}  // namespace tundish
