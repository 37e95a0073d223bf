#pragma once
// The command line: flags and environment → options → a command's run.

namespace chatreports::app {

// The exit code of the program: see app/messages.h.
int run(int argc, char** argv);

}  // namespace chatreports::app
