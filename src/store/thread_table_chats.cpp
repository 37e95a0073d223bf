// The part of ThreadTable for updates of chats.

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "chat/record_size.h"
#include "store/damaged.h"
#include "store/refused.h"
#include "store/thread_table.h"

namespace chatreports::store {
namespace {

// The updates of a chat have room in a thread beside what is known of the thread.
constexpr std::size_t most_bytes_with_chat = 2 * chat::max_thread_bytes;

std::unexpected<Error> chat_too_large() {
  return refused(
      fmt::format("the updates of its chat would be larger than {} bytes", chat::max_thread_bytes));
}

}  // namespace

Result<chat::ChatUpdates> ThreadTable::updates_of_chat(LicenseId license, std::string_view chat_id,
                                                       std::size_t more_threads) {
  if (chat_id.empty()) return chat::ChatUpdates{};
  auto updates = chats_.find(license, chat_id);
  if (!updates || updates->of_running_threads.empty()) return updates;
  if (chat::size_of(*updates, more_threads) > chat::max_thread_bytes) return chat_too_large();
  const auto threads = rows_.of_chat(license, chat_id);
  if (!threads) return std::unexpected(threads.error());
  return updates;
}

Result<bool> ThreadTable::update_chat(LicenseId license, const chat::WebhookRecord& record,
                                      ChangeCounter& counter) {
  const auto threads = rows_.of_chat(license, record.chat_id);
  if (!threads) return std::unexpected(threads.error());
  const auto known = chats_.find(license, record.chat_id);
  if (!known) return std::unexpected(known.error());
  chat::ChatUpdates updates = *known;
  chat::add(updates, record);
  bool has_changed = updates != *known;
  if (has_changed) {
    if (chat::size_of(updates) > chat::max_thread_bytes) return chat_too_large();
    if (auto done = chats_.write(license, record.chat_id, updates); !done) {
      return std::unexpected(std::move(done.error()));
    }
  }
  const std::vector<chat::Update> of_all_threads = chat::updates_of_all_threads(record);
  for (const std::int64_t number : *threads) {
    const auto thread = open_.open(number);
    // The chat keeps the updates for a thread that is damaged.
    if (!thread && thread.error().kind == row_is_damaged) continue;
    if (!thread) return std::unexpected(thread.error());
    const auto changed =
        open_.apply(**thread, of_all_threads, record.time, most_bytes_with_chat, counter);
    if (!changed) return changed;
    has_changed = has_changed || *changed;
  }
  const auto updated = update_running_threads(license, record.chat_id, updates, counter);
  if (!updated) return updated;
  return has_changed || *updated;
}

Result<bool> ThreadTable::update_running_threads(LicenseId license, std::string_view chat_id,
                                                 const chat::ChatUpdates& updates,
                                                 ChangeCounter& counter) {
  if (updates.of_running_threads.empty()) return false;
  const auto numbers = rows_.of_chat(license, chat_id);
  if (!numbers) return std::unexpected(numbers.error());
  std::vector<chat::ThreadStart> threads;
  for (const std::int64_t number : *numbers) {
    const auto thread = open_.open(number);
    if (!thread && thread.error().kind == row_is_damaged) continue;  // as above
    if (!thread) return std::unexpected(thread.error());
    const chat::ThreadRecord& now = (*thread)->now;
    if (now.from_chat_record) threads.push_back({now.started_at, number});
  }
  std::ranges::sort(threads);
  bool has_changed = false;
  for (std::size_t at = 0; at < threads.size(); ++at) {
    const auto thread = open_.open(threads[at].thread_number);
    if (!thread) return std::unexpected(thread.error());
    auto of_thread = chat::updates_of_thread(updates, threads, at, (*thread)->row.thread_id);
    const auto changed =
        open_.set_updates_of_chat(**thread, std::move(of_thread), most_bytes_with_chat, counter);
    if (!changed) return changed;
    has_changed = has_changed || *changed;
  }
  return has_changed;
}

Result<void> ThreadTable::outrank(LicenseId license, const chat::ChatRecord& record,
                                  chat::ChatUpdates& updates) {
  const auto thread = open_.open(license, record.thread_id);
  if (!thread) return std::unexpected(thread.error());
  CHECK(*thread != nullptr);
  chat::outrank(updates, (*thread)->row.thread_number);
  return chats_.write(license, record.chat_id, updates);
}

}  // namespace chatreports::store
