#pragma once
// Checks of the files of a data folder for `chatreports check`, beside those of Store. They may run
// while another process has locked the folder, and change nothing.

#include <string>
#include <vector>

#include "base/error.h"

namespace chatreports::store {

// Returns the first hundred faults that SQLite finds in the structure of the file: tables, indexes,
// pages.
Result<std::vector<std::string>> faults_of_facts_file(const std::string& data_folder);

// The same for the file of tokens and secrets; also returns those that are damaged.
Result<std::vector<std::string>> faults_of_access_file(const std::string& data_folder);

}  // namespace chatreports::store
