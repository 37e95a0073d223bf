#pragma once
// Copies the store and the file of tokens of a data folder, as they are at one moment, while others
// may write them.

#include <cstdint>
#include <functional>
#include <string>

#include "base/error.h"

namespace chatreports::store {

// Called now and then while files are copied, with bytes. Its error ends the copy.
using Copied = std::function<Result<void>(std::uint64_t bytes, std::uint64_t all_bytes)>;

// Writes both files into the folder `to`, which has neither, for their owner alone (0600). They are
// on the disk when it returns, and have no log beside them, so a reader need not write there. The
// copy has everything that was acknowledged before the call. Nobody waits for it but, for a moment,
// those who create or revoke tokens. SQLite's log grows while it runs.
//
// Fails if a file is missing, belongs to another version or program, or has lost what was
// acknowledged. After an error the files in `to` are worthless.
Result<void> copy_data_files(const std::string& from, const std::string& to, const Copied& copied);

}  // namespace chatreports::store
