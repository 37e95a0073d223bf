#include "store/thread_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "chat/record_size.h"
#include "chat/unknown_instant.h"
#include "store/damaged.h"
#include "store/record_codec.h"
#include "store/refused.h"
#include "store/row_checksum.h"
#include "store/thread_moves.h"

namespace chatreports::store {
namespace {

constexpr CheckedTable table = CheckedTable::threads;

std::optional<StoredId> stored_if_known(std::string_view chat_id) {
  return chat_id.empty() ? std::nullopt : std::optional<StoredId>(chat_id);
}

// Binds the columns and the checksum, which it returns.
std::int64_t bind_columns(Statement& statement, std::int64_t thread_number,
                          std::optional<std::int64_t> changed, LicenseId license,
                          const StoredId& thread, std::optional<std::int64_t> complete_since,
                          const std::optional<StoredId>& chat, std::string_view record) {
  return bind_row(statement, table, thread_number, changed, license.value, thread, complete_since,
                  chat, Blob{record});
}

// NULL until there is a chat record; 0 stands for the thread's first change.
std::optional<std::int64_t> column_of_complete_since(const chat::ThreadRecord& record,
                                                     std::int64_t complete_since,
                                                     std::int64_t thread_number) {
  if (!record.from_chat_record) return std::nullopt;
  return complete_since == thread_number ? 0 : complete_since;
}

}  // namespace

ThreadRows::ThreadRows(Database& database, RowIndex& index, StringTable& strings,
                       ThreadLinks& links, Totals& totals, StatementPreparer& prepare)
    : database_(database),
      index_(index),
      strings_(strings),
      links_(links),
      totals_(totals),
      insert_(prepare(insert_row(table))),
      find_(prepare(select_rows(table, "WHERE thread_number = ?1"))),
      find_by_chat_(
          prepare("SELECT thread_number FROM threads WHERE chat_id = ?2 AND license = ?1")),
      rows_after_(prepare("SELECT thread_number, license, thread_id, record FROM threads "
                          "WHERE thread_number > ?1 ORDER BY thread_number")),
      update_(prepare("UPDATE threads SET changed = ?2, complete_since = ?5, chat_id = ?6, "
                      "record = ?7, checksum = ?8 WHERE thread_number = ?1")),
      repair_(prepare("UPDATE threads SET changed = ?2, license = ?3, thread_id = ?4, "
                      "complete_since = ?5, chat_id = ?6, record = ?7, checksum = ?8 "
                      "WHERE thread_number = ?1")),
      insert_move_(prepare(insert_row(CheckedTable::thread_moves))),
      rows_within_(prepare("SELECT thread_number, complete_since, record FROM threads "
                           "WHERE thread_number > ?1 AND thread_number <= ?2 AND license = ?3")),
      first_move_(prepare(first_move_after())),
      moves_(prepare(select_rows(CheckedTable::thread_moves, "WHERE thread_number = ?1"))),
      erase_moves_(prepare("DELETE FROM thread_moves WHERE thread_number = ?1")),
      erase_(prepare("DELETE FROM threads WHERE thread_number = ?1")) {}

Result<ThreadRow> ThreadRows::read(std::int64_t thread_number) {
  const ResetAtEnd reset(find_);
  const auto there = find_.bind(1, thread_number).step();
  if (!there) return std::unexpected(there.error());
  if (!*there) {
    return std::unexpected(
        damaged_file(database_.path(), "a thread that its index names is missing"));
  }
  return read_row(thread_number);
}

Result<std::optional<ThreadRow>> ThreadRows::read_if_intact(std::int64_t thread_number) {
  const ResetAtEnd reset(find_);
  const auto there = find_.bind(1, thread_number).step();
  if (!there) return std::unexpected(there.error());
  if (!*there) return std::nullopt;
  auto row = read_row(thread_number);
  if (row) return *std::move(row);
  if (row.error().kind == row_is_damaged) return std::nullopt;
  return std::unexpected(std::move(row.error()));
}

bool ThreadRows::is_intact() const {
  return store::is_intact(find_, table);
}

Result<ThreadRow> ThreadRows::read_row(std::int64_t thread_number) {
  const auto damaged = [&](const Error& why) {
    return std::unexpected(
        damaged_record(database_.path(), LicenseId{find_.integer(2)}, thread_number, why));
  };
  if (!is_intact()) {
    return damaged({row_is_damaged, "it is not what was written"});
  }
  ThreadRow row;
  row.thread_number = thread_number;
  row.license = LicenseId{find_.integer(2)};
  row.thread_id = id_in(find_, 3);
  row.complete_since = find_.optional_integer(4);
  if (row.complete_since == 0) row.complete_since = thread_number;
  row.chat_id = id_in(find_, 5);
  row.bytes = find_.bytes(6);
  row.checksum = checksum_in_row(find_, table);
  auto record = decode(row.bytes, strings_);
  if (!record) return damaged(record.error());
  row.record = std::move(*record);
  return row;
}

Result<std::vector<std::int64_t>> ThreadRows::of_chat(LicenseId license, std::string_view chat_id) {
  if (auto made = make_chat_index(); !made) return std::unexpected(std::move(made.error()));
  std::vector<std::int64_t> numbers;
  const StoredId chat(chat_id);
  chat.bind_to(find_by_chat_.bind(1, license.value), 2);
  auto done = for_each_row(find_by_chat_, [&]() -> Result<void> {
    numbers.push_back(find_by_chat_.integer(0));
    return {};
  });
  if (!done) return std::unexpected(std::move(done.error()));
  if (numbers.size() > chat::max_threads_of_record) {
    return refused(
        fmt::format("its chat has more than {} threads, which are more than one record can change",
                    chat::max_threads_of_record));
  }
  std::ranges::sort(numbers);
  return numbers;
}

Result<void> ThreadRows::make_chat_index() {
  if (has_chat_index_) return {};
  auto made = database_.execute(
      "CREATE INDEX IF NOT EXISTS threads_by_chat ON threads(chat_id) WHERE chat_id IS NOT NULL");
  has_chat_index_ = made.has_value();
  return made;
}

Result<void> ThreadRows::insert(LicenseId license, std::string_view thread_id,
                                std::string_view chat_id, const chat::ThreadRecord& record,
                                std::int64_t thread_number) {
  encode(record, strings_, bytes_);
  const auto complete_since = column_of_complete_since(record, thread_number, thread_number);
  const StoredId thread(thread_id);
  const auto chat = stored_if_known(chat_id);
  const std::int64_t checksum = bind_columns(insert_, thread_number, std::nullopt, license, thread,
                                             complete_since, chat, bytes_);
  if (auto done = insert_.run(); !done) return done;
  totals_.added(table, license, checksum);
  auto done = index_.add(RowKind::thread, license, thread_id, thread_number);
  if (!done) return done;
  return links_.index(license, record, nullptr, thread_number);
}

Result<bool> ThreadRows::update(const ThreadRow& row, const chat::ThreadRecord& now,
                                std::string_view chat_id, std::int64_t change) {
  encode(now, strings_, bytes_);
  if (chat_id == row.chat_id) {
    if (bytes_ == row.bytes) return false;
    // One record can have several forms: a text may have entered the string table since.
    const auto written = decode(bytes_, strings_);
    CHECK(written.has_value());
    if (*written == row.record) return false;
  }
  if (row.complete_since && row.record.started_at != now.started_at) {
    if (auto done = remember_move(row.thread_number, row.record.started_at, change); !done) {
      return std::unexpected(std::move(done.error()));
    }
  }
  const auto complete_since =
      column_of_complete_since(now, row.complete_since.value_or(change), row.thread_number);
  const StoredId thread(row.thread_id);
  const auto chat = stored_if_known(chat_id);
  const std::int64_t checksum = bind_columns(update_, row.thread_number, change, row.license,
                                             thread, complete_since, chat, bytes_);
  auto done = update_.run();
  totals_.replaced(table, row.license, row.checksum, checksum);
  if (done) done = links_.index(row.license, now, &row.record, row.thread_number);
  if (!done) return std::unexpected(std::move(done.error()));
  return true;
}

// An engine may still have the thread, under a start that nobody knows.
Result<void> ThreadRows::repair(LicenseId license, std::string_view thread_id,
                                std::string_view chat_id, const chat::ThreadRecord& record,
                                std::int64_t thread_number, std::int64_t change) {
  encode(record, strings_, bytes_);
  const StoredId thread(thread_id);
  const auto chat = stored_if_known(chat_id);
  bind_columns(repair_, thread_number, change, license, thread, 0, chat, bytes_);
  auto done = repair_.run();
  if (done) done = remember_move(thread_number, chat::unknown_instant, change);
  if (done) done = links_.index(license, record, nullptr, thread_number);
  if (done) totals_.repaired(table, license);
  return done;
}

Result<std::vector<ThreadRows::Place>> ThreadRows::within(LicenseId license, RowNumbers numbers) {
  std::vector<Place> places;
  auto done =
      for_each_row(rows_within_.bind(1, numbers.after).bind(2, numbers.last).bind(3, license.value),
                   [&]() -> Result<void> {
                     Place& place = places.emplace_back();
                     place.thread_number = rows_within_.integer(0);
                     if (!rows_within_.is_null(1))
                       place.started_at = started_at_of(rows_within_.bytes(2));
                     return {};
                   });
  if (!done) return std::unexpected(std::move(done.error()));
  return places;
}

Result<void> ThreadRows::erase(const ThreadRow& row) {
  auto done = erase_row(row.thread_number);
  if (!done) return done;
  totals_.removed(table, row.license, row.checksum);
  done = index_.remove(RowKind::thread, row.license, row.thread_id, row.thread_number);
  if (!done) return done;
  return links_.remove(row.license, row.record, row.thread_number);
}

Result<void> ThreadRows::erase_damaged(LicenseId license, std::int64_t thread_number) {
  auto done = erase_row(thread_number);
  if (!done) return done;
  totals_.removed(table, license, 0);
  totals_.repaired(table, license);
  return {};
}

Result<void> ThreadRows::erase_row(std::int64_t thread_number) {
  auto done = for_each_row(moves_.bind(1, thread_number), [this]() -> Result<void> {
    totals_.removed(CheckedTable::thread_moves, of_all_licenses,
                    checksum_in_row(moves_, CheckedTable::thread_moves));
    return {};
  });
  if (done) done = erase_moves_.bind(1, thread_number).run();
  if (done) done = erase_.bind(1, thread_number).run();
  return done;
}

Result<void> ThreadRows::index_after(std::int64_t thread_number) {
  return for_each_row(rows_after_.bind(1, thread_number), [this]() -> Result<void> {
    const std::int64_t number = rows_after_.integer(0);
    const LicenseId license{rows_after_.integer(1)};
    auto added = index_.add(RowKind::thread, license, id_in(rows_after_, 2), number);
    if (!added) return added;
    // A record that cannot be read must not stop the others from being written.
    const auto record = decode(rows_after_.bytes(3), strings_);
    if (!record) return {};
    return links_.index(license, *record, nullptr, number);
  });
}

Result<void> ThreadRows::remember_move(std::int64_t thread_number, Instant from,
                                       std::int64_t change) {
  const std::int64_t checksum = bind_row(insert_move_, CheckedTable::thread_moves, thread_number,
                                         change, unix_microseconds(from));
  totals_.added(CheckedTable::thread_moves, of_all_licenses, checksum);
  return insert_move_.run();
}

}  // namespace chatreports::store
