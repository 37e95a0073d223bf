#pragma once
// Opens the store's file for those who only read, beside a server or without one.

#include <string>

#include "base/error.h"
#include "store/sqlite.h"

namespace chatreports::store {

// As open_database_for_reading. Also fails if SQLite's log has lost what was acknowledged.
Result<Database> open_facts_for_reading(const std::string& data_folder);

}  // namespace chatreports::store
