#pragma once
// A folder that is made under another name, and gets its own when it is complete: nobody ever finds
// half of it. For the copies of data folders.

#include <string>
#include <utility>

#include "base/error.h"
#include "store/descriptor.h"

namespace chatreports::store {

class UnfinishedFolder {
 public:
  // Makes a folder for its owner alone (0700), whose parent exists; it has only a lock. Takes the
  // place of one that a killed process has left. Fails with in_use while another process has it,
  // and if it contains files of others.
  static Result<UnfinishedFolder> make(const std::string& path);
  UnfinishedFolder(UnfinishedFolder&& other) noexcept
      : path_(std::exchange(other.path_, {})), lock_(std::move(other.lock_)) {}
  UnfinishedFolder& operator=(UnfinishedFolder&&) = delete;
  // Removes it unless it was finished.
  ~UnfinishedFolder() { remove(); }

  const std::string& path() const { return path_; }

  // Gives it its name, on the same file system. When it returns, the folder is on the disk; its
  // files must have been before. Fails if the name exists.
  Result<void> finish(const std::string& name);
  // Removes it before its time.
  void remove();

 private:
  UnfinishedFolder(std::string path, Descriptor lock)
      : path_(std::move(path)), lock_(std::move(lock)) {}

  std::string path_;  // empty once it is finished or removed
  Descriptor lock_;
};

// Makes sure that what was written into the file, or the names in the folder, are on the disk.
Result<void> sync_to_disk(const std::string& path);

}  // namespace chatreports::store
