#pragma once
// What version 0.1.0 kept of property texts that hold a customer's data, it kept plain, or as a
// digest without a key. Such a store is rewritten once, when it is opened.

#include <string>

#include "base/error.h"
#include "store/sqlite.h"

namespace chatreports::store {

// Puts a keyed digest in place of each such text, takes the folder of the engine's files away,
// which holds the texts, too, and leaves no trace of them in the file and its log. It costs about
// as much as an import of the same chats would, needs as much free disk space as the file takes,
// and does nothing the second time. Where it fails or is broken off, the next one goes on.
Result<void> digest_plain_texts(Database& database, const std::string& data_folder);

}  // namespace chatreports::store
