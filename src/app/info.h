#pragma once
// `chatreports info`: what a data folder holds.

#include <string>

namespace chatreports::app {

// Prints the folder's size, the process that has it, and for each licence its chats, its agents and
// groups, and its newest record. Reads the folder and changes nothing in it. Returns the exit code.
int run_info(const std::string& data_folder);

}  // namespace chatreports::app
