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
#include "store/row_index.h"
#include "store/sqlite.h"
#include "store/texts.h"
#include "store/totals.h"

namespace chatreports::store {

class ThreadTable {
 public:
  ThreadTable(Database& database, RowIndex& index, Texts& texts, GreetingTable& greetings,
              Totals& totals, Preparation& prepare);

  // Each answers whether anything has changed.
  Result<bool> write(LicenseId license, const chat::ChatRecord& record, ChangeCounter& counter);
  Result<bool> write(LicenseId license, const chat::AchievementRecord& record,
                     ChangeCounter& counter);
  Result<bool> write(LicenseId license, const chat::WebhookRecord& record, ChangeCounter& counter);

  // Looking for the threads of a chat needs it, and makes it where it is not there.
  Result<void> make_chat_index();
  // What was written since the last commit is taken back.
  void roll_back() { has_chat_index_ = false; }

  // Gives the threads with that greeting the time at which it was displayed.
  Result<void> follow_greeting(LicenseId license, std::string_view unique_id, Instant displayed_at,
                               ChangeCounter& counter);

  // Adds the rows after that number to the index.
  Result<void> index_after(std::int64_t thread_number);

 private:
  struct Row {
    std::int64_t thread_number = 0;
    std::optional<std::int64_t> complete_since;
    std::uint64_t chat_key = 0;
    std::string thread_id;
    std::string bytes;  // as they stand in the table
    std::int64_t checksum = 0;
    chat::ThreadRecord record;
  };
  // What becomes of a record; all that it hangs on is looked up afterwards.
  using Change = std::function<void(chat::ThreadRecord&)>;

  // Puts in a thread that is not known yet.
  Result<bool> insert(LicenseId license, const chat::ChatRecord& record, ChangeCounter& counter);
  Result<bool> insert(LicenseId license, std::string_view thread_id, std::uint64_t chat_key,
                      const chat::ThreadRecord& record, ChangeCounter& counter);
  // Changes a thread, or makes it from nothing. What was told of its chat comes with the first
  // record that names the chat.
  Result<bool> change(LicenseId license, std::string_view thread_id, std::uint64_t chat_key,
                      const Change& change, ChangeCounter& counter);
  Result<bool> change(LicenseId license, const std::optional<Row>& row, std::string_view thread_id,
                      std::uint64_t chat_key, const Change& change, ChangeCounter& counter);
  Result<bool> change(LicenseId license, const Row& row, chat::ThreadRecord now,
                      std::uint64_t chat_key, ChangeCounter& counter);
  Result<bool> write_of_chat(LicenseId license, const chat::WebhookRecord& record,
                             ChangeCounter& counter);
  // Gives each thread of the chat the groups that the chat had last while it was the latest one.
  Result<bool> give_groups(LicenseId license, std::uint64_t chat_key, const ToldOfChat& told,
                           ChangeCounter& counter);
  Result<void> outrank_groups(LicenseId license, std::string_view thread_id, std::uint64_t chat_key,
                              ToldOfChat& told);

  Result<std::optional<Row>> find(LicenseId license, std::string_view thread_id);
  Result<Row> find(std::int64_t thread_number);
  Result<Row> read_row(std::int64_t thread_number);  // on which find_ stands
  Result<std::vector<Row>> find_by_greeting(LicenseId license, std::string_view unique_id);
  Result<std::vector<std::int64_t>> numbers_of_chat(LicenseId license, std::uint64_t chat_key);
  Result<bool> update(LicenseId license, const Row& row, const chat::ThreadRecord& now,
                      std::uint64_t chat_key, ChangeCounter& counter);
  Result<void> remember_move(std::int64_t thread_number, Instant from,
                             const ChangeCounter& counter);
  Result<bool> repair(LicenseId license, const chat::ChatRecord& record, const ToldOfChat& told,
                      ChangeCounter& counter);
  Result<std::int64_t> find_damaged(LicenseId license, std::string_view thread_id);
  // Looks up when the record's greeting was displayed.
  Result<void> look_up_greeting(LicenseId license, chat::ThreadRecord& record);

  Database& database_;
  RowIndex& index_;
  Texts& texts_;
  GreetingTable& greetings_;
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

// The error for a record in the store that cannot be read (row_is_damaged).
Error damaged_record(const std::string& path, LicenseId license, std::int64_t thread_number,
                     const Error& why);

}  // namespace chatreports::store
