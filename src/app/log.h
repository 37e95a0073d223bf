#pragma once
// The server's log: lines on standard error, which never hold the server up.

namespace chatreports::app {

// From now on spdlog writes to standard error, a line each, in printable text of at most 4,096
// bytes. Where the reader of a pipe, a socket or a terminal does not keep up, lines are dropped,
// and the next that gets through is preceded by how many. No call waits for the reader, at the end
// of the process neither.
void log_to_standard_error();

}  // namespace chatreports::app
