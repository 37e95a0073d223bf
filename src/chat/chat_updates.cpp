#include "chat/chat_updates.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/one_of.h"
#include "base/overloaded.h"
#include "chat/record_size.h"
#include "chat/updates.h"

namespace chatreports::chat {
namespace {

bool is_of_all_threads(const Update& update) {
  return std::visit(
      Overloaded{
          [](const PropertyUpdate& one) { return one.layer == Layer::chat; },
          [](const OneOf<EventUpdate, EventPropertyUpdate, TagUpdate, GroupsUpdate, PresenceUpdate,
                         EndUpdate, QueueUpdate, UserPresenceUpdate, GroupUpdate> auto&) {
            return false;
          },
      },
      update);
}

Instant time_of(const RunningThreadUpdate& one) {
  return happened_at(one.update.what, one.update.time);
}

// An update that comes twice counts once, and so do the same groups twice without a time.
void add(std::vector<RunningThreadUpdate>& known, RunningThreadUpdate incoming) {
  if (known.size() >= max_elements) return;
  const Instant at = time_of(incoming);
  const auto* event = std::get_if<EventUpdate>(&incoming.update.what);
  if (event != nullptr && !event->is_edit) incoming.update.time = {at, false};
  const auto [first, last] = std::ranges::equal_range(known, at, {}, time_of);
  const bool is_repeated = std::any_of(first, last, [&incoming](const RunningThreadUpdate& one) {
    return one.update.what == incoming.update.what && one.event_id == incoming.event_id;
  });
  if (is_repeated) return;
  if (last != known.begin() && incoming.update.time.is_receipt &&
      std::holds_alternative<GroupsUpdate>(incoming.update.what) &&
      std::prev(last)->update.what == incoming.update.what) {
    return;
  }
  known.insert(last, std::move(incoming));
}

// The update with the key that its event has in the thread.
TimedUpdate in_thread(const RunningThreadUpdate& one, std::string_view thread_id) {
  TimedUpdate update = one.update;
  if (one.event_id.empty()) return update;
  const std::uint64_t key = event_key(thread_id, one.event_id);
  if (auto* event = std::get_if<EventUpdate>(&update.what)) event->event.key = key;
  if (auto* property = std::get_if<EventPropertyUpdate>(&update.what)) property->event_key = key;
  return update;
}

}  // namespace

void add(ChatUpdates& known, const WebhookRecord& record) {
  ThreadRecord waiting;  // for threads of the chat that are still to come
  waiting.updates = std::move(known.of_all_threads);
  for (const Update& update : record.updates) {
    if (is_of_all_threads(update)) {
      apply(waiting, update, record.time);
    } else {
      add(known.of_running_threads,
          {{.what = update, .time = record.time, .is_of_chat = true}, record.event_id, {}});
    }
  }
  known.of_all_threads = std::move(waiting.updates);
}

std::vector<Update> updates_of_all_threads(const WebhookRecord& record) {
  std::vector<Update> updates;
  std::ranges::copy_if(record.updates, std::back_inserter(updates), is_of_all_threads);
  return updates;
}

void outrank(ChatUpdates& known, std::int64_t thread_number) {
  for (RunningThreadUpdate& one : known.of_running_threads) {
    if (!one.update.time.is_receipt || !is_outrankable(one.update.what)) continue;
    const auto at = std::ranges::lower_bound(one.outranked_in, thread_number);
    if (at != one.outranked_in.end() && *at == thread_number) continue;
    one.outranked_in.insert(at, thread_number);
  }
}

std::vector<TimedUpdate> updates_of_thread(const ChatUpdates& updates,
                                           std::span<const ThreadStart> threads, std::size_t at,
                                           std::string_view thread_id) {
  const std::vector<RunningThreadUpdate>& all = updates.of_running_threads;
  const auto first_from = [&all](Instant started_at) {
    return std::ranges::lower_bound(all, started_at, {}, time_of);
  };
  const auto end = at + 1 == threads.size() ? all.end() : first_from(threads[at + 1].started_at);
  std::vector<TimedUpdate> of_thread;
  for (auto one = first_from(threads[at].started_at); one < end; ++one) {
    if (std::ranges::binary_search(one->outranked_in, threads[at].thread_number)) continue;
    of_thread.push_back(in_thread(*one, thread_id));
  }
  return of_thread;
}

std::size_t size_of(const ChatUpdates& updates, std::size_t more_threads) {
  std::size_t bytes = 0;
  for (const TimedUpdate& update : updates.of_all_threads) bytes += size_of(update.what);
  for (const RunningThreadUpdate& one : updates.of_running_threads) {
    bytes += size_of(one.update.what) + one.event_id.size() +
             (one.outranked_in.size() + more_threads) * sizeof(std::int64_t);
  }
  return bytes;
}

}  // namespace chatreports::chat
