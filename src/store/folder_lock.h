#pragma once
// Who may change the facts in a data folder: one process at a time, a server or an import.

#include <string>

#include "base/error.h"

namespace chatreports::store {

// Holds the folder's lock file for as long as it lives; the kernel frees it when the process dies.
class FolderLock {
 public:
  // Makes the folder where it is missing. `purpose` ("chatreports serve") and the process id are
  // written into the lock file, so that the error of a second process can name the holder (kind
  // in_use).
  static Result<FolderLock> acquire(const std::string& data_folder, const std::string& purpose);
  FolderLock(FolderLock&& other) noexcept;
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;
};

}  // namespace chatreports::store
