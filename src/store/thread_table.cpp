#include "store/thread_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/check.h"
#include "chat/merge.h"
#include "chat/operations.h"
#include "store/codec.h"

namespace chatreports::store {

namespace {

constexpr std::string_view columns =
    "SELECT license, thread_number, complete_since, record, chat_key FROM threads ";

// Whether a webhook has told of a property that names a greeting.
bool tells_of_greeting(const chat::ThreadRecord& record) {
  return std::ranges::any_of(record.operations, [](const chat::ToldOperation& told) {
    const auto* property = std::get_if<chat::PropertyTold>(&told.what);
    return property != nullptr && property->name == "greeting_unique_id";
  });
}

bool is_of_chat(const chat::ToldOperation& told) {
  const auto* groups = std::get_if<chat::GroupsTold>(&told.what);
  return groups != nullptr && groups->layer == chat::Layer::chat;
}

void bind_chat_key(Statement& statement, int parameter, std::uint64_t chat_key) {
  if (chat_key == 0) {
    statement.bind_null(parameter);
  } else {
    statement.bind(parameter, static_cast<std::int64_t>(chat_key));
  }
}

void apply_all(chat::ThreadRecord& record, const std::vector<chat::ToldOperation>& operations) {
  for (const chat::ToldOperation& told : operations) chat::apply(record, told.what, told.told_at);
}

// Of what was told at one time twice, by a webhook that came twice, the first counts.
void add_groups(std::vector<ChatGroups>& known, ChatGroups incoming) {
  if (known.size() >= chat::max_elements) return;
  const auto at = std::ranges::upper_bound(known, incoming.told_at.at, {},
                                           [](const ChatGroups& one) { return one.told_at.at; });
  if (at != known.begin()) {
    const ChatGroups& before = *std::prev(at);
    if (before.groups == incoming.groups &&
        (incoming.told_at.is_receipt || before.told_at == incoming.told_at)) {
      return;
    }
  }
  known.insert(at, std::move(incoming));
}

}  // namespace

ThreadTable::ThreadTable(Database& database, GreetingTable& greetings, Preparation& prepare)
    : database_(database),
      greetings_(greetings),
      chats_(database, prepare),
      insert_(prepare(R"sql(
        INSERT INTO threads(thread_number, license, thread_id, complete_since, started_at,
                            greeting_unique_id, record, chat_key)
        VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
        ON CONFLICT(license, thread_id) DO NOTHING)sql")),
      find_by_id_(prepare(std::string(columns).append("WHERE license = ?1 AND thread_id = ?2"))),
      find_by_number_(prepare(std::string(columns).append("WHERE thread_number = ?1"))),
      find_by_greeting_(prepare(
          "SELECT thread_number FROM threads WHERE license = ?1 AND greeting_unique_id = ?2")),
      find_by_chat_(
          prepare("SELECT thread_number FROM threads WHERE chat_key = ?2 AND license = ?1")),
      update_(
          prepare("UPDATE threads SET changed = ?2, complete_since = ?3, started_at = ?4, "
                  "greeting_unique_id = ?5, record = ?6, chat_key = ?7 WHERE thread_number = ?1")),
      insert_move_(prepare(
          "INSERT INTO thread_moves(thread_number, change, started_at) VALUES(?1, ?2, ?3)")) {}

// Nearly every chat is new: it goes in with one look into the index, and only one that is known
// already, or of whose chat something was told, is read.
Result<bool> ThreadTable::write(LicenseId license, const chat::ChatRecord& record,
                                ChangeCounter& counter) {
  CHECK(record.thread.from_chat_record);
  ToldOfChat told;
  if (record.chat_key != 0) {
    auto found = chats_.find(license, record.chat_key);
    if (!found) return std::unexpected(std::move(found.error()));
    told = *std::move(found);
  }
  if (told == ToldOfChat{}) {
    const auto inserted = insert(license, record, counter);
    if (!inserted || *inserted) return inserted;
  }
  auto changed = change(
      license, record.thread_id, record.chat_key,
      [&record](chat::ThreadRecord& known) { chat::merge(known, record.thread); }, counter);
  if (!changed || told.groups.empty()) return changed;
  auto outranked = outrank_groups(license, record.thread_id, record.chat_key, told);
  if (!outranked) return std::unexpected(std::move(outranked.error()));
  const auto given = give_groups(license, record.chat_key, told, counter);
  if (!given) return given;
  return *changed || *given;
}

Result<bool> ThreadTable::write(LicenseId license, const chat::AchievementRecord& record,
                                ChangeCounter& counter) {
  return change(
      license, record.thread_id, 0,
      [&record](chat::ThreadRecord& known) { chat::merge(known, record); }, counter);
}

Result<bool> ThreadTable::write(LicenseId license, const chat::WebhookRecord& record,
                                ChangeCounter& counter) {
  if (record.operations.empty() && !record.beginning) return false;
  if (auto made = make_chat_index(); !made) return std::unexpected(std::move(made.error()));
  if (record.thread_id.empty()) return write_of_chat(license, record, counter);
  const auto changed = change(
      license, record.thread_id, record.chat_key,
      [&record](chat::ThreadRecord& known) {
        if (record.beginning) chat::merge_beginning(known, *record.beginning);
        for (const chat::Operation& operation : record.operations) {
          chat::apply(known, operation, record.told_at);
        }
      },
      counter);
  if (!changed || record.chat_key == 0) return changed;
  const auto told = chats_.find(license, record.chat_key);
  if (!told) return std::unexpected(told.error());
  if (told->groups.empty()) return changed;
  const auto given = give_groups(license, record.chat_key, *told, counter);
  if (!given) return given;
  return *changed || *given;
}

// With many threads it takes some seconds, once.
Result<void> ThreadTable::make_chat_index() {
  if (has_chat_index_) return {};
  auto made = database_.execute(
      "CREATE INDEX IF NOT EXISTS threads_by_chat ON threads(chat_key) WHERE chat_key IS NOT NULL");
  has_chat_index_ = made.has_value();
  return made;
}

Result<bool> ThreadTable::write_of_chat(LicenseId license, const chat::WebhookRecord& record,
                                        ChangeCounter& counter) {
  const auto known = chats_.find(license, record.chat_key);
  if (!known) return std::unexpected(known.error());
  ToldOfChat told = *known;
  chat::ThreadRecord waiting;  // of no thread yet
  waiting.operations = std::move(told.properties);
  for (const chat::Operation& operation : record.operations) {
    if (const auto* groups = std::get_if<chat::GroupsTold>(&operation)) {
      add_groups(told.groups, {record.told_at, groups->groups, {}});
    } else {
      chat::apply(waiting, operation, record.told_at);
    }
  }
  told.properties = std::move(waiting.operations);
  bool has_changed = told != *known;
  if (has_changed) {
    if (auto done = chats_.write(license, record.chat_key, told); !done) {
      return std::unexpected(std::move(done.error()));
    }
  }
  const auto numbers = numbers_of_chat(license, record.chat_key);
  if (!numbers) return std::unexpected(numbers.error());
  for (const std::int64_t number : *numbers) {
    const auto row = find(number);
    if (!row) return std::unexpected(row.error());
    chat::ThreadRecord now = row->record;
    for (const chat::Operation& operation : record.operations) {
      if (std::holds_alternative<chat::PropertyTold>(operation)) {
        chat::apply(now, operation, record.told_at);
      }
    }
    const auto changed = change(license, *row, std::move(now), row->chat_key, counter);
    if (!changed) return changed;
    has_changed = has_changed || *changed;
  }
  const auto given = give_groups(license, record.chat_key, told, counter);
  if (!given) return given;
  return has_changed || *given;
}

Result<bool> ThreadTable::give_groups(LicenseId license, std::uint64_t chat_key,
                                      const ToldOfChat& told, ChangeCounter& counter) {
  if (told.groups.empty()) return false;
  const auto numbers = numbers_of_chat(license, chat_key);
  if (!numbers) return std::unexpected(numbers.error());
  std::vector<Row> rows;
  for (const std::int64_t number : *numbers) {
    auto row = find(number);
    if (!row) return std::unexpected(std::move(row.error()));
    if (row->record.from_chat_record) rows.push_back(*std::move(row));
  }
  std::ranges::sort(
      rows, {}, [](const Row& row) { return std::pair(row.record.started_at, row.thread_number); });
  bool has_changed = false;
  for (std::size_t at = 0; at < rows.size(); ++at) {
    const Row& row = rows[at];
    const ChatGroups* last = nullptr;
    for (const ChatGroups& groups : told.groups) {
      const bool is_of_later_thread =
          at + 1 < rows.size() && rows[at + 1].record.started_at <= groups.told_at.at;
      const bool is_of_earlier_thread = at > 0 && groups.told_at.at < row.record.started_at;
      if (is_of_later_thread || is_of_earlier_thread ||
          std::ranges::binary_search(groups.outranked_in, row.thread_number)) {
        continue;
      }
      last = &groups;
    }
    chat::ThreadRecord now = row.record;
    std::erase_if(now.operations, is_of_chat);
    if (last != nullptr) {
      chat::apply(now, chat::GroupsTold{chat::Layer::chat, last->groups}, last->told_at);
    }
    const auto changed = change(license, row, std::move(now), row.chat_key, counter);
    if (!changed) return changed;
    has_changed = has_changed || *changed;
  }
  return has_changed;
}

// What was told without a time before the chat record came is older than that.
Result<void> ThreadTable::outrank_groups(LicenseId license, std::string_view thread_id,
                                         std::uint64_t chat_key, ToldOfChat& told) {
  const auto row = find(license, thread_id);
  if (!row) return std::unexpected(row.error());
  CHECK(row->has_value());
  for (ChatGroups& groups : told.groups) {
    if (!groups.told_at.is_receipt) continue;
    const auto at = std::ranges::lower_bound(groups.outranked_in, (*row)->thread_number);
    if (at != groups.outranked_in.end() && *at == (*row)->thread_number) continue;
    groups.outranked_in.insert(at, (*row)->thread_number);
  }
  return chats_.write(license, chat_key, told);
}

Result<void> ThreadTable::follow_greeting(LicenseId license, std::string_view unique_id,
                                          Instant displayed_at, ChangeCounter& counter) {
  // All are found before the first is changed, so that no search runs over what changes.
  const auto numbers = numbers_of(find_by_greeting_.bind(1, license.value).bind_text(2, unique_id));
  if (!numbers) return std::unexpected(numbers.error());
  for (const std::int64_t number : *numbers) {
    const auto row = find(number);
    if (!row) return std::unexpected(row.error());
    chat::ThreadRecord now = row->record;
    now.greeting_displayed_at = displayed_at;
    const auto updated = update(*row, now, row->chat_key, std::string(unique_id), counter);
    if (!updated) return std::unexpected(updated.error());
  }
  return {};
}

Result<bool> ThreadTable::change(LicenseId license, std::string_view thread_id,
                                 std::uint64_t chat_key, const Change& change,
                                 ChangeCounter& counter) {
  const auto row = find(license, thread_id);
  if (!row) return std::unexpected(row.error());
  chat::ThreadRecord now;
  if (*row) now = (*row)->record;
  const std::uint64_t known_key = *row ? (*row)->chat_key : 0;
  if (chat_key != 0 && known_key == 0) {
    const auto told = chats_.find(license, chat_key);
    if (!told) return std::unexpected(told.error());
    apply_all(now, told->properties);
  }
  if (chat_key == 0) chat_key = known_key;
  change(now);
  if (*row) return this->change(license, **row, std::move(now), chat_key, counter);
  const auto unique_id = find_greeting(license, now);
  if (!unique_id) return std::unexpected(unique_id.error());
  return insert(license, thread_id, chat_key, now, *unique_id, counter);
}

Result<bool> ThreadTable::change(LicenseId license, const Row& row, chat::ThreadRecord now,
                                 std::uint64_t chat_key, ChangeCounter& counter) {
  const auto unique_id = find_greeting(license, now);
  if (!unique_id) return std::unexpected(unique_id.error());
  return update(row, now, chat_key, *unique_id, counter);
}

Result<bool> ThreadTable::insert(LicenseId license, const chat::ChatRecord& record,
                                 ChangeCounter& counter) {
  if (!chat::greeting_unique_id(record.thread)) {
    return insert(license, record.thread_id, record.chat_key, record.thread, std::nullopt, counter);
  }
  chat::ThreadRecord thread = record.thread;
  const auto unique_id = find_greeting(license, thread);
  if (!unique_id) return std::unexpected(unique_id.error());
  return insert(license, record.thread_id, record.chat_key, thread, *unique_id, counter);
}

Result<bool> ThreadTable::insert(LicenseId license, std::string_view thread_id,
                                 std::uint64_t chat_key, const chat::ThreadRecord& record,
                                 const std::optional<std::string>& greeting_unique_id,
                                 ChangeCounter& counter) {
  encode(record, bytes_);
  insert_.bind(1, counter.next()).bind(2, license.value).bind_text(3, thread_id);
  if (record.from_chat_record) {
    insert_.bind(4, counter.next()).bind(5, record.started_at.microseconds);
  } else {
    insert_.bind_null(4).bind_null(5);
  }
  insert_.bind_optional_text(6, greeting_unique_id).bind_bytes(7, bytes_);
  bind_chat_key(insert_, 8, chat_key);
  auto done = insert_.run();
  if (!done) return std::unexpected(std::move(done.error()));
  if (database_.rows_changed() == 0) return false;
  counter.spend();
  return true;
}

Result<std::optional<ThreadTable::Row>> ThreadTable::find(LicenseId license,
                                                          std::string_view thread_id) {
  return read_row(find_by_id_.bind(1, license.value).bind_text(2, thread_id));
}

// The row is there, because an index has just named it; where it is not, the index is broken.
Result<ThreadTable::Row> ThreadTable::find(std::int64_t thread_number) {
  auto row = read_row(find_by_number_.bind(1, thread_number));
  if (!row) return std::unexpected(std::move(row.error()));
  if (*row) return **std::move(row);
  return failed(
      fmt::format("{} is damaged: a thread that its index names is not there; restore it from a "
                  "backup, or move it away and import the records again",
                  database_.path()));
}

Result<std::optional<ThreadTable::Row>> ThreadTable::read_row(Statement& found) {
  const ResetAtEnd reset(found);
  auto there = found.step();
  if (!there) return std::unexpected(std::move(there.error()));
  if (!*there) return std::nullopt;
  Row row;
  row.thread_number = found.integer(1);
  row.complete_since = found.optional_integer(2);
  row.bytes = found.bytes(3);
  row.chat_key = static_cast<std::uint64_t>(found.optional_integer(4).value_or(0));
  auto record = decode(row.bytes);
  if (!record) {
    return std::unexpected(damaged_record(database_.path(), LicenseId{found.integer(0)},
                                          row.thread_number, record.error()));
  }
  row.record = std::move(*record);
  return row;
}

Result<bool> ThreadTable::update(const Row& row, const chat::ThreadRecord& now,
                                 std::uint64_t chat_key,
                                 const std::optional<std::string>& greeting_unique_id,
                                 ChangeCounter& counter) {
  encode(now, bytes_);
  if (bytes_ == row.bytes && chat_key == row.chat_key) return false;
  if (row.complete_since && row.record.started_at != now.started_at) {
    if (auto done = remember_move(row, counter); !done) {
      return std::unexpected(std::move(done.error()));
    }
  }
  update_.bind(1, row.thread_number).bind(2, counter.next());
  if (now.from_chat_record) {
    update_.bind(3, row.complete_since.value_or(counter.next()))
        .bind(4, now.started_at.microseconds);
  } else {
    update_.bind_null(3).bind_null(4);
  }
  update_.bind_optional_text(5, greeting_unique_id).bind_bytes(6, bytes_);
  bind_chat_key(update_, 7, chat_key);
  auto done = update_.run();
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

Result<std::vector<std::int64_t>> ThreadTable::numbers_of(Statement& statement) {
  const ResetAtEnd reset(statement);
  std::vector<std::int64_t> numbers;
  for (;;) {
    auto found = statement.step();
    if (!found) return std::unexpected(std::move(found.error()));
    if (!*found) return numbers;
    numbers.push_back(statement.integer(0));
  }
}

Result<std::vector<std::int64_t>> ThreadTable::numbers_of_chat(LicenseId license,
                                                               std::uint64_t chat_key) {
  return numbers_of(
      find_by_chat_.bind(1, license.value).bind(2, static_cast<std::int64_t>(chat_key)));
}

Result<std::optional<std::string>> ThreadTable::find_greeting(LicenseId license,
                                                              chat::ThreadRecord& record) {
  auto unique_id = tells_of_greeting(record) ? chat::greeting_unique_id(chat::resolve(record))
                                             : chat::greeting_unique_id(record);
  record.greeting_displayed_at.reset();
  if (!unique_id) return unique_id;
  const auto displayed = greetings_.displayed_at(license, *unique_id);
  if (!displayed) return std::unexpected(displayed.error());
  record.greeting_displayed_at = *displayed;
  return unique_id;
}

Error damaged_record(const std::string& path, LicenseId license, std::int64_t thread_number,
                     const Error& why) {
  return {
      ErrorKind::failed,
      fmt::format("{} is damaged: the record of a thread of licence {} (row {} of threads) cannot "
                  "be read: {}; restore the file from a backup, or move it away and import the "
                  "records again",
                  path, license.value, thread_number, why.message)};
}

}  // namespace chatreports::store
