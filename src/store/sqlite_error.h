#pragma once
// What SQLite's result codes mean to the people who run the program.

#include <string>
#include <string_view>

#include "base/error.h"

namespace chatreports::store {

// `code` is an extended result code, `system_error` the errno that went with it (0: none), and
// `detail` SQLite's own words.
Error sqlite_error(int code, int system_error, const std::string& path, std::string_view detail);

}  // namespace chatreports::store
