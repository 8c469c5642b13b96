#include "base/sha256.h"

#include <gtest/gtest.h>

#include <random>

#include "base/file.h"
#include "base/temporary_folder.h"

namespace tundish {
namespace {

TEST(Sha256Test, MatchesThePublishedVectors) {
  EXPECT_EQ(sha256("").to_hex(),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc").to_hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256(std::string(1'000'000, 'a')).to_hex(),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256Test, PiecesGiveTheDigestOfTheWhole) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::string text(100'000, 0);
  for (char& c : text) c = static_cast<char>(random());
  Sha256 hash;
  for (size_t at = 0; at < text.size();) {
    const size_t count = std::min<size_t>(random() % 3000, text.size() - at);
    hash.update(std::string_view(text).substr(at, count));
    at += count;
  }
  EXPECT_EQ(hash.finish(), sha256(text));
  EXPECT_EQ(hash.finish(), sha256("")) << "finish() starts anew";
}

TEST(Sha256Test, FileEqualsItsContent) {
  auto folder = TemporaryFolder::create();
  const std::string text(3'000'001, 'z');
  ASSERT_TRUE(write_file_atomically(folder->file("a"), text).ok());
  auto digest = sha256_file(folder->file("a"));
  ASSERT_TRUE(digest.has_value()) << digest.error().to_string();
  EXPECT_EQ(digest->digest, sha256(text));
  EXPECT_EQ(digest->size_bytes, text.size());
  EXPECT_EQ(sha256_file(folder->file("b")).error().code(), Code::kNotFound);
  EXPECT_EQ(sha256_file(folder->path()).error().code(), Code::kInvalidArgument);
}

TEST(DigestTest, HexIsReadBackAndChecked) {
  const Digest digest = sha256("x");
  EXPECT_EQ(*Digest::from_hex(digest.to_hex()), digest);
  std::string upper = digest.to_hex();
  for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  EXPECT_EQ(*Digest::from_hex(upper), digest);
  EXPECT_FALSE(Digest::from_hex("").has_value());
  EXPECT_FALSE(Digest::from_hex(std::string(63, '0')).has_value());
  EXPECT_FALSE(Digest::from_hex(std::string(63, '0') + "g").has_value());
}

}  // namespace
}  // namespace tundish
