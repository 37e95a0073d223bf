#pragma once
// Explains SQLite's result codes to the people who run the program.

#include <string>
#include <string_view>

#include "base/error.h"

namespace chatreports::store {

// `code` is an extended result code, `system_error` its errno (0: none), and `detail` SQLite's own
// message.
Error sqlite_error(int code, int system_error, const std::string& path, std::string_view detail);

}  // namespace chatreports::store
