#include "backend/isolation/wire.h"

#include <gtest/gtest.h>

#include <random>

#include "backend/isolation/messages.h"

namespace tundish {
namespace {

using nlohmann::json;

CompileReply example() {
  CompileReply reply;
  reply.executable_bytes = 1234;
  reply.signature = {
      {{"main", {{"x", *TensorType::parse("4x?xf32")}}, {{"", *TensorType::parse("i1")}}}}};
  reply.diagnostics = {{Severity::kWarning, "a.mlir", 1, 2, "text"}};
  reply.report = {"iree", "3.13", "cuda:sm_80", {{"--flag", "why"}}, {"note"}, 1.5};
  reply.intermediates = {{"a.s", 10}};
  return reply;
}

// Replaces, removes or adds something at a random place.
void damage(json& value, std::mt19937& random) {
  if (value.is_array() && !value.empty() && random() % 4 != 0) {
    return damage(value[random() % value.size()], random);
  }
  switch (random() % 7) {
    case 0:
      value = -1;
      break;
    case 1:
      value = 1e300;
      break;
    case 2:
      value = uint64_t{1} << 63;
      break;
    case 3:
      value = nullptr;
      break;
    case 4:
      value = json::array({value, value});
      break;
    case 5:
      value = "text";
      break;
    default:
      value = json::object({{"a", 1}});
      break;
  }
}

TEST(WireTest, ComesBackAsItWent) {
  const CompileReply reply = example();
  const Result<CompileReply> back = from_wire<CompileReply>(to_wire(reply));
  ASSERT_TRUE(back) << back.error().to_string();
  EXPECT_EQ(to_wire(*back), to_wire(reply));
  EXPECT_EQ(back->signature, reply.signature);
}

TEST(WireTest, StatusKeepsAllItsParts) {
  const Status status =
      aborted("why").with_stage(Stage::kLoad).with_diagnostics({{Severity::kNote, "f", 3, 4, "m"}});
  Status back;
  ASSERT_TRUE(from_wire(to_wire(status), back).ok());
  EXPECT_EQ(back.to_string(), status.to_string());
  EXPECT_EQ(back.stage(), Stage::kLoad);
  EXPECT_EQ(back.diagnostics().size(), 1u);
  ASSERT_TRUE(from_wire(to_wire(Status()), back).ok());
  EXPECT_TRUE(back.ok());
}

TEST(WireTest, RefusesWhatDoesNotFit) {
  EXPECT_FALSE(from_wire<int>(json(1.5)));
  EXPECT_FALSE(from_wire<int>(json(int64_t{1} << 40)));
  EXPECT_FALSE(from_wire<uint64_t>(json(-1)));
  EXPECT_FALSE(from_wire<bool>(json(1)));
  EXPECT_FALSE(from_wire<ElementType>(json(kElementTypeCount)));
  EXPECT_FALSE(from_wire<Profile>(json(-1)));
  EXPECT_FALSE(from_wire<TensorType>(json::array({0, json::array({json::array({-5})})})));
  EXPECT_FALSE(from_wire<std::vector<double>>(json::object()));
}

TEST(WireTest, DamagedMessagesAreRefusedOrHarmless) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  int refused = 0;
  for (int i = 0; i < 5000; ++i) {
    json wire = to_wire(example());
    damage(wire, random);
    const Result<CompileReply> read = from_wire<CompileReply>(wire);
    if (!read) {
      ++refused;
      EXPECT_EQ(read.error().code(), Code::kDataLoss);
    } else {
      EXPECT_EQ(to_wire(*read), wire);  // what is accepted is what was sent
    }
  }
  EXPECT_GT(refused, 3000);
}

}  // namespace
}  // namespace tundish
