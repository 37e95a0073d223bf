#pragma once
// The table of threads: their records, and what is needed to find them. Every function belongs into
// the caller's transaction.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/record.h"
#include "store/change_counter.h"
#include "store/greeting_table.h"
#include "store/sqlite.h"

namespace chatreports::store {

class ThreadTable {
 public:
  ThreadTable(Database& database, GreetingTable& greetings, Preparation& prepare);

  // Each answers whether anything has changed.
  Result<bool> write(LicenseId license, const chat::ChatRecord& record, ChangeCounter& counter);
  Result<bool> write(LicenseId license, const chat::AchievementRecord& record,
                     ChangeCounter& counter);

  // Gives the threads with that greeting the time at which it was displayed.
  Result<void> follow_greeting(LicenseId license, std::string_view unique_id, Instant displayed_at,
                               ChangeCounter& counter);

 private:
  struct Row {
    std::int64_t change = 0;
    std::int64_t thread_number = 0;
    std::optional<std::int64_t> complete_since;
    std::string bytes;  // as they stand in the table
    chat::ThreadRecord record;
  };

  Result<bool> insert(LicenseId license, std::string_view thread_id,
                      const chat::ThreadRecord& record,
                      const std::optional<std::string>& greeting_unique_id, ChangeCounter& counter);
  Result<Row> find(LicenseId license, std::string_view thread_id);
  Result<Row> find(std::int64_t change);
  Result<Row> read_row(Statement& found);
  // `now` is what has become of the row's record.
  Result<bool> update(const Row& row, const chat::ThreadRecord& now,
                      const std::optional<std::string>& greeting_unique_id, ChangeCounter& counter);
  Result<void> remember_move(const Row& row, ChangeCounter& counter);
  Result<std::vector<std::int64_t>> changes_with_greeting(LicenseId license,
                                                          std::string_view unique_id);
  Result<std::optional<Instant>> displayed_at(LicenseId license,
                                              const std::optional<std::string>& unique_id);

  Database& database_;
  GreetingTable& greetings_;
  Statement insert_;
  Statement find_by_id_;
  Statement find_by_change_;
  Statement find_by_greeting_;
  Statement update_;
  Statement insert_move_;
  std::string bytes_;  // of the record at hand; its memory is used again
};

// The error for a record in the store that cannot be read.
Error damaged_record(const std::string& path, LicenseId license, std::int64_t change,
                     const Error& why);

}  // namespace chatreports::store
