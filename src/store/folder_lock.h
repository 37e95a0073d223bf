#pragma once
// The lock of a data folder: one process at a time may change its facts, a server or an import.

#include <string>
#include <utility>

#include "base/error.h"
#include "store/descriptor.h"

namespace chatreports::store {

// Locks the folder's lock file and the store itself for as long as it lives; the kernel frees both
// when the process dies. Removing the lock file lets nobody else in. It must outlive every Store of
// the folder in its process: closing the file would free SQLite's locks on it.
class FolderLock {
 public:
  // Makes the folder if it is missing. Writes `purpose` ("chatreports serve") and the process id
  // into the lock file, so that the error of a second process (kind in_use) can name the holder.
  static Result<FolderLock> acquire(const std::string& data_folder, const std::string& purpose);

 private:
  FolderLock(Descriptor lock, Descriptor store)
      : lock_(std::move(lock)), store_(std::move(store)) {}
  Descriptor lock_;
  Descriptor store_;
};

// Returns who has the folder, as `chatreports serve (process 5)`; empty if nobody has, or if the
// kernel does not list its locks in /proc/locks. Takes no lock and changes nothing.
std::string holder_of(const std::string& data_folder);

}  // namespace chatreports::store
