#include "store/thread_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/check.h"
#include "chat/merge.h"
#include "chat/operations.h"
#include "chat/record_size.h"
#include "chat/unknown_instant.h"
#include "store/codec.h"
#include "store/packed_id.h"

namespace chatreports::store {

namespace {

// A page holds some forty rows; between them changes of other tables are counted.
constexpr std::int64_t changes_on_last_page = 128;

const Error not_as_written{row_is_damaged, "it is not what was written"};

// Whether a webhook has told of a property that names a greeting.
bool tells_of_greeting(const chat::ThreadRecord& record) {
  return std::ranges::any_of(record.operations, [](const chat::ToldOperation& told) {
    const auto* property = std::get_if<chat::PropertyTold>(&told.what);
    return property != nullptr && property->name == "greeting_unique_id";
  });
}

// The unique id of the greeting that the thread came from, as far as is known by now.
std::optional<std::string> greeting_of(const chat::ThreadRecord& record) {
  return tells_of_greeting(record) ? chat::greeting_unique_id(chat::resolve(record))
                                   : chat::greeting_unique_id(record);
}

bool is_of_all_threads(const chat::Operation& operation) {
  const auto* property = std::get_if<chat::PropertyTold>(&operation);
  return property != nullptr && property->layer == chat::Layer::chat;
}

// The id of a chat as it stands in the table: packed where it can be.
struct ChatColumn {
  std::optional<std::int64_t> packed;
  std::string_view text;

