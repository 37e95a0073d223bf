#pragma once
// The table of what webhooks told of chats, without naming a thread. Every function belongs into
// the caller's transaction.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/record.h"
#include "store/sqlite.h"
#include "store/totals.h"

namespace chatreports::store {

// What was told of the thread that was running then, and which threads know better: a chat record
// of theirs came after that.
struct ToldOfLatest {
  chat::ToldOperation told;
  std::string event_id;                    // as WebhookRecord has it
  std::vector<std::int64_t> outranked_in;  // thread numbers, ascending
  bool operator==(const ToldOfLatest&) const = default;
};

struct ToldOfChat {
  std::vector<chat::ToldOperation> properties;  // of all its threads
  std::vector<ToldOfLatest> latest;             // in the order in which it happened
  bool operator==(const ToldOfChat&) const = default;
};

class ChatTable {
 public:
  ChatTable(Database& database, Totals& totals, StatementPreparer& prepare);

  // Nothing told where the chat is not in the table; at no cost while nothing was told of any chat.
  Result<ToldOfChat> find(LicenseId license, std::string_view chat_id);
  Result<void> write(LicenseId license, std::string_view chat_id, const ToldOfChat& told);

 private:
  struct Row {
    ToldOfChat told;
    std::int64_t checksum = 0;
  };
  Result<std::optional<Row>> find_row(LicenseId license, std::string_view chat_id);

  Database& database_;
  Totals& totals_;
  std::optional<bool> is_empty_;  // once looked at; so that chats of archives are not looked for
  Statement any_;
  Statement find_;
  Statement write_;
};

}  // namespace chatreports::store
