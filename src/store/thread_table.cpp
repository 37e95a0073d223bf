#include "store/thread_table.h"

#include <fmt/format.h>

#include "base/check.h"
#include "chat/merge.h"
#include "store/codec.h"

namespace chatreports::store {

ThreadTable::ThreadTable(Database& database, GreetingTable& greetings, Preparation& prepare)
    : database_(database),
      greetings_(greetings),
      insert_(prepare(R"sql(
        INSERT INTO threads(change, license, thread_id, thread_number, complete_since, started_at,
                            greeting_unique_id, record)
        VALUES(?1, ?2, ?3, ?1, ?4, ?5, ?6, ?7)
        ON CONFLICT(license, thread_id) DO NOTHING)sql")),
      find_by_id_(
          prepare("SELECT license, change, thread_number, complete_since, record FROM threads "
                  "WHERE license = ?1 AND thread_id = ?2")),
      find_by_change_(
          prepare("SELECT license, change, thread_number, complete_since, record FROM threads "
                  "WHERE change = ?1")),
      find_by_greeting_(
          prepare("SELECT change FROM threads WHERE license = ?1 AND greeting_unique_id = ?2 "
                  "ORDER BY change")),
      update_(prepare("UPDATE threads SET change = ?2, complete_since = ?3, started_at = ?4, "
                      "greeting_unique_id = ?5, record = ?6 WHERE change = ?1")),
      insert_move_(prepare(
          "INSERT INTO thread_moves(thread_number, change, started_at) VALUES(?1, ?2, ?3)")) {}

// Nearly every chat is new: it goes in with one look into the index, and only one that is known
// already is read.
Result<bool> ThreadTable::write(LicenseId license, const chat::ChatRecord& record,
                                ChangeCounter& counter) {
  CHECK(record.thread.from_chat_record);
  const auto unique_id = chat::greeting_unique_id(record.thread);
  const auto displayed = displayed_at(license, unique_id);
  if (!displayed) return std::unexpected(displayed.error());

  Result<bool> inserted = false;
  if (*displayed == record.thread.greeting_displayed_at) {
    inserted = insert(license, record.thread_id, record.thread, unique_id, counter);
  } else {
    chat::ThreadRecord with_greeting = record.thread;
    with_greeting.greeting_displayed_at = *displayed;
    inserted = insert(license, record.thread_id, with_greeting, unique_id, counter);
  }
  if (!inserted || *inserted) return inserted;

  const auto row = find(license, record.thread_id);
  if (!row) return std::unexpected(row.error());
  chat::ThreadRecord now = row->record;
  chat::merge(now, record.thread);
  now.greeting_displayed_at = *displayed;
  return update(*row, now, unique_id, counter);
}

Result<bool> ThreadTable::write(LicenseId license, const chat::AchievementRecord& record,
                                ChangeCounter& counter) {
  chat::ThreadRecord placeholder;
  chat::merge(placeholder, record);
  const auto inserted = insert(license, record.thread_id, placeholder, std::nullopt, counter);
  if (!inserted || *inserted) return inserted;

  const auto row = find(license, record.thread_id);
  if (!row) return std::unexpected(row.error());
  chat::ThreadRecord now = row->record;
  chat::merge(now, record);
  return update(*row, now, chat::greeting_unique_id(now), counter);
}

Result<void> ThreadTable::follow_greeting(LicenseId license, std::string_view unique_id,
                                          Instant displayed_at, ChangeCounter& counter) {
  // All are found before the first is changed: a changed row gets a number at the end of the table,
  // where the search would find it again.
  const auto changes = changes_with_greeting(license, unique_id);
  if (!changes) return std::unexpected(changes.error());
  for (const std::int64_t change : *changes) {
    const auto row = find(change);
    if (!row) return std::unexpected(row.error());
    chat::ThreadRecord now = row->record;
    now.greeting_displayed_at = displayed_at;
    const auto updated = update(*row, now, chat::greeting_unique_id(now), counter);
    if (!updated) return std::unexpected(updated.error());
  }
  return {};
}

Result<bool> ThreadTable::insert(LicenseId license, std::string_view thread_id,
                                 const chat::ThreadRecord& record,
                                 const std::optional<std::string>& greeting_unique_id,
                                 ChangeCounter& counter) {
  encode(record, bytes_);
  insert_.bind(1, counter.next()).bind(2, license.value).bind_text(3, thread_id);
  if (record.from_chat_record) {
    insert_.bind(4, counter.next()).bind(5, record.started_at.microseconds);
  } else {
    insert_.bind_null(4).bind_null(5);
  }
  auto done = insert_.bind_optional_text(6, greeting_unique_id).bind_bytes(7, bytes_).run();
  if (!done) return std::unexpected(std::move(done.error()));
  if (database_.rows_changed() == 0) return false;
  counter.spend();
  return true;
}

Result<ThreadTable::Row> ThreadTable::find(LicenseId license, std::string_view thread_id) {
  return read_row(find_by_id_.bind(1, license.value).bind_text(2, thread_id));
}

Result<ThreadTable::Row> ThreadTable::find(std::int64_t change) {
  return read_row(find_by_change_.bind(1, change));
}

// The row is there, because an index has just named it; where it is not, the index is broken.
Result<ThreadTable::Row> ThreadTable::read_row(Statement& found) {
  const ResetAtEnd reset(found);
  auto there = found.step();
  if (!there) return std::unexpected(std::move(there.error()));
  if (!*there) {
    return failed(
        fmt::format("{} is damaged: a thread that its index names is not there; restore it from a "
                    "backup, or move it away and import the records again",
                    database_.path()));
  }
  Row row;
  row.change = found.integer(1);
  row.thread_number = found.integer(2);
  row.complete_since = found.optional_integer(3);
  row.bytes = found.bytes(4);
  auto record = decode(row.bytes);
  if (!record) {
    return std::unexpected(
        damaged_record(database_.path(), LicenseId{found.integer(0)}, row.change, record.error()));
  }
  row.record = std::move(*record);
  return row;
}

Result<bool> ThreadTable::update(const Row& row, const chat::ThreadRecord& now,
                                 const std::optional<std::string>& greeting_unique_id,
                                 ChangeCounter& counter) {
  encode(now, bytes_);
  if (bytes_ == row.bytes) return false;
  if (row.complete_since && row.record.started_at != now.started_at) {
    if (auto done = remember_move(row, counter); !done) {
      return std::unexpected(std::move(done.error()));
    }
  }
  update_.bind(1, row.change).bind(2, counter.next());
  if (now.from_chat_record) {
    update_.bind(3, row.complete_since.value_or(counter.next()))
        .bind(4, now.started_at.microseconds);
  } else {
    update_.bind_null(3).bind_null(4);
  }
  auto done = update_.bind_optional_text(5, greeting_unique_id).bind_bytes(6, bytes_).run();
  if (!done) return std::unexpected(std::move(done.error()));
  counter.spend();
  return true;
}

Result<void> ThreadTable::remember_move(const Row& row, ChangeCounter& counter) {
  return insert_move_.bind(1, row.thread_number)
      .bind(2, counter.next())
      .bind(3, row.record.started_at.microseconds)
      .run();
}

Result<std::vector<std::int64_t>> ThreadTable::changes_with_greeting(LicenseId license,
                                                                     std::string_view unique_id) {
  const ResetAtEnd reset(find_by_greeting_);
  find_by_greeting_.bind(1, license.value).bind_text(2, unique_id);
  std::vector<std::int64_t> changes;
  for (;;) {
    auto found = find_by_greeting_.step();
    if (!found) return std::unexpected(std::move(found.error()));
    if (!*found) return changes;
    changes.push_back(find_by_greeting_.integer(0));
  }
}

Result<std::optional<Instant>> ThreadTable::displayed_at(
    LicenseId license, const std::optional<std::string>& unique_id) {
  if (!unique_id) return std::nullopt;
  return greetings_.displayed_at(license, *unique_id);
}

Error damaged_record(const std::string& path, LicenseId license, std::int64_t change,
                     const Error& why) {
  return {
      ErrorKind::failed,
      fmt::format("{} is damaged: the record of a thread of licence {} (row {} of threads) cannot "
                  "be read: {}; restore the file from a backup, or move it away and import the "
                  "records again",
                  path, license.value, change, why.message)};
}

}  // namespace chatreports::store
