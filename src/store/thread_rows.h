#pragma once
// The rows of the table of threads. Call every function within a transaction.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/thread_record.h"
#include "store/row_index.h"
#include "store/row_numbers.h"
#include "store/sqlite.h"
#include "store/stored_id.h"
#include "store/string_table.h"
#include "store/thread_links.h"
#include "store/thread_moves.h"
#include "store/totals.h"

namespace chatreports::store {

struct ThreadRow {
  std::int64_t thread_number = 0;
  LicenseId license;
  std::optional<std::int64_t> complete_since;
  std::string chat_id;  // empty: not known
  std::string thread_id;
  std::string bytes;  // the encoded record
  std::int64_t checksum = 0;
  chat::ThreadRecord record;
};

struct FoundThread {
  std::int64_t thread_number = 0;
  std::optional<ThreadRow> row;  // if it had to be read
};

class ThreadRows {
 public:
  ThreadRows(Database& database, RowIndex& index, StringTable& strings, ThreadLinks& links,
             Totals& totals, StatementPreparer& prepare);

  // Finds the row with that id, and reads it unless `is_open` says that its number is known to the
  // caller. A damaged row that the index names counts as found, because it may be the one; to read
  // it fails with row_is_damaged.
  template <class IsOpen>
  Result<std::optional<FoundThread>> find(LicenseId license, std::string_view thread_id,
                                          IsOpen is_open) {
    const ResetAtEnd reset(find_);
    const auto number = index_.find_row(RowKind::thread, license, thread_id, find_, [&] {
      return (find_.integer(2) == license.value && id_in(find_, 3) == thread_id) || !is_intact();
    });
    if (!number) return std::unexpected(number.error());
    if (!*number) return std::nullopt;
    if (is_open(**number)) return FoundThread{**number, std::nullopt};
    auto row = read_row(**number);
    if (!row) return std::unexpected(std::move(row.error()));
    return FoundThread{**number, *std::move(row)};
  }
  // Fails with row_is_damaged if the row or its record is damaged.
  Result<ThreadRow> read(std::int64_t thread_number);
  // Returns nothing if there is no such row, or if it is damaged.
  Result<std::optional<ThreadRow>> read_if_intact(std::int64_t thread_number);
  // The numbers of the chat's threads, ascending. Needs the index over chats, and makes it if it is
  // missing.
  Result<std::vector<std::int64_t>> of_chat(LicenseId license, std::string_view chat_id);
  // With millions of threads it takes some seconds, once.
  Result<void> make_chat_index();

  // Adds a row. `thread_number` is the number of this change.
  Result<void> insert(LicenseId license, std::string_view thread_id, std::string_view chat_id,
                      const chat::ThreadRecord& record, std::int64_t thread_number);
  // Writes what has changed, and remembers the start that the thread had before. Returns whether
  // anything has changed.
  Result<bool> update(const ThreadRow& row, const chat::ThreadRecord& now, std::string_view chat_id,
                      std::int64_t change);
  // Replaces a damaged row.
  Result<void> repair(LicenseId license, std::string_view thread_id, std::string_view chat_id,
                      const chat::ThreadRecord& record, std::int64_t thread_number,
                      std::int64_t change);

  // As in thread_moves.h.
  Result<Instant> start_after(std::int64_t thread_number, std::int64_t change, Instant now) {
    return store::start_after(first_move_, database_.path(), thread_number, change, now);
  }

  // The licence's threads of these rows, ascending.
  struct Place {
    std::int64_t thread_number = 0;
    std::optional<Instant> started_at;  // if there is a chat record
  };
  Result<std::vector<Place>> within(LicenseId license, RowNumbers numbers);

  // Removes the row, and what the table knows of its past.
  Result<void> erase(const ThreadRow& row);
  Result<void> erase_damaged(LicenseId license, std::int64_t thread_number);

  // Adds the rows after that number to the index.
  Result<void> index_after(std::int64_t thread_number);
  // Call after a rollback.
  void roll_back() { has_chat_index_ = false; }

 private:
  bool is_intact() const;                                  // the row on which find_ stands
  Result<ThreadRow> read_row(std::int64_t thread_number);  // likewise
  Result<void> erase_row(std::int64_t thread_number);
  Result<void> remember_move(std::int64_t thread_number, Instant from, std::int64_t change);

  Database& database_;
  RowIndex& index_;
  StringTable& strings_;
  ThreadLinks& links_;
  Totals& totals_;
  Statement insert_;
  Statement find_;
  Statement find_by_chat_;
  Statement rows_after_;
  Statement update_;
  Statement repair_;
  Statement insert_move_;
  Statement rows_within_;
  Statement first_move_;
  Statement moves_;
  Statement erase_moves_;
  Statement erase_;
  bool has_chat_index_ = false;  // seen by this object
  std::string bytes_;            // of the record at hand; its memory is used again
};

}  // namespace chatreports::store
