#include "base/file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "base/temporary_folder.h"

namespace tundish {
namespace {

size_t count_entries(const std::string& folder) {
  size_t count = 0;
  for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder)) ++count;
  return count;
}

class FileTest : public testing::Test {
 protected:
  void SetUp() override {
    auto folder = TemporaryFolder::create();
    ASSERT_TRUE(folder.has_value()) << folder.error().to_string();
    folder_ = std::move(folder).value();
  }
  std::string path(const std::string& name) const { return folder_.file(name); }
  std::string content(const std::string& name) const {
    return read_file(path(name), kNoSizeLimit).value_or(std::string("(unreadable)"));
  }
  TemporaryFolder folder_;
};

TEST_F(FileTest, WhatIsWrittenIsReadAndMapped) {
  const std::string text(300'000, 'x');
  ASSERT_TRUE(write_file_atomically(path("a"), text).ok());
  EXPECT_EQ(content("a"), text);
  auto mapped = MappedFile::open(path("a"));
  ASSERT_TRUE(mapped.has_value()) << mapped.error().to_string();
  EXPECT_EQ((*mapped)->text(), text);
  EXPECT_EQ((*mapped)->path(), path("a"));
}

TEST_F(FileTest, PiecesAreWrittenInOrder) {
  const std::string first = "one ", second = "two";
  const std::span<const std::byte> pieces[] = {
      std::as_bytes(std::span(first)), {}, std::as_bytes(std::span(second))};
  ASSERT_TRUE(write_file_atomically(path("a"), pieces).ok());
  EXPECT_EQ(content("a"), "one two");
}

TEST_F(FileTest, EmptyFileIsAnEmptySpan) {
  ASSERT_TRUE(write_file_atomically(path("empty"), "").ok());
  auto mapped = MappedFile::open(path("empty"));
  ASSERT_TRUE(mapped.has_value()) << mapped.error().to_string();
  EXPECT_TRUE((*mapped)->bytes().empty());
  EXPECT_EQ(content("empty"), "");
}

TEST_F(FileTest, ReadStopsAtTheLimit) {
  ASSERT_TRUE(write_file_atomically(path("a"), "12345").ok());
  EXPECT_EQ(*read_file(path("a"), 5), "12345");
  EXPECT_EQ(read_file(path("a"), 4).error().code(), Code::kResourceExhausted);
  EXPECT_EQ(read_file("/dev/zero", 1'000'000).error().code(), Code::kResourceExhausted);
}

TEST_F(FileTest, FilesWithoutAStatedSizeAreReadWhole) {
  auto status = read_file("/proc/self/status", 1 << 20);
  ASSERT_TRUE(status.has_value());
  EXPECT_NE(status->find("VmSwap"), std::string::npos);
}

TEST_F(FileTest, WhatIsNoRegularFileIsRefusedByName) {
  ASSERT_EQ(mkfifo(path("fifo").c_str(), 0600), 0);
  EXPECT_EQ(MappedFile::open(path("fifo")).error().message(),
            path("fifo") + " is a FIFO; a regular file was expected");
  EXPECT_EQ(MappedFile::open(folder_.path()).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(MappedFile::open("/dev/null").error().message(),
            "/dev/null is a device; a regular file was expected");
  EXPECT_EQ(read_file(folder_.path(), 10).error().code(), Code::kInvalidArgument);
  EXPECT_EQ(write_file_atomically(folder_.path(), "x").code(), Code::kInvalidArgument);
  EXPECT_EQ(MappedFile::open(path("absent")).error().code(), Code::kNotFound);
  EXPECT_EQ(write_file_atomically(path("absent/file"), "x").code(), Code::kNotFound);
}

TEST_F(FileTest, DevicesAreWrittenDirectly) {
  EXPECT_TRUE(write_file_atomically("/dev/null", "gone").ok());
  EXPECT_EQ(write_file_atomically("/dev/full", "x").code(), Code::kResourceExhausted);
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST_F(FileTest, ReplacingKeepsModeAndFollowsLinks) {
  ASSERT_TRUE(write_file_atomically(path("real"), "old").ok());
  ASSERT_EQ(chmod(path("real").c_str(), 0640), 0);
  ASSERT_EQ(symlink("real", path("link").c_str()), 0);
  ASSERT_TRUE(write_file_atomically(path("link"), "new").ok());
  EXPECT_TRUE(std::filesystem::is_symlink(path("link")));
  EXPECT_EQ(content("real"), "new");
  struct stat info;
  ASSERT_EQ(stat(path("real").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0640u);

  ASSERT_EQ(symlink("later", path("dangling").c_str()), 0);
  ASSERT_TRUE(write_file_atomically(path("dangling"), "made").ok());
  EXPECT_EQ(content("later"), "made");
}

TEST_F(FileTest, NewFilesHonourTheUmask) {
  const mode_t before = umask(027);
  EXPECT_TRUE(write_file_atomically(path("plain"), "x").ok());
  EXPECT_TRUE(write_file_atomically(path("tool"), "x", {.executable = true}).ok());
  umask(before);
  struct stat info;
  ASSERT_EQ(stat(path("plain").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0640u);
  ASSERT_EQ(stat(path("tool").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0750u);
}

// The limit on file sizes stands for a full disk: writing fails half-way.
TEST_F(FileTest, FailureKeepsTheOldContentAndLeavesNothing) {
  ASSERT_TRUE(write_file_atomically(path("a"), "old").ok());
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit small{100'000, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const Status status = write_file_atomically(path("a"), std::string(1 << 20, 'n'));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  EXPECT_EQ(status.code(), Code::kResourceExhausted) << status.to_string();
  EXPECT_EQ(content("a"), "old");
  EXPECT_EQ(count_entries(folder_.path()), 1u);
}

TEST_F(FileTest, ReadersSeeOneVersionOrTheOther) {
  const std::string versions[] = {std::string(200'000, 'a'), std::string(150'000, 'b')};
  ASSERT_TRUE(write_file_atomically(path("f"), versions[0], {.sync = false}).ok());
  std::jthread writer([&](std::stop_token stop) {
    for (int i = 0; !stop.stop_requested(); ++i) {
      EXPECT_TRUE(write_file_atomically(path("f"), versions[i % 2], {.sync = false}).ok());
    }
  });
  for (int i = 0; i < 300; ++i) {
    const std::string seen = content("f");
    ASSERT_TRUE(seen == versions[0] || seen == versions[1]) << seen.size();
  }
}

TEST_F(FileTest, SameFileComparesWhatPathsName) {
  ASSERT_TRUE(write_file_atomically(path("a"), "x").ok());
  ASSERT_TRUE(write_file_atomically(path("b"), "x").ok());
  ASSERT_EQ(link(path("a").c_str(), path("hard").c_str()), 0);
  ASSERT_EQ(symlink("a", path("soft").c_str()), 0);
  EXPECT_TRUE(same_file(path("a"), folder_.path() + "/./a"));
  EXPECT_TRUE(same_file(path("a"), path("hard")));
  EXPECT_TRUE(same_file(path("soft"), path("a")));
  EXPECT_FALSE(same_file(path("a"), path("b")));
  EXPECT_FALSE(same_file(path("absent"), path("absent")));
}

TEST_F(FileTest, FoldersAreCreatedWithTheirParents) {
  EXPECT_TRUE(create_folders(path("x/y/z")).ok());
  EXPECT_TRUE(create_folders(path("x/y/z/")).ok()) << "exists already";
  EXPECT_TRUE(std::filesystem::is_directory(path("x/y/z")));
  EXPECT_TRUE(create_folders(path("p/q/")).ok());
  ASSERT_TRUE(write_file_atomically(path("file"), "x").ok());
  EXPECT_FALSE(create_folders(path("file")).ok());
  EXPECT_FALSE(create_folders(path("file/below")).ok());
  EXPECT_FALSE(create_folders("").ok());
}

TEST(UniqueNameTest, DiffersAmongThreads) {
  std::set<std::string> names;
  std::mutex mutex;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        for (int i = 0; i < 500; ++i) {
          std::string name = unique_name("n");
          const std::scoped_lock lock(mutex);
          names.insert(std::move(name));
        }
      });
    }
  }
  EXPECT_EQ(names.size(), 2000u);
}

}  // namespace
}  // namespace tundish
