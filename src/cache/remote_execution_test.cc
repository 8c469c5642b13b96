#include "cache/remote_execution.h"

#include <gtest/gtest.h>

#include <fstream>

#include "base/sha256.h"

namespace tundish::remote_execution {
namespace {

// The bytes that the protobuf library makes; see make_messages.py beside the file.
std::string golden(const std::string& wanted) {
  std::ifstream file(TUNDISH_GOLDEN_FOLDER "/remote_execution/messages.txt");
  for (std::string line; std::getline(file, line);) {
    const size_t space = line.find(' ');
    if (line.substr(0, space) == wanted) return line.substr(space + 1);
  }
  ADD_FAILURE() << "no golden message " << wanted;
  return "?";
}

std::string to_hex(const std::string& bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

ContentDigest digest(uint8_t byte, uint64_t size) {
  ContentDigest result;
  result.digest.bytes.fill(byte);
  result.size_bytes = size;
  return result;
}

TEST(RemoteExecutionTest, CommandsAreEncodedAsProtobufDoes) {
  EXPECT_EQ(to_hex(encode(Command{})), golden("command_empty"));
  std::string umlauts;
  for (int i = 0; i < 100; ++i) umlauts += "ü";
  const Command command{
      .arguments = {"tundish", "compile", "", "--target=cpu:znver4"},
      .environment_variables = {{"Zä", umlauts}, {"LANG", "C"}, {"A", ""}},
      .output_paths = {"report.json", "executable"},
  };
  EXPECT_EQ(to_hex(encode(command)), golden("command"));
}

TEST(RemoteExecutionTest, DirectoriesAreEncodedAsProtobufDoes) {
  EXPECT_EQ(to_hex(encode(Directory{})), golden("directory_empty"));
  const Directory directory{
      .files = {{"b", digest(0xab, uint64_t{1} << 40), true}, {"a.mlir", digest(1, 0)}},
      .directories = {{"parameters", digest(0x7f, 300)}},
  };
  EXPECT_EQ(to_hex(encode(directory)), golden("directory"));
}

TEST(RemoteExecutionTest, ActionsAreEncodedAsProtobufDoes) {
  EXPECT_EQ(to_hex(encode(Action{digest(0x11, 127), digest(0x22, 128), "", {}})), golden("action"));
  const Action action{digest(0x11, 127), digest(0x22, 0), std::string("\0salt\xff", 6),
                      Platform{{{"os", "posix"}, {"compiler", "iree-3.13.0"}, {"os", "linux"}}}};
  EXPECT_EQ(to_hex(encode(action)), golden("action_full"));
}

TEST(RemoteExecutionTest, TheEmptyDirectoryHasTheWellKnownDigest) {
  EXPECT_EQ(sha256(encode(Directory{})), sha256(""));
}

}  // namespace
}  // namespace tundish::remote_execution
