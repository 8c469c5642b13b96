#include "base/temporary_folder.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>

#include "base/file.h"

namespace tundish {
namespace {

namespace fs = std::filesystem;

TEST(TemporaryFolderTest, IsPrivateAndGoneWithItsContent) {
  std::string path;
  {
    auto folder = TemporaryFolder::create();
    ASSERT_TRUE(folder.has_value()) << folder.error().to_string();
    path = folder->path();
    struct stat info;
    ASSERT_EQ(stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0700u);
    fs::create_directories(path + "/a/b");
    ASSERT_TRUE(write_file_atomically(path + "/a/b/c", "x").ok());
    fs::permissions(path + "/a/b", fs::perms::owner_read);
    const TemporaryFolder moved = std::move(*folder);
    EXPECT_TRUE(fs::exists(path));
  }
  EXPECT_FALSE(fs::exists(path));
}

TEST(TemporaryFolderTest, RemovalDoesNotFollowLinks) {
  auto kept = TemporaryFolder::create();
  ASSERT_TRUE(write_file_atomically(kept->file("precious"), "x").ok());
  {
    auto folder = TemporaryFolder::create();
    fs::create_symlink(kept->path(), folder->file("link"));
  }
  EXPECT_TRUE(fs::exists(kept->file("precious")));
}

TEST(TemporaryFolderTest, MissingParentIsAnError) {
  EXPECT_EQ(TemporaryFolder::create("/nonexistent").error().code(), Code::kNotFound);
}

TEST(TemporaryFolderTest, SweepRemovesWhatDeadProcessesLeft) {
  auto parent = TemporaryFolder::create();
  const pid_t child = fork();
  if (child == 0) {
    auto folder = TemporaryFolder::create(parent->path());
    _exit(folder.has_value() ? 0 : 1);  // no destructor: as if killed
  }
  int exit_status = 0;
  ASSERT_EQ(waitpid(child, &exit_status, 0), child);
  ASSERT_EQ(exit_status, 0);
  auto alive = TemporaryFolder::create(parent->path());
  fs::create_directory(parent->file("tundish-notes"));
  EXPECT_EQ(sweep_temporary_folders(parent->path()), 0) << "too young to be told from a new one";
  EXPECT_EQ(sweep_temporary_folders(parent->path(), 0), 1);
  EXPECT_TRUE(fs::exists(alive->path()));
  EXPECT_TRUE(fs::exists(parent->file("tundish-notes")));
}

}  // namespace
}  // namespace tundish
