#include "store/thread_table.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "chat/merge.h"
#include "chat/record_size.h"
#include "chat/updates.h"
#include "store/damaged.h"
#include "store/refused.h"

namespace chatreports::store {
namespace {

// A page has about forty rows; changes of other tables are counted, too.
constexpr std::int64_t changes_on_last_page = 128;

// The updates of a chat may take as much again as the rest of a thread.
constexpr std::size_t most_bytes_with_chat = 2 * chat::max_thread_bytes;

void merge_chat(chat::ThreadRecord& known, const chat::ChatRecord& record) {
  if (record.is_restricted) {
    chat::add_restricted(known, record.thread);
  } else {
    chat::merge(known, record.thread);
  }
}

void apply_all(chat::ThreadRecord& record, const std::vector<chat::TimedUpdate>& updates) {
  for (const chat::TimedUpdate& update : updates) chat::apply(record, update.what, update.time);
}

// The id of the thread's chat after a record that may name it.
std::string_view chat_of(const OpenThread& thread, std::string_view named_id) {
  return named_id.empty() ? std::string_view(thread.chat_id) : named_id;
}

}  // namespace

ThreadTable::ThreadTable(Database& database, RowIndex& index, StringTable& strings,
                         GreetingTable& greetings, KnownAgentRows& agents, Deletions& deletions,
                         Totals& totals, StatementPreparer& prepare)
    : links_(index, greetings, agents, deletions),
      rows_(database, index, strings, links_, totals, prepare),
      chats_(database, totals, prepare),
      open_(rows_, links_) {}

// Nearly every chat of an import is new, and its chat has no updates: it is inserted as it is.
Result<bool> ThreadTable::write(LicenseId license, const chat::ChatRecord& record,
                                ChangeCounter& counter) {
  CHECK(record.thread.from_chat_record);
  auto updates = updates_of_chat(license, record.chat_id, 1);
  if (!updates) return std::unexpected(std::move(updates.error()));
  const auto thread = open_.open(license, record.thread_id);
  if (!thread && thread.error().kind == row_is_damaged) {
    return repair(license, record, *updates, counter);
  }
  if (!thread) return std::unexpected(thread.error());
  if (*thread == nullptr && *updates == chat::ChatUpdates{} && !record.is_restricted) {
    return insert(license, record, counter);
  }
  auto changed = change(
      license, *thread, record.thread_id, record.chat_id,
      [&record](chat::ThreadRecord& known) { merge_chat(known, record); }, counter);
  if (!changed || updates->of_running_threads.empty()) return changed;
  if (!record.is_restricted) {
    auto outranked = outrank(license, record, *updates);
    if (!outranked) return std::unexpected(std::move(outranked.error()));
  }
  const auto updated = update_running_threads(license, record.chat_id, *updates, counter);
  if (!updated) return updated;
  return *changed || *updated;
}

Result<bool> ThreadTable::write(LicenseId license, const chat::AchievementRecord& record,
                                ChangeCounter& counter) {
  return change_thread(
      license, record.thread_id,
      [&record](chat::ThreadRecord& known) { chat::merge(known, record); }, counter);
}

Result<bool> ThreadTable::write(LicenseId license, const chat::QueueRecord& record,
                                ChangeCounter& counter) {
  return change_thread(
      license, record.thread_id,
      [&record](chat::ThreadRecord& known) { chat::merge(known, record.stay); }, counter);
}

Result<bool> ThreadTable::write(LicenseId license, const chat::WebhookRecord& record,
                                ChangeCounter& counter) {
  if (record.updates.empty() && !record.beginning) return false;
  if (record.thread_id.empty()) return update_chat(license, record, counter);
  const auto updates = updates_of_chat(license, record.chat_id, 0);
  if (!updates) return std::unexpected(updates.error());
  const auto thread = open_.open(license, record.thread_id);
  if (!thread) return std::unexpected(thread.error());
  const auto changed = update_thread(license, *thread, record, counter);
  if (!changed || updates->of_running_threads.empty()) return changed;
  const auto updated = update_running_threads(license, record.chat_id, *updates, counter);
  if (!updated) return updated;
  return *changed || *updated;
}

Result<bool> ThreadTable::update_thread(LicenseId license, OpenThread* thread,
                                        const chat::WebhookRecord& record, ChangeCounter& counter) {
  const bool is_of_known_chat =
      thread != nullptr && chat_of(*thread, record.chat_id) == thread->chat_id;
  if (is_of_known_chat && !record.beginning) {
    return open_.apply(*thread, record.updates, record.time, chat::max_thread_bytes, counter);
  }
  return change(
      license, thread, record.thread_id, record.chat_id,
      [&record](chat::ThreadRecord& known) {
        if (record.beginning) chat::merge_beginning(known, *record.beginning);
        for (const chat::Update& update : record.updates) chat::apply(known, update, record.time);
      },
      counter);
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
  auto done = links_.look_up(license, thread);
  if (!done) return std::unexpected(std::move(done.error()));
  return insert(license, record.thread_id, record.chat_id, thread, counter);
}

Result<bool> ThreadTable::insert(LicenseId license, std::string_view thread_id,
                                 std::string_view chat_id, const chat::ThreadRecord& record,
                                 ChangeCounter& counter) {
  auto done = rows_.insert(license, thread_id, chat_id, record, counter.next());
  if (!done) return std::unexpected(std::move(done.error()));
  counter.spend();
  return true;
}

Result<bool> ThreadTable::change(LicenseId license, OpenThread* thread, std::string_view thread_id,
                                 std::string_view chat_id, const Change& change,
                                 ChangeCounter& counter) {
  chat::ChatUpdates updates;
  if (!chat_id.empty() && (thread == nullptr || thread->chat_id.empty())) {
    auto found = chats_.find(license, chat_id);
    if (!found) return std::unexpected(std::move(found.error()));
    updates = *std::move(found);
  }
  const Change change_all = [&](chat::ThreadRecord& known) {
    apply_all(known, updates.of_all_threads);
    change(known);
  };
  if (thread == nullptr) {
    chat::ThreadRecord now;
    change_all(now);
    if (chat::size_of(now) > most_bytes_with_chat) return thread_too_large();
    auto done = links_.look_up(license, now);
    if (!done) return std::unexpected(std::move(done.error()));
    return insert(license, thread_id, chat_id, now, counter);
  }
  auto changed = open_.change(*thread, change_all, chat::max_thread_bytes, counter);
  const std::string_view chat = chat_of(*thread, chat_id);
  if (!changed || chat == thread->chat_id) return changed;
  // From now on it has to be found among the threads of its chat.
  thread->chat_id = chat;
  if (!*changed) OpenThreads::count_change(*thread, counter);
  if (auto done = open_.close(thread->row.thread_number); !done) {
    return std::unexpected(std::move(done.error()));
  }
  return true;
}

// Goals, sales and waits mostly follow their chat soon. While the chat's row is on the last page of
// the table it can grow; later the page is full and would have to be split. So such a row is
// written at once.
Result<bool> ThreadTable::change_thread(LicenseId license, std::string_view thread_id,
                                        const Change& change, ChangeCounter& counter) {
  const auto thread = open_.open(license, thread_id);
  if (!thread) return std::unexpected(thread.error());
  const auto changed = this->change(license, *thread, thread_id, {}, change, counter);
  if (!changed || !*changed || *thread == nullptr) return changed;
  const std::int64_t number = (*thread)->row.thread_number;
  if (number + changes_on_last_page < counter.last().value) return changed;
  if (auto done = open_.close(number); !done) return std::unexpected(std::move(done.error()));
  return changed;
}

// The chat record replaces a damaged one. What other records said about the thread alone is lost.
Result<bool> ThreadTable::repair(LicenseId license, const chat::ChatRecord& record,
                                 const chat::ChatUpdates& updates, ChangeCounter& counter) {
  const auto found =
      rows_.find(license, record.thread_id, [](std::int64_t /*number*/) { return true; });
  if (!found) return std::unexpected(found.error());
  CHECK(*found);
  chat::ThreadRecord thread;
  apply_all(thread, updates.of_all_threads);
  merge_chat(thread, record);
  auto done = links_.look_up(license, thread);
  if (done) {
    done = rows_.repair(license, record.thread_id, record.chat_id, thread, (*found)->thread_number,
                        counter.next());
  }
  if (!done) return std::unexpected(std::move(done.error()));
  counter.spend();
  if (updates.of_running_threads.empty()) return true;
  return update_running_threads(license, record.chat_id, updates, counter);
}

Result<void> ThreadTable::end(ChangeCounter& counter) {
  if (auto done = open_.close_all(); !done) return done;
  return follow_links(counter);
}

// A damaged thread is looked up when its chat record comes again.
Result<void> ThreadTable::follow_links(ChangeCounter& counter) {
  const auto links = links_.take_followed();
  if (!links) return std::unexpected(links.error());
  for (const auto& [license, number] : *links) {
    const auto row = rows_.read_if_intact(number);
    if (!row) return std::unexpected(row.error());
    if (!*row || (*row)->license != license) continue;
    chat::ThreadRecord now = (*row)->record;
    if (auto done = links_.look_up(license, now); !done) return done;
    const auto updated = rows_.update(**row, now, (*row)->chat_id, counter.next());
    if (!updated) return std::unexpected(updated.error());
    if (*updated) counter.spend();
  }
  return {};
}

void ThreadTable::roll_back() {
  rows_.roll_back();
  open_.roll_back();
  links_.roll_back();
}

}  // namespace chatreports::store
