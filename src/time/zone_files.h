#pragma once
// Checks the files of the time zone database before the time-zone library reads them: for a damaged
// file it ends the process, or reads beyond its memory.

#include <string>
#include <string_view>

#include "base/error.h"

namespace chatreports {

// Checks that the bytes are an intact TZif file (RFC 8536): its counts fit its length, and its
// indices and times are within bounds and in order. The error says what is wrong.
Result<void> check_zone_file(std::string_view bytes);

// Calls check_zone_file for a file. The error names it.
Result<void> check_zone_file_at(const std::string& path);

}  // namespace chatreports
