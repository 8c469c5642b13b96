// TemporaryFolder: a private folder that is gone when its owner is.
#pragma once

#include <string>

#include "base/file_descriptor.h"
#include "tundish/base/status.h"

namespace tundish {

// A folder with mode 0700, removed with all content on destruction. It is named
// "tundish-<pid>-<random>" and locked while its owner lives, so that sweep_temporary_folders() can
// tell and remove what a killed process left. Movable; the object itself is not thread-safe.
class TemporaryFolder {
 public:
  // Inside `parent`; empty: $TMPDIR, or /tmp.
  static Result<TemporaryFolder> create(const std::string& parent = "");

  TemporaryFolder() = default;  // none
  TemporaryFolder(TemporaryFolder&& other) noexcept;
  TemporaryFolder& operator=(TemporaryFolder&& other) noexcept;
  ~TemporaryFolder();

  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }
  // Removes the folder now. Reports what could not be removed.
  Status remove();
  // Gives the folder up: it stays, unlocked, and a later sweep may remove it. Returns its path.
  std::string release();

 private:
  std::string path_;
  FileDescriptor lock_;
};

// $TMPDIR, or /tmp.
std::string temporary_parent();

// Removes the folders of this user in `parent` (empty: temporary_parent()) that TemporaryFolder
// made and whose owner is dead, also when the owner lived in another container. Returns how many.
// Younger ones are left alone: between its creation and its lock a folder looks abandoned.
int sweep_temporary_folders(const std::string& parent = "", int min_age_seconds = 10);

// Removes a folder with all content, also folders inside that are not writable. Does not follow
// links. OK when there is none.
Status remove_folder(const std::string& path);

}  // namespace tundish
