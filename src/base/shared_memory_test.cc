#include "base/shared_memory.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

namespace tundish {
namespace {

TEST(MemoryFileTest, WhatIsWrittenIsSeenByWhoAdoptsIt) {
  auto file = MemoryFile::create("test", 10'000);
  ASSERT_TRUE(file.has_value()) << file.error().to_string();
  auto writable = file->map(MemoryMapping::Access::kReadWrite);
  ASSERT_TRUE(writable.has_value());
  std::memcpy(writable->bytes().data(), "hello", 5);
  auto adopted = MemoryFile::adopt(FileDescriptor::adopt(dup(file->fd())));
  ASSERT_TRUE(adopted.has_value()) << adopted.error().to_string();
  EXPECT_EQ(adopted->size(), 10'000u);
  auto readable = adopted->map(MemoryMapping::Access::kRead);
  EXPECT_EQ(std::memcmp(readable->bytes().data(), "hello", 5), 0);
}

TEST(MemoryFileTest, PublishedMemoryCannotChange) {
  auto file = MemoryFile::create("test", 100);
  {
    auto writable = file->map(MemoryMapping::Access::kReadWrite);
    EXPECT_EQ(file->publish().code(), Code::kFailedPrecondition);
    EXPECT_FALSE(file->is_published());
  }
  ASSERT_TRUE(file->publish().ok());
  EXPECT_TRUE(file->is_published());
  EXPECT_TRUE(file->publish().ok()) << "twice is harmless";
  EXPECT_FALSE(file->map(MemoryMapping::Access::kReadWrite).has_value());
  EXPECT_EQ(write(file->fd(), "x", 1), -1);
  EXPECT_TRUE(file->map(MemoryMapping::Access::kRead).has_value());
}

TEST(MemoryFileTest, TheSizeIsSealedAndForeignFilesAreRefused) {
  auto file = MemoryFile::create("test", 100);
  EXPECT_EQ(ftruncate(file->fd(), 10), -1);
  EXPECT_EQ(ftruncate(file->fd(), 1000), -1);
  auto unsealed = FileDescriptor::adopt(memfd_create("x", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  EXPECT_EQ(MemoryFile::adopt(std::move(unsealed)).error().code(), Code::kDataLoss);
  EXPECT_EQ(MemoryFile::adopt(FileDescriptor()).error().code(), Code::kDataLoss);
  EXPECT_FALSE(MemoryFile::create("huge", UINT64_MAX).has_value());
}

TEST(MemoryFileTest, EmptyIsFine) {
  auto file = MemoryFile::create("empty", 0);
  ASSERT_TRUE(file.has_value());
  EXPECT_TRUE(file->map(MemoryMapping::Access::kRead)->bytes().empty());
  EXPECT_TRUE(file->publish().ok());
}

}  // namespace
}  // namespace tundish
