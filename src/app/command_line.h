#pragma once
// The command line: flags and environment → options → a command.

namespace chatreports::app {

// Returns the exit code of the program, see app/messages.h.
int run(int argc, char** argv);

}  // namespace chatreports::app
