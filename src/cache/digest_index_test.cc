#include "cache/digest_index.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "base/file.h"
#include "base/sha256.h"
#include "base/temporary_folder.h"

namespace tundish {
namespace {

namespace fs = std::filesystem;

class DigestIndexTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = *TemporaryFolder::create();
    fs::create_directory(folder_.file("index"));
    path_ = folder_.file("big");
  }
  void write(char c, size_t size = 1 << 20) {
    ASSERT_TRUE(write_file_atomically(path_, std::string(size, c)).ok());
  }
  // ctime cannot be set back, so being old takes time.
  static void grow_old() { std::this_thread::sleep_for(std::chrono::milliseconds(2100)); }
  long records() const {
    return std::distance(fs::directory_iterator(folder_.file("index")), fs::directory_iterator());
  }
  ContentDigest digest() const {
    auto result = DigestIndex(folder_.file("index")).digest_file(path_);
    EXPECT_TRUE(result.has_value()) << result.error().to_string();
    return result.value_or(ContentDigest{});
  }
  TemporaryFolder folder_;
  std::string path_;
};

TEST_F(DigestIndexTest, AYoungFileIsNotRecorded) {
  write('a');
  EXPECT_EQ(digest(), content_digest(std::string(1 << 20, 'a')));
  EXPECT_EQ(records(), 0);
}

TEST_F(DigestIndexTest, AnOldFileIsReadOnce) {
  write('a');
  grow_old();
  const ContentDigest first = digest();
  ASSERT_EQ(records(), 1);
  EXPECT_EQ(digest(), first);

  // Shows that the record is used: another digest in it is believed if its checksum is right, and
  // not when it is damaged.
  const std::string record = fs::directory_iterator(folder_.file("index"))->path();
  const std::string text = *read_file(record, 4096);
  std::string body = text.substr(0, text.find_last_of(' '));
  body.replace(body.size() - 64, 64, sha256("another").to_hex());
  ASSERT_TRUE(write_file_atomically(record, body + " " + sha256(body).to_hex() + "\n").ok());
  EXPECT_EQ(digest().digest, sha256("another"));
  std::string damaged = text;
  damaged[damaged.find(' ') + 3] ^= 1;
  ASSERT_TRUE(write_file_atomically(record, damaged).ok());
  EXPECT_EQ(digest(), first);
}

TEST_F(DigestIndexTest, AChangeIsSeenEvenWithSizeAndTimePutBack) {
  write('a');
  grow_old();
  digest();
  ASSERT_EQ(records(), 1);
  struct stat info;
  ASSERT_EQ(stat(path_.c_str(), &info), 0);
  {
    const auto file = FileDescriptor::adopt(open(path_.c_str(), O_WRONLY | O_CLOEXEC));
    ASSERT_EQ(pwrite(file.get(), "b", 1, 5), 1);  // in place: the inode stays
  }
  const timespec times[] = {info.st_atim, info.st_mtim};
  ASSERT_EQ(utimensat(AT_FDCWD, path_.c_str(), times, 0), 0);
  std::string expected(1 << 20, 'a');
  expected[5] = 'b';
  EXPECT_EQ(digest(), content_digest(expected));
}

TEST_F(DigestIndexTest, SmallFilesAndNoIndexWorkToo) {
  write('a', 10);
  EXPECT_EQ(digest(), content_digest(std::string(10, 'a')));
  EXPECT_EQ(DigestIndex("").digest_file(path_)->size_bytes, 10u);
  EXPECT_EQ(DigestIndex("/nonexistent").digest_file(path_)->size_bytes, 10u);
  EXPECT_EQ(DigestIndex("").digest_file(folder_.file("absent")).error().code(), Code::kNotFound);
}

}  // namespace
}  // namespace tundish
