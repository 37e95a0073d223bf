#pragma once
// The end of a restore: a complete copy takes the place of the files of a data folder. Each step is
// a rename, and the first of them decides: once the copy is named `restore.ready`, the folder is
// restored as soon as the steps are done, whoever does them. A folder in between is refused by all
// other commands (refuse_half_restored).
//
// The former files move into `restore.ready/former`, then the copy's files move into the data
// folder, then `former` gets the name `before_restore.1`, or the next number. It is a data folder
// of its own.

#include <string>

#include "base/error.h"

namespace chatreports::store {

// Does all steps that are left, for the holder of the folder's lock. Does nothing if there is no
// complete copy. Everything is on the disk when it returns. Returns the folder with the former
// files; an empty text if there were none. After an error or a kill, call it again.
Result<std::string> replace_by_copy(const std::string& data_folder);

}  // namespace chatreports::store
