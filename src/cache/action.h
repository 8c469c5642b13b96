// ActionBuilder: everything that decides the bytes of an executable, made into one key.
//
//   ActionBuilder builder;
//   builder.add_input("source.mlir", content_digest(source));
//   builder.add_argument("compile").add_argument("--target=cpu:znver4");
//   builder.set_environment("TUNDISH_REVISION", revision);     // of our transforms
//   builder.set_platform("compiler", "iree-3.13.0");
//   TUNDISH_ASSIGN(const ActionKey key, builder.key());
//
// The key is the digest of a Remote Execution Action (remote_execution.h). It does not depend on
// the order in which inputs, variables and properties were added; the order of arguments counts.
// Names of inputs are names inside the action, never the user's paths.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "cache/remote_execution.h"
#include "tundish/base/digest.h"
#include "tundish/base/status.h"

namespace tundish {

using ActionKey = ContentDigest;

// An Action with the messages that a remote executor needs beside the input files.
struct EncodedAction {
  ActionKey key;
  // The encoded Action, Command and Directory messages, by their digest.
  std::map<ContentDigest, std::string> messages;
};

class ActionBuilder {
 public:
  // A file of the input tree; `path` may have folders ("parameters/weights.irpa").
  ActionBuilder& add_input(std::string path, const ContentDigest& content,
                           bool is_executable = false);
  ActionBuilder& add_argument(std::string argument);
  ActionBuilder& set_environment(std::string name, std::string value);
  ActionBuilder& set_platform(std::string name, std::string value);
  ActionBuilder& add_output(std::string path);
  // Sets this builder's keys apart from all others.
  ActionBuilder& set_salt(std::string salt);

  // kInvalidArgument when a path is empty, absolute, has "." or "..", repeats, or is a file and a
  // folder at once.
  Result<EncodedAction> build() const;
  Result<ActionKey> key() const;

 private:
  struct Input {
    ContentDigest content;
    bool is_executable;
  };

  std::vector<std::pair<std::string, Input>> inputs_;
  std::vector<std::string> arguments_;
  std::map<std::string, std::string> environment_;
  std::map<std::string, std::string> platform_;
  std::vector<std::string> outputs_;
  std::string salt_;
};

}  // namespace tundish
