#pragma once
// The errors for files and rows that do not contain what was written: "<path> is damaged: <what>",
// and what to do.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/numbers.h"

namespace chatreports::store {

// The kind of the errors for rows. Nothing else that this folder reads has it, so a caller that can
// go on without the row recognizes them.
constexpr ErrorKind row_is_damaged = ErrorKind::invalid;

// `what` is a clause such as "row 5 of agents is not what was written".
Error damaged_row(const std::string& path, std::string_view what);
// `what` is the verb of the clause. The default is for a wrong checksum.
Error damaged_row(const std::string& path, std::string_view table, std::int64_t row,
                  std::string_view what = "is not what was written");
// The record of a thread; `why` says what is wrong with it.
Error damaged_record(const std::string& path, LicenseId license, std::int64_t thread_number,
                     const Error& why);

// What a thread or a greeting event was before: an engine with older facts cannot be brought up to
// date.
Error damaged_history(const std::string& path);

// A whole file: the remedy is a backup.
Error damaged_file(const std::string& path, std::string_view what);

}  // namespace chatreports::store
