#include "store/thread_table.h"

#include <utility>

#include "base/check.h"
#include "chat/merge.h"
#include "chat/operations.h"
#include "chat/record_size.h"
#include "store/damaged.h"

namespace chatreports::store {
namespace {

// A page holds some forty rows; between them changes of other tables are counted.
constexpr std::int64_t changes_on_last_page = 128;

}  // namespace

ThreadTable::ThreadTable(Database& database, RowIndex& index, StringTable& strings,
                         GreetingTable& greetings, KnownAgents& agents, Totals& totals,
                         StatementPreparer& prepare)
    : database_(database),
      index_(index),
      strings_(strings),
      greetings_(greetings),
      agents_(agents),
      totals_(totals),
      chats_(database, totals, prepare),
      insert_(prepare("INSERT INTO threads(thread_number, changed, license, thread_id, "
                      "complete_since, chat_id, record, checksum) "
                      "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")),
      find_(prepare("SELECT thread_number, changed, license, thread_id, complete_since, chat_id, "
                    "record, checksum FROM threads WHERE thread_number = ?1")),
      find_by_chat_(
          prepare("SELECT thread_number FROM threads WHERE chat_id = ?2 AND license = ?1")),
      rows_after_(prepare("SELECT thread_number, license, thread_id, record FROM threads "
                          "WHERE thread_number > ?1 ORDER BY thread_number")),
      update_(prepare("UPDATE threads SET changed = ?2, complete_since = ?5, chat_id = ?6, "
                      "record = ?7, checksum = ?8 WHERE thread_number = ?1")),
      replace_(prepare("UPDATE threads SET changed = ?2, license = ?3, thread_id = ?4, "
                       "complete_since = ?5, chat_id = ?6, record = ?7, checksum = ?8 "
                       "WHERE thread_number = ?1")),
      insert_move_(prepare("INSERT INTO thread_moves(thread_number, change, started_at, checksum) "
                           "VALUES(?1, ?2, ?3, ?4)")) {}

void ThreadTable::apply_all(chat::ThreadRecord& record,
                            const std::vector<chat::ToldOperation>& operations) {
  for (const chat::ToldOperation& told : operations) chat::apply(record, told.what, told.told_at);
}

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

std::string_view ThreadTable::chat_of(const OpenThread& thread, std::string_view told_id) {
  return told_id.empty() ? std::string_view(thread.chat_id) : told_id;
}

Result<bool> ThreadTable::tell(LicenseId license, OpenThread* thread, std::string_view thread_id,
                               std::string_view chat_id, const Change& change,
                               ChangeCounter& counter) {
  ToldOfChat told;
  if (!chat_id.empty() && (thread == nullptr || thread->chat_id.empty())) {
    auto found = chats_.find(license, chat_id);
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

}  // namespace chatreports::store
