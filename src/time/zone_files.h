#pragma once
// The files of the time zone database, looked at before the time-zone library reads them: it ends
// the process, or reads beyond its memory, where one of them is damaged.

#include <string>
#include <string_view>

#include "base/error.h"

namespace chatreports {

// Whether the bytes are a TZif file (RFC 8536) that is whole: its counts fit its length, and its
// indices and times are in their bounds and order. The error is what is wrong with it.
Result<void> check_zone_file(std::string_view bytes);

// check_zone_file of a file. The error names it.
Result<void> check_zone_file_at(const std::string& path);

}  // namespace chatreports
