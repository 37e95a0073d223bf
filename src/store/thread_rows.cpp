// The part of the table of threads that reads and writes its rows.

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "chat/merge.h"
#include "chat/record_size.h"
#include "chat/unknown_instant.h"
#include "store/damaged.h"
#include "store/record_codec.h"
#include "store/thread_table.h"

namespace chatreports::store {
namespace {

const Error not_as_written{row_is_damaged, "it is not what was written"};

// Binds the columns of the table and the checksum, which it returns.
std::int64_t bind_columns(Statement& statement, std::int64_t thread_number,
                          std::optional<std::int64_t> changed, LicenseId license,
                          std::string_view thread_id, std::optional<std::int64_t> complete_since,
                          std::string_view chat_id, std::string_view record) {
  const auto chat = chat_id.empty() ? std::nullopt : std::optional(chat_id);
  return bind_row(statement, CheckedTable::threads, thread_number, changed, license.value,
                  thread_id, complete_since, chat, Blob{record});
}

// Nothing while the record is none of a chat; 0 where it is since the thread's first change.
std::optional<std::int64_t> column_of_complete_since(const chat::ThreadRecord& record,
                                                     std::int64_t complete_since,
                                                     std::int64_t thread_number) {
  if (!record.from_chat_record) return std::nullopt;
  return complete_since == thread_number ? 0 : complete_since;
}

}  // namespace

Result<bool> ThreadTable::insert(LicenseId license, const chat::ChatRecord& record,
                                 ChangeCounter& counter) {
  if (chat::size_of(record.thread) > chat::max_thread_bytes) return thread_too_large();
  const bool has_unlisted = std::ranges::any_of(record.thread.events, [](const auto& event) {
    return event.author == chat::AuthorKind::unlisted;
  });
  if (!has_unlisted && !chat::greeting_unique_id(record.thread)) {
    return insert(license, record.thread_id, record.chat_id, record.thread, counter);
  }
  chat::ThreadRecord thread = record.thread;
  if (auto done = look_up(license, thread); !done) return std::unexpected(std::move(done.error()));
  return insert(license, record.thread_id, record.chat_id, thread, counter);
}

Result<bool> ThreadTable::insert(LicenseId license, std::string_view thread_id,
                                 std::string_view chat_id, const chat::ThreadRecord& record,
                                 ChangeCounter& counter) {
  const std::int64_t number = counter.next();
  encode(record, strings_, bytes_);
  const auto complete_since = column_of_complete_since(record, number, number);
  const std::int64_t checksum = bind_columns(insert_, number, std::nullopt, license, thread_id,
                                             complete_since, chat_id, bytes_);
  auto done = insert_.run();
  totals_.added(CheckedTable::threads, license, checksum);
  if (done) done = index_.add(RowKind::thread, license, thread_id, number);
  if (done) done = add_to_index(license, record, nullptr, number);
  if (!done) return std::unexpected(std::move(done.error()));
  counter.spend();
  return true;
}

// The chat's record takes the place of one that is damaged. What was told of the thread alone is
// lost with that. An engine may know the thread still, and nobody knows under which time.
Result<bool> ThreadTable::repair(LicenseId license, const chat::ChatRecord& record,
                                 const ToldOfChat& told, ChangeCounter& counter) {
  const auto number = find_damaged(license, record.thread_id);
  if (!number) return std::unexpected(number.error());
  chat::ThreadRecord thread;
  apply_all(thread, told.properties);
  if (record.is_restricted) {
    chat::add_restricted(thread, record.thread);
  } else {
    chat::merge(thread, record.thread);
  }
  if (auto done = look_up(license, thread); !done) return std::unexpected(std::move(done.error()));
  encode(thread, strings_, bytes_);
  bind_columns(replace_, *number, counter.next(), license, record.thread_id, 0, record.chat_id,
               bytes_);
  auto done = replace_.run();
  if (done) done = remember_move(*number, chat::unknown_instant, counter.next());
  if (done) done = add_to_index(license, thread, nullptr, *number);
  if (!done) return std::unexpected(std::move(done.error()));
  totals_.repaired(CheckedTable::threads, license);
  counter.spend();
  if (told.latest.empty()) return true;
  return give_to_latest(license, record.chat_id, told, counter);
}

Result<std::int64_t> ThreadTable::find_damaged(LicenseId license, std::string_view thread_id) {
  const ResetAtEnd reset(find_);
  const auto number = index_.find_row(RowKind::thread, license, thread_id, find_, [&] {
    return !is_intact(find_, CheckedTable::threads, thread_columns) ||
           (find_.integer(2) == license.value && find_.bytes(3) == thread_id);
  });
  if (!number) return std::unexpected(number.error());
  CHECK(*number);
  return **number;
}

// The row is there, because it has just been found; where it is not, the file is broken.
Result<ThreadTable::Row> ThreadTable::find(std::int64_t thread_number) {
  const ResetAtEnd reset(find_);
  const auto there = find_.bind(1, thread_number).step();
  if (!there) return std::unexpected(there.error());
  if (*there) return read_row(thread_number);
  return std::unexpected(
      damaged_file(database_.path(), "a thread that its index names is missing"));
}

Result<std::optional<ThreadTable::Row>> ThreadTable::find_intact(std::int64_t thread_number) {
  const ResetAtEnd reset(find_);
  const auto there = find_.bind(1, thread_number).step();
  if (!there) return std::unexpected(there.error());
  if (!*there) return std::nullopt;
  auto row = read_row(thread_number);
  if (!row && row.error().kind == row_is_damaged) return std::nullopt;
  if (!row) return std::unexpected(std::move(row.error()));
  return *std::move(row);
}

Result<ThreadTable::Row> ThreadTable::read_row(std::int64_t thread_number) {
  const auto damaged = [&](const Error& why) {
    return std::unexpected(
        damaged_record(database_.path(), LicenseId{find_.integer(2)}, thread_number, why));
  };
  if (!is_intact(find_, CheckedTable::threads, thread_columns)) return damaged(not_as_written);
  Row row;
  row.thread_number = thread_number;
  row.license = LicenseId{find_.integer(2)};
  row.thread_id = find_.bytes(3);
  row.complete_since = find_.optional_integer(4);
  if (row.complete_since == 0) row.complete_since = thread_number;
  row.chat_id = find_.bytes(5);
  row.bytes = find_.bytes(6);
  row.checksum = find_.integer(thread_columns);
  auto record = decode(row.bytes, strings_);
  if (!record) return damaged(record.error());
  row.record = std::move(*record);
  return row;
}

Result<bool> ThreadTable::update(LicenseId license, const Row& row, const chat::ThreadRecord& now,
                                 std::string_view chat_id, std::int64_t change) {
  encode(now, strings_, bytes_);
  if (chat_id == row.chat_id) {
    if (bytes_ == row.bytes) return false;
    // The same may be written in another way by now.
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
  const std::int64_t checksum = bind_columns(update_, row.thread_number, change, license,
                                             row.thread_id, complete_since, chat_id, bytes_);
  auto done = update_.run();
  totals_.replaced(CheckedTable::threads, license, row.checksum, checksum);
  if (done) done = add_to_index(license, now, &row.record, row.thread_number);
  if (!done) return std::unexpected(std::move(done.error()));
  return true;
}

Result<void> ThreadTable::remember_move(std::int64_t thread_number, Instant from,
                                        std::int64_t change) {
  const std::int64_t checksum =
      bind_row(insert_move_, CheckedTable::thread_moves, thread_number, change, from.microseconds);
  totals_.added(CheckedTable::thread_moves, of_all_licenses, checksum);
  return insert_move_.run();
}

}  // namespace chatreports::store
