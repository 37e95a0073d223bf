#include "chat/queue.h"

#include <algorithm>
#include <string_view>

namespace chatreports::chat {
namespace {

bool has_property(const Thread& thread, std::string_view name_space, std::string_view name,
                  const Value& value) {
  const Value* found = find_property(thread.properties, name_space, name);
  return found != nullptr && *found == value;
}

// Returns the times at which something says that the chat was put into the queue, ascending.
std::vector<Instant> signs_of(const ThreadRecord& record, const std::vector<const Event*>& events,
                              const Thread& thread) {
  std::vector<Instant> signs = record.queued_at;
  if (has_property(thread, "routing", "group_status_at_start", std::string("online_for_queue"))) {
    signs.push_back(thread.started_at);
  }
  for (const Event* event : events) {
    if (event->system_message == SystemMessage::unassigned) signs.push_back(event->created_at);
  }
  const bool has_waited = record.queues_duration.value_or(0) > 0;
  if (signs.empty() && has_waited) signs.push_back(thread.started_at);
  std::ranges::sort(signs);
  return signs;
}

// Returns the times at which an agent took the chat out of the queue, if it was there: by writing,
// or by joining. A welcome counts, even if its author is not known as an agent; a supervisor does
// not.
std::vector<Instant> entries_of(const ThreadRecord& record, const std::vector<const Event*>& events,
                                const Thread& thread) {
  const auto is_agent = [&thread](const std::string& id) {
    return std::ranges::binary_search(thread.agents, id);
  };
  std::vector<Instant> entries;
  for (const Event* event : events) {
    if (event->author == AuthorKind::nobody || event->automatic_greeting) continue;
    const bool is_of_agent = event->author == AuthorKind::agent && is_agent(event->agent_id);
    if (event->automatic_welcome || is_of_agent) entries.push_back(event->created_at);
  }
  for (const TimedUpdate& update : record.updates) {
    const auto& presence = std::get<PresenceUpdate>(update.what);
    if (presence.has_joined && is_agent(presence.agent_id)) entries.push_back(update.time.at);
  }
  std::ranges::sort(entries);
  return entries;
}

// A wait runs from a sign to the first entry after it, or to the end of the chat. Signs while
// waiting begin nothing.
Duration sum_of_waits(const std::vector<Instant>& signs, const std::vector<Instant>& entries,
                      Instant ended_at) {
  Duration waited{};
  auto begin = signs.begin();
  while (begin != signs.end()) {
    const auto entry = std::ranges::upper_bound(entries, *begin);
    if (entry == entries.end()) return waited + std::max(ended_at - *begin, Duration{});
    waited += *entry - *begin;
    begin = std::ranges::upper_bound(signs, *entry);
  }
  return waited;
}

bool has_ended(const ThreadRecord& record) {
  return record.ended_at || !record.is_active ||
         std::ranges::any_of(record.events, [](const Event& event) {
           return event.system_message == SystemMessage::closing;
         });
}

// No chat waits for longer than there is time, so that no number of records passes 64 bits.
constexpr Duration longest_wait = latest_instant - earliest_instant;

// Queue records outrank all other signs.
Queue queue_of(const std::vector<QueueStay>& stays) {
  Queue queue;
  queue.began_at = stays.front().entered_at;
  for (const QueueStay& stay : stays) {
    queue.waited = std::min(queue.waited + (stay.ended_at - stay.entered_at), longest_wait);
  }
  queue.outcome = stays.back().has_entered ? QueueOutcome::entered : QueueOutcome::left;
  return queue;
}

}  // namespace

std::optional<Queue> derive_queue(const ThreadRecord& record,
                                  const std::vector<const Event*>& events, const Thread& thread) {
  if (has_property(thread, "routing", "offline_message", true)) return std::nullopt;
  if (!record.queue_stays.empty()) return queue_of(record.queue_stays);
  const std::vector<Instant> signs = signs_of(record, events, thread);
  if (signs.empty()) return std::nullopt;
  const std::vector<Instant> entries = entries_of(record, events, thread);
  const bool has_entered = !entries.empty() && entries.back() > signs.front();
  if (!has_entered && !has_ended(record)) return std::nullopt;
  Queue queue;
  queue.outcome = has_entered ? QueueOutcome::entered : QueueOutcome::left;
  queue.began_at = signs.front();
  queue.waited = record.queues_duration
                     ? std::chrono::seconds(*record.queues_duration)
                     : sum_of_waits(signs, entries, thread.started_at + thread.duration);
  return queue;
}

}  // namespace chatreports::chat
