#pragma once
// The table of threads: their records, and what is needed to find them. Every function belongs into
// the caller's transaction.

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/record.h"
#include "store/change_counter.h"
#include "store/chat_table.h"
#include "store/greeting_table.h"
#include "store/known_agents.h"
#include "store/row_index.h"
#include "store/sqlite.h"
#include "store/texts.h"
#include "store/totals.h"

namespace chatreports::store {

class ThreadTable {
 public:
  ThreadTable(Database& database, RowIndex& index, Texts& texts, GreetingTable& greetings,
              KnownAgents& agents, Totals& totals, Preparation& prepare);

  // Each answers whether anything has changed.
  Result<bool> write(LicenseId license, const chat::ChatRecord& record, ChangeCounter& counter);
  Result<bool> write(LicenseId license, const chat::AchievementRecord& record,
                     ChangeCounter& counter);
  Result<bool> write(LicenseId license, const chat::WebhookRecord& record, ChangeCounter& counter);
  Result<bool> write(LicenseId license, const chat::QueueRecord& record, ChangeCounter& counter);

  // Looking for the threads of a chat needs it, and makes it where it is not there.
  Result<void> make_chat_index();
  // What was written since the last commit is taken back.
  void roll_back() { has_chat_index_ = false; }

  // Gives the threads with that greeting the time at which it was displayed.
  Result<void> follow_greeting(LicenseId license, std::string_view unique_id, Instant displayed_at,
                               ChangeCounter& counter);

  // Makes an agent of the author with that id, who has become known as one, of threads that don't
  // list it.
  Result<void> follow_agent(LicenseId license, const std::string& agent_id, ChangeCounter& counter);

  // Adds the rows after that number to the index.
  Result<void> index_after(std::int64_t thread_number);

 private:
  struct Row {
    std::int64_t thread_number = 0;
    std::optional<std::int64_t> complete_since;
    std::string chat_id;  // empty: not known
    std::string thread_id;
    std::string bytes;  // as they stand in the table
    std::int64_t checksum = 0;
    chat::ThreadRecord record;
  };
  // What becomes of a record; all that it hangs on is looked up afterwards.
  using Change = std::function<void(chat::ThreadRecord&)>;

  // Puts in a thread that is not known yet.
  Result<bool> insert(LicenseId license, const chat::ChatRecord& record, ChangeCounter& counter);
  Result<bool> insert(LicenseId license, std::string_view thread_id, std::string_view chat_id,
                      const chat::ThreadRecord& record, ChangeCounter& counter);
  // Changes a thread, or makes it from nothing. What was told of its chat comes with the first
  // record that names the chat.
  Result<bool> change(LicenseId license, std::string_view thread_id, std::string_view chat_id,
                      const Change& change, ChangeCounter& counter);
  Result<bool> change(LicenseId license, const std::optional<Row>& row, std::string_view thread_id,
                      std::string_view chat_id, const Change& change, ChangeCounter& counter);
  Result<bool> change(LicenseId license, const Row& row, chat::ThreadRecord now,
                      std::string_view chat_id, ChangeCounter& counter);
  Result<bool> write_of_chat(LicenseId license, const chat::WebhookRecord& record,
                             ChangeCounter& counter);
  // Gives each thread of the chat what was told of the chat while it was the latest one.
  Result<bool> give_to_latest(LicenseId license, std::string_view chat_id, const ToldOfChat& told,
                              ChangeCounter& counter);
  Result<void> outrank(LicenseId license, const chat::ChatRecord& record, ToldOfChat& told);

  Result<std::optional<Row>> find(LicenseId license, std::string_view thread_id);
  Result<Row> find(std::int64_t thread_number);
  Result<Row> read_row(std::int64_t thread_number);  // on which find_ stands
  // Those that the index names under the id and of which `is_it` holds.
  Result<std::vector<Row>> find_all(RowKind kind, LicenseId license, std::string_view id,
                                    const std::function<bool(const chat::ThreadRecord&)>& is_it);
  Result<std::vector<std::int64_t>> numbers_of_chat(LicenseId license, std::string_view chat_id);
  Result<bool> update(LicenseId license, const Row& row, const chat::ThreadRecord& now,
                      std::string_view chat_id, ChangeCounter& counter);
  Result<void> remember_move(std::int64_t thread_number, Instant from,
                             const ChangeCounter& counter);
  Result<bool> repair(LicenseId license, const chat::ChatRecord& record, const ToldOfChat& told,
                      ChangeCounter& counter);
  Result<std::int64_t> find_damaged(LicenseId license, std::string_view thread_id);
  // Looks up what other records tell: when the record's greeting was displayed, and which of its
  // unlisted authors are agents.
  Result<void> look_up(LicenseId license, chat::ThreadRecord& record);
  // Puts into the index by what else than its id the row is found, but for what `before` had, too.
  Result<void> add_to_index(LicenseId license, const chat::ThreadRecord& record,
                            const chat::ThreadRecord* before, std::int64_t thread_number);

  Database& database_;
  RowIndex& index_;
  Texts& texts_;
  GreetingTable& greetings_;
  KnownAgents& agents_;
  Totals& totals_;
  ChatTable chats_;
  Statement insert_;
  Statement find_;
  Statement find_by_chat_;
  Statement rows_after_;
  Statement update_;
  Statement replace_;
  Statement insert_move_;
  bool has_chat_index_ = false;  // seen by this object
  std::string bytes_;            // of the record at hand; its memory is used again
};

// The id of the chat, from that column of a row; empty where it is not known.
std::string chat_id_of(const Statement& row, int column);

// The error for a record in the store that cannot be read (row_is_damaged).
Error damaged_record(const std::string& path, LicenseId license, std::int64_t thread_number,
                     const Error& why);

}  // namespace chatreports::store
