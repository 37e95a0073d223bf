#pragma once
// The table of the updates of chats (chat/chat_updates.h). Call every function within a
// transaction.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/chat_updates.h"
#include "store/sqlite.h"
#include "store/totals.h"

namespace chatreports::store {

class ChatTable {
 public:
  ChatTable(Database& database, Totals& totals, StatementPreparer& prepare);

  // Returns no updates if the chat is not in the table. Costs nothing while the table is empty.
  // Fails with row_is_damaged.
  Result<chat::ChatUpdates> find(LicenseId license, std::string_view chat_id);
  Result<void> write(LicenseId license, std::string_view chat_id, const chat::ChatUpdates& updates);

  // Removes the updates of one chat, or of all of the licence.
  Result<void> erase(LicenseId license, std::string_view chat_id);
  Result<void> erase(LicenseId license);
  // The ids of the licence's chats in the table.
  Result<std::vector<std::string>> chats_of(LicenseId license);

 private:
  struct Row {
    chat::ChatUpdates updates;
    std::int64_t checksum = 0;
  };
  Result<std::optional<Row>> find_row(LicenseId license, std::string_view chat_id);

  Database& database_;
  Totals& totals_;
  std::optional<bool> is_empty_;  // once looked at
  Statement any_;
  Statement find_;
  Statement write_;
  Statement chats_of_;
  Statement erase_;
  Statement erase_all_;
};

}  // namespace chatreports::store