  void bind_to(Statement& statement, int parameter) const {
    if (packed || text.empty()) {
      statement.bind(parameter, packed);
    } else {
      statement.bind_text(parameter, text);
    }
  }
};

ChatColumn column_of_chat(std::string_view chat_id) {
  return {pack_id(chat_id), chat_id};
}

std::int64_t checksum_of(std::int64_t thread_number, std::optional<std::int64_t> changed,
                         LicenseId license, std::string_view thread_id,
                         std::optional<std::int64_t> complete_since, const ChatColumn& chat,
                         std::string_view record) {
  RowChecksum checksum(CheckedTable::threads);
  checksum.add(thread_number).add(changed).add(license.value).add_bytes(thread_id);
  checksum.add(complete_since);
  if (chat.packed || chat.text.empty()) {
    checksum.add(chat.packed);
  } else {
    checksum.add_bytes(chat.text);
  }
  return checksum.add_bytes(record).value();
}

// As the row index finds it.
std::string_view bytes_of(const std::uint64_t& digest) {
  return {reinterpret_cast<const char*>(&digest), sizeof digest};
}

// Nothing while the record is none of a chat; 0 where it is since the thread's first change.
std::optional<std::int64_t> column_of_complete_since(const chat::ThreadRecord& record,
                                                     std::int64_t complete_since,
                                                     std::int64_t thread_number) {
  if (!record.from_chat_record) return std::nullopt;
  return complete_since == thread_number ? 0 : complete_since;
}

void apply_all(chat::ThreadRecord& record, const std::vector<chat::ToldOperation>& operations) {
  for (const chat::ToldOperation& told : operations) chat::apply(record, told.what, told.told_at);
}

Instant happened_at(const ToldOfLatest& latest) {
  return chat::happened_at(latest.told.what, latest.told.told_at);
}

// Of what was told at one time twice, by a webhook that came twice, the first counts.
void add(std::vector<ToldOfLatest>& known, ToldOfLatest incoming) {
  if (known.size() >= chat::max_elements) return;
  const Instant at = happened_at(incoming);
  const auto* event = std::get_if<chat::EventTold>(&incoming.told.what);
  if (event != nullptr && !event->is_update) incoming.told.told_at = {at, false};
  const auto [first, last] = std::ranges::equal_range(
      known, at, {}, [](const ToldOfLatest& one) { return happened_at(one); });
  const bool is_told_again = std::any_of(first, last, [&incoming](const ToldOfLatest& one) {
    return one.told.what == incoming.told.what && one.event_id == incoming.event_id;
  });
  if (is_told_again) return;
  if (last != known.begin() && incoming.told.told_at.is_receipt &&
      std::holds_alternative<chat::GroupsTold>(incoming.told.what) &&
      std::prev(last)->told.what == incoming.told.what) {
    return;
  }
  known.insert(last, std::move(incoming));
}

// The same as it is about an event of that thread.
chat::ToldOperation of_thread(const ToldOfLatest& latest, std::string_view thread_id) {
  chat::ToldOperation told = latest.told;
  if (latest.event_id.empty()) return told;
  const std::uint64_t key = chat::event_key(thread_id, latest.event_id);
  if (auto* event = std::get_if<chat::EventTold>(&told.what)) event->event.key = key;
  if (auto* property = std::get_if<chat::EventPropertyTold>(&told.what)) property->event_key = key;
  return told;
}

// Of what was told of a chat, about.
std::size_t bytes_of(const ToldOfChat& told) {
  std::size_t bytes = 0;
  for (const chat::ToldOperation& operation : told.properties) {
    bytes += chat::size_of(operation.what);
  }
  for (const ToldOfLatest& latest : told.latest) {
    bytes += chat::size_of(latest.told.what) + latest.event_id.size() +
             latest.outranked_in.size() * sizeof(std::int64_t);
  }
  return bytes;
}

std::unexpected<Error> chat_too_large() {
  return refused(fmt::format("what webhooks told of its chat would be larger than {} bytes",
                             chat::max_thread_bytes));
}

}  // namespace

ThreadTable::ThreadTable(Database& database, RowIndex& index, Texts& texts,
                         GreetingTable& greetings, KnownAgents& agents, Totals& totals,
                         Preparation& prepare)
    : database_(database),
      index_(index),
      texts_(texts),
      greetings_(greetings),
      agents_(agents),
      totals_(totals),
      chats_(database, totals, prepare),
      insert_(prepare("INSERT INTO threads(thread_number, license, thread_id, complete_since, "
                      "chat, record, checksum) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)")),
      find_(prepare("SELECT thread_number, changed, license, thread_id, complete_since, chat, "
                    "record, checksum FROM threads WHERE thread_number = ?1")),
      find_by_chat_(
          prepare("SELECT thread_number FROM threads WHERE chat IN (?2, ?3) AND license = ?1")),
      rows_after_(prepare("SELECT thread_number, license, thread_id, record FROM threads "
                          "WHERE thread_number > ?1 ORDER BY thread_number")),
      update_(prepare("UPDATE threads SET changed = ?2, complete_since = ?3, chat = ?4, "
                      "record = ?5, checksum = ?6 WHERE thread_number = ?1")),
      replace_(prepare("UPDATE threads SET changed = ?2, license = ?3, thread_id = ?4, "
                       "complete_since = 0, chat = ?5, record = ?6, checksum = ?7 "
                       "WHERE thread_number = ?1")),
      insert_move_(prepare("INSERT INTO thread_moves(thread_number, change, started_at, checksum) "
                           "VALUES(?1, ?2, ?3, ?4)")) {}

// Nearly every chat is new, and goes in as it is: only one that is known already, or of whose chat
// something was told, is put together.
Result<bool> ThreadTable::write(LicenseId license, const chat::ChatRecord& record,
                                ChangeCounter& counter) {
  CHECK(record.thread.from_chat_record);
  auto told = told_of_chat(license, record.chat_id, 1);
  if (!told) return std::unexpected(std::move(told.error()));
  const auto thread = open(license, record.thread_id);
  if (!thread && thread.error().kind == row_is_damaged) {
    return repair(license, record, *told, counter);
  }
  if (!thread) return std::unexpected(thread.error());
  if (*thread == nullptr && *told == ToldOfChat{} && !record.is_restricted) {
    return insert(license, record, counter);
  }
  auto changed = tell(
      license, *thread, record.thread_id, record.chat_id,
      [&record](chat::ThreadRecord& known) {
        if (record.is_restricted) {
          chat::add_restricted(known, record.thread);
        } else {
          chat::merge(known, record.thread);
        }
      },
      counter);
  if (!changed || told->latest.empty()) return changed;
  if (!record.is_restricted) {
    auto outranked = outrank(license, record, *told);
    if (!outranked) return std::unexpected(std::move(outranked.error()));
  }
  const auto given = give_to_latest(license, record.chat_id, *told, counter);
  if (!given) return given;
  return *changed || *given;
}

Result<bool> ThreadTable::write(LicenseId license, const chat::AchievementRecord& record,
                                ChangeCounter& counter) {
  return tell_thread(
      license, record.thread_id,
      [&record](chat::ThreadRecord& known) { chat::merge(known, record); }, counter);
}

Result<bool> ThreadTable::write(LicenseId license, const chat::QueueRecord& record,
                                ChangeCounter& counter) {
  return tell_thread(
      license, record.thread_id,
      [&record](chat::ThreadRecord& known) { chat::merge(known, record.stay); }, counter);
}

// Goals, sales and waits mostly follow their chat soon. While its row is on the last page of the
// table it can grow; later its page is full, and has to be split for it.
Result<bool> ThreadTable::tell_thread(LicenseId license, std::string_view thread_id,
                                      const Change& change, ChangeCounter& counter) {
  const auto thread = open(license, thread_id);
  if (!thread) return std::unexpected(thread.error());
  const auto changed = tell(license, *thread, thread_id, {}, change, counter);
  if (!changed || !*changed || *thread == nullptr) return changed;
  const std::int64_t number = (*thread)->row.thread_number;
  if (number + changes_on_last_page < counter.last().value) return changed;
  if (auto done = close(number); !done) return std::unexpected(std::move(done.error()));
  return changed;
}

Result<bool> ThreadTable::write(LicenseId license, const chat::WebhookRecord& record,
                                ChangeCounter& counter) {
  if (record.operations.empty() && !record.beginning) return false;
  if (record.thread_id.empty()) return write_of_chat(license, record, counter);
  const auto told = told_of_chat(license, record.chat_id, 0);
  if (!told) return std::unexpected(told.error());
  const auto thread = open(license, record.thread_id);
  if (!thread) return std::unexpected(thread.error());
  const bool is_of_known_chat =
      *thread != nullptr && chat_of(**thread, record.chat_id) == (*thread)->chat_id;
  const auto changed =
      is_of_known_chat && !record.beginning
          ? apply(**thread, record.operations, record.told_at, chat::max_thread_bytes, counter)
          : tell(
                license, *thread, record.thread_id, record.chat_id,
                [&record](chat::ThreadRecord& known) {
                  if (record.beginning) chat::merge_beginning(known, *record.beginning);
                  for (const chat::Operation& operation : record.operations) {
                    chat::apply(known, operation, record.told_at);
                  }
                },
                counter);
  if (!changed || told->latest.empty()) return changed;
  const auto given = give_to_latest(license, record.chat_id, *told, counter);
  if (!given) return given;
  return *changed || *given;
}

// What was told of the chat, as far as another record of it can be taken in, after which `more`
// threads know better.
Result<ToldOfChat> ThreadTable::told_of_chat(LicenseId license, std::string_view chat_id,
                                             std::size_t more) {
  if (chat_id.empty()) return ToldOfChat{};
  auto told = chats_.find(license, chat::chat_key(chat_id));
  if (!told || told->latest.empty()) return told;
  if (bytes_of(*told) + more * told->latest.size() * sizeof(std::int64_t) >
      chat::max_thread_bytes) {
    return chat_too_large();
  }
  const auto numbers = numbers_of_chat(license, chat_id);
  if (!numbers) return std::unexpected(numbers.error());
  return told;
}

// With many threads it takes some seconds, once.
Result<void> ThreadTable::make_chat_index() {
  if (has_chat_index_) return {};
  auto made = database_.execute(
      "CREATE INDEX IF NOT EXISTS threads_by_chat ON threads(chat) WHERE chat IS NOT NULL");
  has_chat_index_ = made.has_value();
  return made;
}

Result<bool> ThreadTable::write_of_chat(LicenseId license, const chat::WebhookRecord& record,
                                        ChangeCounter& counter) {
  const auto numbers = numbers_of_chat(license, record.chat_id);
  if (!numbers) return std::unexpected(numbers.error());
  const std::uint64_t chat_key = chat::chat_key(record.chat_id);
  const auto known = chats_.find(license, chat_key);
  if (!known) return std::unexpected(known.error());
  ToldOfChat told = *known;
  std::vector<chat::Operation> properties;
  chat::ThreadRecord waiting;  // of no thread yet
  waiting.operations = std::move(told.properties);
  for (const chat::Operation& operation : record.operations) {
    if (!is_of_all_threads(operation)) {
      add(told.latest, {{operation, record.told_at, false, true}, record.event_id, {}});
      continue;
    }
    chat::apply(waiting, operation, record.told_at);
    properties.push_back(operation);
  }
  told.properties = std::move(waiting.operations);
  bool has_changed = told != *known;
  if (has_changed) {
    if (bytes_of(told) > chat::max_thread_bytes) return chat_too_large();
    if (auto done = chats_.write(license, chat_key, told); !done) {
      return std::unexpected(std::move(done.error()));
    }
  }
  for (const std::int64_t number : *numbers) {
    const auto thread = open(number);
    if (!thread && thread.error().kind == row_is_damaged) continue;  // what was told is kept for it
    if (!thread) return std::unexpected(thread.error());
    // What is known of the chat has room beside what is known of the thread.
    const auto changed =
        apply(**thread, properties, record.told_at, 2 * chat::max_thread_bytes, counter);
    if (!changed) return changed;
    has_changed = has_changed || *changed;
  }
  const auto given = give_to_latest(license, record.chat_id, told, counter);
  if (!given) return given;
  return has_changed || *given;
}

Result<bool> ThreadTable::give_to_latest(LicenseId license, std::string_view chat_id,
                                         const ToldOfChat& told, ChangeCounter& counter) {
  if (told.latest.empty()) return false;
  const auto numbers = numbers_of_chat(license, chat_id);
  if (!numbers) return std::unexpected(numbers.error());
  std::vector<std::pair<Instant, std::int64_t>> threads;  // by started_at
  for (const std::int64_t number : *numbers) {
    const auto thread = open(number);
    if (!thread && thread.error().kind == row_is_damaged) continue;  // as above
    if (!thread) return std::unexpected(thread.error());
    const chat::ThreadRecord& now = (*thread)->now;
    if (now.from_chat_record) threads.emplace_back(now.started_at, number);
  }
  std::ranges::sort(threads);
  const auto first_from = [&told](Instant started_at) {
    return std::ranges::lower_bound(told.latest, started_at, {},
                                    [](const ToldOfLatest& one) { return happened_at(one); });
  };
  bool has_changed = false;
  for (std::size_t at = 0; at < threads.size(); ++at) {
    const auto [started_at, number] = threads[at];
    const auto thread = open(number);
    if (!thread) return std::unexpected(thread.error());
    const bool is_last = at + 1 == threads.size();
    const auto end = is_last ? told.latest.end() : first_from(threads[at + 1].first);
    std::vector<chat::ToldOperation> of_it;
    for (auto latest = first_from(started_at); latest < end; ++latest) {
      if (std::ranges::binary_search(latest->outranked_in, number)) continue;
      of_it.push_back(of_thread(*latest, (*thread)->row.thread_id));
    }
    const auto given = give(**thread, std::move(of_it), counter);
    if (!given) return given;
    has_changed = has_changed || *given;
  }
  return has_changed;
}

// What was told without a time before the chat record came is older than that.
Result<void> ThreadTable::outrank(LicenseId license, const chat::ChatRecord& record,
                                  ToldOfChat& told) {
  const auto thread = open(license, record.thread_id);
  if (!thread) return std::unexpected(thread.error());
  CHECK(*thread != nullptr);
  const std::int64_t number = (*thread)->row.thread_number;
  for (ToldOfLatest& latest : told.latest) {
    if (!latest.told.told_at.is_receipt || !chat::is_outrankable(latest.told.what)) continue;
    const auto at = std::ranges::lower_bound(latest.outranked_in, number);
    if (at != latest.outranked_in.end() && *at == number) continue;
    latest.outranked_in.insert(at, number);
  }
  return chats_.write(license, chat::chat_key(record.chat_id), told);
}

Result<std::size_t> ThreadTable::threads_of_greeting(LicenseId license,
                                                     std::string_view unique_id) {
  const auto numbers = index_.find(RowKind::thread_of_greeting, license, unique_id);
  if (!numbers) return std::unexpected(numbers.error());
  return numbers->size();
}

Result<std::size_t> ThreadTable::threads_of_author(LicenseId license, std::string_view author_id) {
  const auto numbers =
      index_.find(RowKind::thread_of_author, license, bytes_of(chat::author_digest(author_id)));
  if (!numbers) return std::unexpected(numbers.error());
  return numbers->size();
}

void ThreadTable::follow_greeting(LicenseId license, const std::string& unique_id) {
  followed_.emplace(RowKind::thread_of_greeting, license, unique_id);
}

void ThreadTable::follow_agent(LicenseId license, std::string_view agent_id) {
  followed_.emplace(RowKind::thread_of_author, license, bytes_of(chat::author_digest(agent_id)));
}

// A damaged one looks it up when it comes again.
Result<void> ThreadTable::follow(ChangeCounter& counter) {
  for (const auto& [kind, license, id] : std::exchange(followed_, {})) {
    const auto found = index_.find(kind, license, id);
    if (!found) return std::unexpected(found.error());
    const std::vector<std::int64_t> numbers(found->begin(), found->end());
    for (const std::int64_t number : numbers) {
      const auto row = find_intact(number);
      if (!row) return std::unexpected(row.error());
      if (!*row || (*row)->license != license) continue;
      chat::ThreadRecord now = (*row)->record;
      if (auto done = look_up(license, now); !done) return done;
      const auto updated = update(license, **row, now, (*row)->chat_id, counter.next());
      if (!updated) return std::unexpected(updated.error());
      if (*updated) counter.spend();
    }
  }
  return {};
}

Result<void> ThreadTable::index_after(std::int64_t thread_number) {
  return for_each_row(rows_after_.bind(1, thread_number), [this]() -> Result<void> {
    const std::int64_t number = rows_after_.integer(0);
    const LicenseId license{rows_after_.integer(1)};
    auto added = index_.add(RowKind::thread, license, rows_after_.bytes(2), number);
    if (!added) return added;
    // Whoever finds a record that cannot be read is told so; all others can be written.
    const auto record = decode(rows_after_.bytes(3), texts_);
    if (!record) return {};
    return add_to_index(license, *record, nullptr, number);
  });
}

// An id is never given up for its key.
std::string_view ThreadTable::chat_of(const OpenThread& thread, std::string_view told_id) {
  const bool is_known = !thread.chat_id.empty();
  return told_id.empty() || (is_known && chat::is_chat_key(told_id)) ? thread.chat_id : told_id;
}

Result<bool> ThreadTable::tell(LicenseId license, OpenThread* thread, std::string_view thread_id,
                               std::string_view chat_id, const Change& change,
                               ChangeCounter& counter) {
  ToldOfChat told;
  if (!chat_id.empty() && (thread == nullptr || thread->chat_id.empty())) {
    auto found = chats_.find(license, chat::chat_key(chat_id));
    if (!found) return std::unexpected(std::move(found.error()));
    told = *std::move(found);
  }
  const Change change_all = [&](chat::ThreadRecord& known) {
    apply_all(known, told.properties);
    change(known);
  };
  if (thread == nullptr) {
    chat::ThreadRecord now;
    change_all(now);
    if (chat::size_of(now) > 2 * chat::max_thread_bytes) return thread_too_large();
    if (auto done = look_up(license, now); !done) return std::unexpected(std::move(done.error()));
    return insert(license, thread_id, chat_id, now, counter);
  }
  auto changed = this->change(*thread, change_all, chat::max_thread_bytes, counter);
  const std::string_view chat = chat_of(*thread, chat_id);
  if (!changed || chat == thread->chat_id) return changed;
  // It is to be found among the threads of its chat at once.
  thread->chat_id = chat;
  if (!*changed) count_change(*thread, counter);
  if (auto done = close(thread->row.thread_number); !done) {
    return std::unexpected(std::move(done.error()));
  }
  return true;
}

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
  encode(record, texts_, bytes_);
  const auto complete_since = column_of_complete_since(record, number, number);
  const ChatColumn chat = column_of_chat(chat_id);
  const std::int64_t checksum =
      checksum_of(number, std::nullopt, license, thread_id, complete_since, chat, bytes_);
  insert_.bind(1, number).bind(2, license.value).bind_text(3, thread_id).bind(4, complete_since);
  chat.bind_to(insert_, 5);
  auto done = insert_.bind_bytes(6, bytes_).bind(7, checksum).run();
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
  encode(thread, texts_, bytes_);
  const ChatColumn chat = column_of_chat(record.chat_id);
  const std::int64_t checksum = checksum_of(*number, counter.next(), license, record.thread_id,
                                            std::int64_t{0}, chat, bytes_);
  replace_.bind(1, *number).bind(2, counter.next()).bind(3, license.value);
  replace_.bind_text(4, record.thread_id);
  chat.bind_to(replace_, 5);
  auto done = replace_.bind_bytes(6, bytes_).bind(7, checksum).run();
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

Result<void> ThreadTable::add_to_index(LicenseId license, const chat::ThreadRecord& record,
                                       const chat::ThreadRecord* before,
                                       std::int64_t thread_number) {
  const auto greeting = greeting_of(record);
  if (greeting && (before == nullptr || greeting != greeting_of(*before))) {
    auto done = index_.add(RowKind::thread_of_greeting, license, *greeting, thread_number);
    if (!done) return done;
  }
  const std::vector<std::uint64_t> authors = chat::unlisted_authors(record);
  if (authors.empty()) return {};
  std::vector<std::uint64_t> known;
  if (before != nullptr) known = chat::unlisted_authors(*before);
  for (const std::uint64_t& author : authors) {
    if (std::ranges::binary_search(known, author)) continue;
    auto done = index_.add(RowKind::thread_of_author, license, bytes_of(author), thread_number);
    if (!done) return done;
  }
  return {};
}

// The row is there, because it has just been found; where it is not, the file is broken.
Result<ThreadTable::Row> ThreadTable::find(std::int64_t thread_number) {
  const ResetAtEnd reset(find_);
  const auto there = find_.bind(1, thread_number).step();
  if (!there) return std::unexpected(there.error());
  if (*there) return read_row(thread_number);
  return failed(
      fmt::format("{} is damaged: a thread that its index names is not there; restore it from a "
                  "backup, or move it away and import the records again",
                  database_.path()));
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
  row.chat_id = chat_id_of(find_, 5);
  row.bytes = find_.bytes(6);
  row.checksum = find_.integer(thread_columns);
  auto record = decode(row.bytes, texts_);
  if (!record) return damaged(record.error());
  row.record = std::move(*record);
  return row;
}

Result<bool> ThreadTable::update(LicenseId license, const Row& row, const chat::ThreadRecord& now,
                                 std::string_view chat_id, std::int64_t change) {
  encode(now, texts_, bytes_);
  if (chat_id == row.chat_id) {
    if (bytes_ == row.bytes) return false;
    // The same may be written in another way by now.
    const auto written = decode(bytes_, texts_);
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
  const ChatColumn chat = column_of_chat(chat_id);
  const std::int64_t checksum =
      checksum_of(row.thread_number, change, license, row.thread_id, complete_since, chat, bytes_);
  update_.bind(1, row.thread_number).bind(2, change).bind(3, complete_since);
  chat.bind_to(update_, 4);
  auto done = update_.bind_bytes(5, bytes_).bind(6, checksum).run();
  totals_.replaced(CheckedTable::threads, license, row.checksum, checksum);
  if (done) done = add_to_index(license, now, &row.record, row.thread_number);
  if (!done) return std::unexpected(std::move(done.error()));
  return true;
}

Result<void> ThreadTable::remember_move(std::int64_t thread_number, Instant from,
                                        std::int64_t change) {
  const std::int64_t checksum = RowChecksum(CheckedTable::thread_moves)
                                    .add(thread_number)
                                    .add(change)
                                    .add(from.microseconds)
                                    .value();
  totals_.added(CheckedTable::thread_moves, of_all_licenses, checksum);
  return insert_move_.bind(1, thread_number)
      .bind(2, change)
      .bind(3, from.microseconds)
      .bind(4, checksum)
      .run();
}

Result<std::vector<std::int64_t>> ThreadTable::numbers_of_chat(LicenseId license,
                                                               std::string_view chat_id) {
  if (auto made = make_chat_index(); !made) return std::unexpected(std::move(made.error()));
  std::vector<std::int64_t> numbers;
  // Threads of which only the key of their chat is known have an id made of that.
  const std::string id_of_key = chat::chat_id_of(chat::chat_key(chat_id));
  find_by_chat_.bind(1, license.value).bind_text(3, id_of_key);
  column_of_chat(chat_id).bind_to(find_by_chat_, 2);
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

Result<void> ThreadTable::look_up(LicenseId license, chat::ThreadRecord& record) {
  record.greeting_displayed_at.reset();
  if (const auto unique_id = greeting_of(record)) {
    const auto displayed = greetings_.displayed_at(license, *unique_id);
    if (!displayed) return std::unexpected(displayed.error());
    record.greeting_displayed_at = *displayed;
  }
  record.known_agents.clear();
  for (const std::uint64_t author : chat::unlisted_authors(record)) {
    auto agent = agents_.find(license, author);
    if (!agent) return std::unexpected(std::move(agent.error()));
    if (*agent) record.known_agents.push_back(**std::move(agent));
  }
  std::ranges::sort(record.known_agents);
  return {};
}

std::string chat_id_of(const Statement& row, int column) {
  if (row.type(column) == ValueType::integer) return unpack_id(row.integer(column));
  return std::string(row.bytes(column));
}

Error damaged_record(const std::string& path, LicenseId license, std::int64_t thread_number,
                     const Error& why) {
  return {row_is_damaged,
          fmt::format("{} is damaged: the record of a thread of licence {} (row {} of threads) "
                      "cannot be read: {}; `chatreports check` says all that is damaged and what "
                      "to do",
                      path, license.value, thread_number, why.message)};
}

}  // namespace chatreports::store
