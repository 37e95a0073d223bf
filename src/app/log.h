#pragma once
// The server's log: lines on standard error, which never block the server.

#include <span>
#include <string_view>

#include "app/log_line.h"

namespace chatreports::app {

struct LogOptions {
  LogFormat format = LogFormat::text;
  LogPriority level = LogPriority::info;  // less important lines are not written
};

// Makes spdlog write to standard error, in lines of printable text of at most 4,096 bytes. If the
// reader of a pipe, a socket or a terminal does not keep up, lines are dropped, and the next line
// that gets through follows a line that counts them. No call waits for the reader, not even at the
// end of the process. Lines that systemd's journal reads begin with their priority, as in `<4>`.
void log_to_standard_error(const LogOptions& options);

// Any thread, after log_to_standard_error.
void set_log_level(LogPriority level);

// Writes a line with fields. Any thread, after log_to_standard_error.
void log(LogPriority priority, std::string_view message, std::span<const LogField> fields);

}  // namespace chatreports::app
