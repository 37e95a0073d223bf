#pragma once
// The server's log: lines on standard error, which never block the server.

namespace chatreports::app {

// Makes spdlog write to standard error, in lines of printable text of at most 4,096 bytes. If the
// reader of a pipe, a socket or a terminal does not keep up, lines are dropped, and the next line
// that gets through follows a line that counts them. No call waits for the reader, not even at the
// end of the process.
void log_to_standard_error();

}  // namespace chatreports::app
