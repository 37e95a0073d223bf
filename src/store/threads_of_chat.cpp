// The part of the table of threads that is about what was told of a chat, for threads of it.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/check.h"
#include "chat/operations.h"
#include "chat/record_size.h"
#include "store/damaged.h"
#include "store/thread_table.h"

namespace chatreports::store {
namespace {

bool is_of_all_threads(const chat::Operation& operation) {
  const auto* property = std::get_if<chat::PropertyTold>(&operation);
  return property != nullptr && property->layer == chat::Layer::chat;
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

// What was told of the chat, as far as another record of it can be taken in, after which `more`
// threads know better.
Result<ToldOfChat> ThreadTable::told_of_chat(LicenseId license, std::string_view chat_id,
                                             std::size_t more) {
  if (chat_id.empty()) return ToldOfChat{};
  auto told = chats_.find(license, chat_id);
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
      "CREATE INDEX IF NOT EXISTS threads_by_chat ON threads(chat_id) WHERE chat_id IS NOT NULL");
  has_chat_index_ = made.has_value();
  return made;
}

Result<bool> ThreadTable::write_of_chat(LicenseId license, const chat::WebhookRecord& record,
                                        ChangeCounter& counter) {
  const auto numbers = numbers_of_chat(license, record.chat_id);
  if (!numbers) return std::unexpected(numbers.error());
  const auto known = chats_.find(license, record.chat_id);
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
    if (auto done = chats_.write(license, record.chat_id, told); !done) {
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
  return chats_.write(license, record.chat_id, told);
}

Result<std::vector<std::int64_t>> ThreadTable::numbers_of_chat(LicenseId license,
                                                               std::string_view chat_id) {
  if (auto made = make_chat_index(); !made) return std::unexpected(std::move(made.error()));
  std::vector<std::int64_t> numbers;
  find_by_chat_.bind(1, license.value).bind_text(2, chat_id);
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

}  // namespace chatreports::store
