#include "chat/derive.h"

#include <algorithm>

#include "base/check.h"
#include "chat/merge.h"

namespace chatreports::chat {
namespace {

// What the customer could read and somebody wrote: greetings by machine are not speech.
bool speaks(const Event& event) {
  const bool kind = event.type == EventType::message || event.type == EventType::file ||
                    event.type == EventType::rich_message;
  return kind && event.visible_to_customer && !event.automatic_welcome &&
         event.author != AuthorKind::nobody;
}

std::vector<const Event*> in_time_order(const ThreadRecord& record) {
  std::vector<const Event*> events;
  events.reserve(record.events.size());
  for (const Event& event : record.events) events.push_back(&event);
  std::stable_sort(events.begin(), events.end(), [](const Event* left, const Event* right) {
    return left->created_at < right->created_at;
  });
  return events;
}

template <class T>
void make_set(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

// Waits run from the earliest customer's word that nobody has answered yet.
void derive_responses(const std::vector<const Event*>& events, Thread& thread) {
  std::optional<Instant> unanswered_since;
  std::int64_t waited_microseconds = 0;
  std::int64_t responses = 0;
  for (const Event* event : events) {
    if (!speaks(*event)) continue;
    if (event->author == AuthorKind::customer) {
      if (!unanswered_since) unanswered_since = event->created_at;
      continue;
    }
    if (!unanswered_since) continue;
    const Duration wait = event->created_at - *unanswered_since;
    if (!thread.first_response) thread.first_response = FirstResponse{event->agent_id, wait};
    waited_microseconds += wait.microseconds;
    ++responses;
    unanswered_since.reset();
  }
  if (responses > 0) thread.response_time = Duration{waited_microseconds / responses};
}

// An agent chats from the first word to the end of the thread.
std::vector<ChattingInterval> chatting_intervals(const std::vector<const Event*>& events,
                                                 Instant started_at, Instant ended_at) {
  std::vector<const Event*> words;
  for (const Event* event : events) {
    if (speaks(*event) && event->author == AuthorKind::agent) words.push_back(event);
  }
  std::ranges::stable_sort(words, {}, &Event::agent_id);
  std::vector<ChattingInterval> intervals;
  for (std::size_t at = 0; at < words.size(); ++at) {
    if (at > 0 && words[at - 1]->agent_id == words[at]->agent_id) continue;  // not the first
    const Instant from = std::max(words[at]->created_at, started_at);
    if (from < ended_at) intervals.push_back({words[at]->agent_id, from, ended_at});
  }
  return intervals;
}

// The length of the union, whoever the agents are.
Duration union_of(std::vector<ChattingInterval> intervals) {
  std::ranges::sort(intervals, {}, &ChattingInterval::from);
  Duration length;
  Instant reached = earliest_instant;
  for (const ChattingInterval& interval : intervals) {
    const Instant from = std::max(interval.from, reached);
    if (from < interval.to) length.microseconds += (interval.to - from).microseconds;
    reached = std::max(reached, interval.to);
  }
  return length;
}

StartedBy derive_started_by(const std::vector<const Event*>& events, bool from_greeting) {
  if (from_greeting) return StartedBy::customer_from_greeting;
  for (const Event* event : events) {
    if (event->type == EventType::system_message || event->automatic_welcome) continue;
    return event->author == AuthorKind::agent ? StartedBy::agent
                                              : StartedBy::customer_without_greeting;
  }
  return StartedBy::customer_without_greeting;
}

void derive_submission(const Event& event, Thread& thread) {
  if (!event.filled_form || !event.filled_form->type) return;
  SurveySubmission submission{event.filled_form->form_id, *event.filled_form->type,
                              event.created_at, event.filled_form->answers};
  make_set(submission.answers);
  thread.submissions.push_back(std::move(submission));
}

std::vector<std::int64_t> ids(const std::vector<Achievement>& achievements) {
  std::vector<std::int64_t> found;
  for (const Achievement& achievement : achievements) found.push_back(achievement.id);
  make_set(found);
  return found;
}

}  // namespace

Thread derive(const ThreadRecord& record) {
  CHECK(record.from_chat_record);
  const std::vector<const Event*> events = in_time_order(record);
  Thread thread;
  thread.started_at = record.started_at;
  Instant ended_at = record.started_at;
  if (record.ended_at) {
    ended_at = *record.ended_at;
  } else if (!events.empty()) {
    ended_at = events.back()->created_at;
  }
  // Events may be older than their thread (the greeting that began it): no length is below 0.
  ended_at = std::max(ended_at, record.started_at);
  thread.duration = ended_at - record.started_at;
  thread.chatting = chatting_intervals(events, record.started_at, ended_at);
  thread.agents_chatting_duration = union_of(thread.chatting);

  derive_responses(events, thread);
  if (const auto id = greeting_id(record)) {
    thread.greeting = Greeting{*id, record.greeting_displayed_at.value_or(record.started_at)};
  }
  thread.started_by = derive_started_by(events, thread.greeting.has_value());

  thread.agents = record.agents;
  for (const Event* event : events) {
    if (event->author == AuthorKind::agent) thread.agents.push_back(event->agent_id);
    if (event->type != EventType::other) thread.event_types.push_back(event->type);
    derive_submission(*event, thread);
  }
  make_set(thread.agents);
  make_set(thread.event_types);
  thread.groups = record.groups;
  thread.tags = record.tags;
  thread.properties = record.properties;
  thread.goals = ids(record.goals);
  thread.sales = ids(record.sales);
  return thread;
}

}  // namespace chatreports::chat
