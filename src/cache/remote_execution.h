// The messages of the Remote Execution API (version 2) that name a unit of work, and their
// encoding.
//
// An Action's digest is the cache key on a laptop, in the service and in a cluster alike, so the
// encoding is canonical protobuf: fields in tag order, default values left out, lists sorted where
// the API asks for it. Only what a key needs is here; decoding is not. A test compares with bytes
// made by the protobuf library.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tundish/base/digest.h"

namespace tundish::remote_execution {

// A name with a value: an environment variable or a platform property.
using NameValue = std::pair<std::string, std::string>;

struct Platform {
  std::vector<NameValue> properties;  // any order; a name may repeat
};

struct Command {
  std::vector<std::string> arguments;            // in order
  std::vector<NameValue> environment_variables;  // any order
  std::vector<std::string> output_paths;         // any order
};

struct FileNode {
  std::string name;
  ContentDigest digest;
  bool is_executable = false;
};

struct DirectoryNode {
  std::string name;
  ContentDigest digest;
};

struct Directory {
  std::vector<FileNode> files;             // any order
  std::vector<DirectoryNode> directories;  // any order
};

struct Action {
  ContentDigest command;
  ContentDigest input_root;
  std::string salt;
  Platform platform;
};

std::string encode(const Command& command);
std::string encode(const Directory& directory);
std::string encode(const Action& action);

}  // namespace tundish::remote_execution
