#pragma once
// What version 0.1.0 kept of property texts that hold a customer's data, it kept plain, or as a
// digest without a key. Such a store is rewritten once, when it is opened.

#include <string>

#include "base/error.h"
#include "store/sqlite.h"

namespace chatreports::store {

// As open_database of the facts, and the only way to open them: where their tables are brought up
// to date, it puts a keyed digest in place of each such text, in the same transaction, and takes
// the folder of the engine's files away, which holds the texts, too. It takes some seconds a
// million chats. Neither the file nor its log keeps a trace.
Result<Database> open_facts(const std::string& data_folder);

}  // namespace chatreports::store
