#pragma once
// What `chatreports check` asks of the files of a data folder beside what a Store says. May run
// beside whoever has the folder; changes nothing.

#include <string>
#include <vector>

#include "base/error.h"

namespace chatreports::store {

// What SQLite finds wrong with the structure of a file: tables, indexes, pages. The first hundred.
Result<std::vector<std::string>> faults_of_facts_file(const std::string& data_folder);

// Likewise of the file of tokens and secrets, and those that are damaged.
Result<std::vector<std::string>> faults_of_access_file(const std::string& data_folder);

}  // namespace chatreports::store
