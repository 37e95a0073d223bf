#pragma once
// The table of threads: their records, and what is needed to find them. Every function belongs into
// the caller's transaction.
//
// A thread that is known already is read once in a transaction and stays open: what the records
// tell is applied in memory, and written when the transaction ends. So many records on one thread
// cost little more than one.

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/operations.h"
#include "chat/record.h"
#include "store/change_counter.h"
#include "store/chat_table.h"
#include "store/greeting_table.h"
#include "store/known_agents.h"
#include "store/row_index.h"
#include "store/sqlite.h"
#include "store/string_table.h"
#include "store/totals.h"

namespace chatreports::store {

class ThreadTable {
 public:
  ThreadTable(Database& database, RowIndex& index, StringTable& strings, GreetingTable& greetings,
              KnownAgents& agents, Totals& totals, StatementPreparer& prepare);

  // Each answers whether anything has changed. Their error is record_is_refused where the record
  // has changed nothing, because a limit in chat/record_size.h would be passed.
  Result<bool> write(LicenseId license, const chat::ChatRecord& record, ChangeCounter& counter);
  Result<bool> write(LicenseId license, const chat::AchievementRecord& record,
                     ChangeCounter& counter);
  Result<bool> write(LicenseId license, const chat::WebhookRecord& record, ChangeCounter& counter);
  Result<bool> write(LicenseId license, const chat::QueueRecord& record, ChangeCounter& counter);

  // Looking for the threads of a chat needs it, and makes it where it is not there.
  Result<void> make_chat_index();
  // What was written since the last commit is taken back.
  void roll_back();

  // How many threads may have a greeting of that unique id, or events of that author.
  Result<std::size_t> threads_of_greeting(LicenseId license, std::string_view unique_id);
  Result<std::size_t> threads_of_author(LicenseId license, std::string_view author_id);
  // At the end of the transaction the threads with that greeting are given the time at which it was
  // displayed.
  void follow_greeting(LicenseId license, const std::string& unique_id);
  // Likewise, threads with events of an author of that id who is not listed there, and who has
  // become known as an agent, are given that agent.
  void follow_agent(LicenseId license, std::string_view agent_id);

  // Before the transaction is committed: writes what is open.
  Result<void> end(ChangeCounter& counter);

  // Adds the rows after that number to the index.
  Result<void> index_after(std::int64_t thread_number);

 private:
  static constexpr int thread_columns = 7;  // before the checksum
  struct Row {
    std::int64_t thread_number = 0;
    LicenseId license;
    std::optional<std::int64_t> complete_since;
    std::string chat_id;  // empty: not known
    std::string thread_id;
    std::string bytes;  // as they stand in the table
    std::int64_t checksum = 0;
    chat::ThreadRecord record;
  };
  struct OpenThread {
    explicit OpenThread(Row found) : row(std::move(found)), now(row.record), chat_id(row.chat_id) {}
    Row row;                 // as it stands in the table
    chat::ThreadRecord now;  // but for what is applied to `operations`
    std::string chat_id;
    std::optional<chat::OpenRecord> operations;  // of `now`, while there are any
    std::size_t bytes = 0;                       // of `now`, or more
    // What it was given of its chat; nothing where that may be otherwise.
    std::optional<std::vector<chat::ToldOperation>> given;
    std::int64_t changed = 0;  // the number of its last change; 0: none
  };
  // What becomes of a record; all that it hangs on is looked up afterwards.
  using Change = std::function<void(chat::ThreadRecord&)>;

  static void apply_all(chat::ThreadRecord& record,
                        const std::vector<chat::ToldOperation>& operations);
  // Puts in a thread that is not known yet.
  Result<bool> insert(LicenseId license, const chat::ChatRecord& record, ChangeCounter& counter);
  Result<bool> insert(LicenseId license, std::string_view thread_id, std::string_view chat_id,
                      const chat::ThreadRecord& record, ChangeCounter& counter);
  // Makes the thread from nothing where it is null. What was told of its chat comes with the first
  // record that names the chat.
  Result<bool> tell(LicenseId license, OpenThread* thread, std::string_view thread_id,
                    std::string_view chat_id, const Change& change, ChangeCounter& counter);
  // The same of a record that names the thread alone. One that is at the end of the table still is
  // written at once.
  Result<bool> tell_thread(LicenseId license, std::string_view thread_id, const Change& change,
                           ChangeCounter& counter);
  // The id of the thread's chat once a record has told that one, empty where it told none.
  static std::string_view chat_of(const OpenThread& thread, std::string_view told_id);
  // Valid until the next one is opened; null where it is not known.
  Result<OpenThread*> open(LicenseId license, std::string_view thread_id);
  Result<OpenThread*> open(std::int64_t thread_number);
  Result<OpenThread*> keep_open(Row row);
  static std::size_t memory_of(const OpenThread& thread);  // about
  static void count_change(OpenThread& thread, ChangeCounter& counter);
  Result<bool> change(OpenThread& thread, const Change& change, std::size_t most_bytes,
                      ChangeCounter& counter);
  Result<bool> apply(OpenThread& thread, const std::vector<chat::Operation>& operations,
                     chat::ToldAt told_at, std::size_t most_bytes, ChangeCounter& counter);
  Result<void> write_open();
  Result<void> write_open(OpenThread& thread);
  Result<void> close(std::int64_t thread_number);  // one that is open is written
  Result<void> follow(ChangeCounter& counter);
  Result<ToldOfChat> told_of_chat(LicenseId license, std::string_view chat_id, std::size_t more);
  Result<bool> write_of_chat(LicenseId license, const chat::WebhookRecord& record,
                             ChangeCounter& counter);
  // Gives each thread of the chat what was told of the chat while it was the latest one.
  Result<bool> give_to_latest(LicenseId license, std::string_view chat_id, const ToldOfChat& told,
                              ChangeCounter& counter);
  Result<bool> give(OpenThread& thread, std::vector<chat::ToldOperation> told,
                    ChangeCounter& counter);
  Result<void> outrank(LicenseId license, const chat::ChatRecord& record, ToldOfChat& told);

  Result<Row> find(std::int64_t thread_number);
  Result<Row> read_row(std::int64_t thread_number);  // on which find_ stands
  // Nothing where it can't be read.
  Result<std::optional<Row>> find_intact(std::int64_t thread_number);
  // Refused where they are more than a record may change.
  Result<std::vector<std::int64_t>> numbers_of_chat(LicenseId license, std::string_view chat_id);
  Result<bool> update(LicenseId license, const Row& row, const chat::ThreadRecord& now,
                      std::string_view chat_id, std::int64_t change);
  Result<void> remember_move(std::int64_t thread_number, Instant from, std::int64_t change);
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
  StringTable& strings_;
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
  std::map<std::int64_t, OpenThread> open_;
  std::size_t open_bytes_ = 0;  // of memory, about
  // By what threads are found that are to look up again what other records tell.
  std::set<std::tuple<RowKind, LicenseId, std::string>> followed_;
  std::string bytes_;  // of the record at hand; its memory is used again
};

// Nothing else of a write has this kind of error.
constexpr ErrorKind record_is_refused = ErrorKind::not_found;
std::unexpected<Error> refused(std::string why);
std::unexpected<Error> thread_too_large();

}  // namespace chatreports::store
