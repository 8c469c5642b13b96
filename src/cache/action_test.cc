#include "cache/action.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <random>
#include <set>

#include "base/sha256.h"

namespace tundish {
namespace {

using Step = std::function<void(ActionBuilder&)>;

std::vector<Step> unordered_steps() {
  std::vector<Step> steps;
  for (const char* path : {"a.mlir", "p/weights.irpa", "p/more/x", "p/b", "z"}) {
    steps.push_back([path](ActionBuilder& b) { b.add_input(path, content_digest(path)); });
  }
  for (const char* name : {"A", "B", "C"}) {
    steps.push_back([name](ActionBuilder& b) { b.set_environment(name, "1"); });
    steps.push_back([name](ActionBuilder& b) { b.set_platform(name, "2"); });
    steps.push_back([name](ActionBuilder& b) { b.add_output(name); });
  }
  return steps;
}

ActionKey key_of(const std::vector<Step>& steps) {
  ActionBuilder builder;
  builder.add_argument("compile");
  for (const Step& step : steps) step(builder);
  auto key = builder.key();
  EXPECT_TRUE(key.has_value()) << key.error().to_string();
  return key.value_or(ActionKey{});
}

TEST(ActionBuilderTest, TheKeyDoesNotDependOnTheOrderOfAdding) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  std::vector<Step> steps = unordered_steps();
  const ActionKey expected = key_of(steps);
  for (int i = 0; i < 100; ++i) {
    std::shuffle(steps.begin(), steps.end(), random);
    EXPECT_EQ(key_of(steps), expected);
  }
}

// The number was printed by another process, on another day: it may only change together with what
// is in the key. A change makes every cache in the world miss once.
TEST(ActionBuilderTest, TheKeyIsTheSameInEveryProcess) {
  EXPECT_EQ(key_of(unordered_steps()).to_string(),
            "a234f0b9ffe11ea1cc0748f8d3bd6e1a3cb4dbe0ab49168128e1d03d7d371a13/167");
}

TEST(ActionBuilderTest, EverythingCounts) {
  std::vector<Step> changes = {
      [](ActionBuilder&) {},
      [](ActionBuilder& b) { b.add_argument(""); },
      [](ActionBuilder& b) { b.add_argument("x"); },
      [](ActionBuilder& b) { b.set_environment("x", ""); },
      [](ActionBuilder& b) { b.set_environment("x", "y"); },
      [](ActionBuilder& b) { b.set_environment("xy", ""); },
      [](ActionBuilder& b) { b.set_platform("x", ""); },
      [](ActionBuilder& b) { b.add_output("x"); },
      [](ActionBuilder& b) { b.set_salt("x"); },
      [](ActionBuilder& b) { b.add_input("x", content_digest("")); },
      [](ActionBuilder& b) { b.add_input("x", content_digest(""), true); },
      [](ActionBuilder& b) { b.add_input("x", content_digest("1")); },
      [](ActionBuilder& b) { b.add_input("x/x", content_digest("1")); },
      [](ActionBuilder& b) { b.add_input("y", content_digest("1")); },
      [](ActionBuilder& b) { b.add_argument("x").add_argument("y"); },
      [](ActionBuilder& b) { b.add_argument("y").add_argument("x"); },
      [](ActionBuilder& b) { b.add_argument("xy"); },
  };
  std::set<ActionKey> keys;
  for (const Step& change : changes) keys.insert(key_of({change}));
  EXPECT_EQ(keys.size(), changes.size());
}

TEST(ActionBuilderTest, PathsThatNameNoPlaceAreRefused) {
  for (const char* path : {"", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "./a"}) {
    EXPECT_EQ(ActionBuilder().add_input(path, {}).key().error().code(), Code::kInvalidArgument)
        << path;
    EXPECT_EQ(ActionBuilder().add_output(path).key().error().code(), Code::kInvalidArgument);
  }
  const ContentDigest content;
  EXPECT_FALSE(ActionBuilder().add_input("a", content).add_input("a", content).key());
  EXPECT_FALSE(ActionBuilder().add_input("a", content).add_input("a/b", content).key());
  EXPECT_FALSE(ActionBuilder().add_input("a/b", content).add_input("a", content).key());
  std::string deep = "a";
  for (int i = 0; i < 100'000; ++i) deep += "/a";
  EXPECT_FALSE(ActionBuilder().add_input(deep, content).key());
}

TEST(ActionBuilderTest, AllMessagesAreThereUnderTheirDigest) {
  const auto action =
      ActionBuilder().add_input("p/q/a", content_digest("a")).add_argument("x").build();
  ASSERT_TRUE(action.has_value());
  EXPECT_EQ(action->messages.size(), 5u) << "action, command and three folders";
  EXPECT_TRUE(action->messages.contains(action->key));
  for (const auto& [digest, bytes] : action->messages) EXPECT_EQ(digest, content_digest(bytes));
}

}  // namespace
}  // namespace tundish
