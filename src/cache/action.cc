#include "cache/action.h"

#include <algorithm>
#include <utility>

#include "base/sha256.h"

namespace tundish {
namespace {

constexpr size_t kMaxPathDepth = 64;  // folders are encoded recursively

// A folder of the input tree while it is being put together.
struct Folder {
  std::map<std::string, remote_execution::FileNode> files;
  std::map<std::string, Folder> folders;
};

Result<std::vector<std::string>> split_path(const std::string& path) {
  std::vector<std::string> parts;
  for (size_t start = 0; start <= path.size();) {
    const size_t slash = std::min(path.find('/', start), path.size());
    std::string part = path.substr(start, slash - start);
    if (part.empty() || part == "." || part == "..") {
      return invalid_argument("\"" + path +
                              "\" is no path of an action; expected names separated by \"/\"");
    }
    parts.push_back(std::move(part));
    start = slash + 1;
  }
  if (parts.size() > kMaxPathDepth) return invalid_argument("\"" + path + "\" is nested too deep");
  return parts;
}

Status insert_file(Folder& root, const std::string& path, const ContentDigest& content,
                   bool is_executable) {
  TUNDISH_ASSIGN(std::vector<std::string> parts, split_path(path));
  Folder* folder = &root;
  const std::string name = std::move(parts.back());
  parts.pop_back();
  for (const std::string& part : parts) {
    if (folder->files.contains(part)) {
      return invalid_argument("\"" + path + "\" is inside of a file");
    }
    folder = &folder->folders[part];
  }
  if (folder->folders.contains(name) ||
      !folder->files.emplace(name, remote_execution::FileNode{name, content, is_executable})
           .second) {
    return invalid_argument("\"" + path + "\" is there twice among the inputs of an action");
  }
  return {};
}

ContentDigest add_message(EncodedAction& action, std::string message) {
  const ContentDigest digest = content_digest(message);
  action.messages.emplace(digest, std::move(message));
  return digest;
}

ContentDigest add_folder(EncodedAction& action, const Folder& folder) {
  remote_execution::Directory directory;
  for (const auto& [name, file] : folder.files) directory.files.push_back(file);
  for (const auto& [name, child] : folder.folders) {
    directory.directories.push_back({name, add_folder(action, child)});
  }
  return add_message(action, encode(directory));
}

}  // namespace

ActionBuilder& ActionBuilder::add_input(std::string path, const ContentDigest& content,
                                        bool is_executable) {
  inputs_.emplace_back(std::move(path), Input{content, is_executable});
  return *this;
}

ActionBuilder& ActionBuilder::add_argument(std::string argument) {
  arguments_.push_back(std::move(argument));
  return *this;
}

ActionBuilder& ActionBuilder::set_environment(std::string name, std::string value) {
  environment_.insert_or_assign(std::move(name), std::move(value));
  return *this;
}

ActionBuilder& ActionBuilder::set_platform(std::string name, std::string value) {
  platform_.insert_or_assign(std::move(name), std::move(value));
  return *this;
}

ActionBuilder& ActionBuilder::add_output(std::string path) {
  outputs_.push_back(std::move(path));
  return *this;
}

ActionBuilder& ActionBuilder::set_salt(std::string salt) {
  salt_ = std::move(salt);
  return *this;
}

Result<EncodedAction> ActionBuilder::build() const {
  Folder root;
  for (const auto& [path, input] : inputs_) {
    TUNDISH_TRY(insert_file(root, path, input.content, input.is_executable));
  }
  remote_execution::Command command;
  command.arguments = arguments_;
  command.environment_variables.assign(environment_.begin(), environment_.end());
  command.output_paths = outputs_;
  std::sort(command.output_paths.begin(), command.output_paths.end());
  command.output_paths.erase(std::unique(command.output_paths.begin(), command.output_paths.end()),
                             command.output_paths.end());
  for (const std::string& path : command.output_paths) {
    TUNDISH_TRY(split_path(path).error());
  }

  EncodedAction result;
  remote_execution::Action action;
  action.command = add_message(result, encode(command));
  action.input_root = add_folder(result, root);
  action.salt = salt_;
  action.platform.properties.assign(platform_.begin(), platform_.end());
  result.key = add_message(result, encode(action));
  return result;
}

Result<ActionKey> ActionBuilder::key() const {
  TUNDISH_ASSIGN(const EncodedAction action, build());
  return action.key;
}

}  // namespace tundish
