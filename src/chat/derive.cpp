#include "chat/derive.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>
#include <tuple>

#include "base/check.h"
#include "chat/merge.h"
#include "chat/operations.h"

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

// What tells when an agent took part.
struct Presence {
  std::optional<Instant> first_word;
  std::vector<const ToldOperation*> told;  // joining and leaving, by time
};

// Intervals of one agent, in order and apart from each other, within the thread.
class AgentIntervals {
 public:
  AgentIntervals(const std::string& agent_id, Instant started_at, Instant ended_at,
                 std::vector<ChattingInterval>& intervals)
      : agent_id_(agent_id),
        started_at_(started_at),
        ended_at_(ended_at),
        first_(intervals.size()),
        intervals_(intervals) {}

  void add(Instant from, Instant to) {
    from = std::max(from, started_at_);
    to = std::min(to, ended_at_);
    if (from >= to) return;
    if (intervals_.size() > first_ && intervals_.back().to >= from) {
      intervals_.back().to = std::max(intervals_.back().to, to);
    } else {
      intervals_.push_back({agent_id_, from, to});
    }
  }

 private:
  const std::string& agent_id_;
  const Instant started_at_;
  const Instant ended_at_;
  const std::size_t first_;
  std::vector<ChattingInterval>& intervals_;
};

// An agent chats from joining to leaving; who is not known to have joined from the first word, who
// is not known to have left to the end of the thread.
std::vector<ChattingInterval> chatting_intervals(const std::vector<const Event*>& events,
                                                 const std::vector<ToldOperation>& operations,
                                                 Instant started_at, Instant ended_at) {
  std::map<std::string_view, Presence> agents;
  for (const Event* event : events) {
    if (!speaks(*event) || event->author != AuthorKind::agent) continue;
    Presence& presence = agents[event->agent_id];
    if (!presence.first_word) presence.first_word = event->created_at;
  }
  for (const ToldOperation& told : operations) {
    agents[std::get<PresenceTold>(told.what).agent_id].told.push_back(&told);
  }
  std::vector<ChattingInterval> intervals;
  for (auto& [agent_id, presence] : agents) {
    const std::string id(agent_id);
    AgentIntervals own(id, started_at, ended_at, intervals);
    std::ranges::stable_sort(presence.told, {},
                             [](const ToldOperation* told) { return told->told_at.at; });
    std::optional<Instant> from;
    const bool has_joined =
        !presence.told.empty() && std::get<PresenceTold>(presence.told[0]->what).has_joined;
    if (!has_joined) from = presence.first_word;
    for (const ToldOperation* told : presence.told) {
      const Instant at = told->told_at.at;
      if (std::get<PresenceTold>(told->what).has_joined) {
        if (!from) from = at;
      } else if (from) {
        own.add(*from, at);
        from.reset();
      }
    }
    if (from) own.add(*from, ended_at);
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

// The thread's own lie over those of its chat.
std::vector<Property> overlay(const std::vector<Property>& own,
                              const std::vector<Property>& chats) {
  std::vector<Property> properties;
  properties.reserve(own.size() + chats.size());
  const auto by_name = [](const Property& left, const Property& right) {
    return std::tie(left.name_space, left.name) < std::tie(right.name_space, right.name);
  };
  std::set_union(own.begin(), own.end(), chats.begin(), chats.end(), std::back_inserter(properties),
                 by_name);
  return properties;
}

Thread derive_resolved(const ThreadRecord& record) {
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
  thread.chatting = chatting_intervals(events, record.operations, record.started_at, ended_at);
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
  thread.properties = overlay(record.properties, record.chat_properties);
  thread.goals = ids(record.goals);
  thread.sales = ids(record.sales);
  return thread;
}

}  // namespace

Thread derive(const ThreadRecord& record) {
  CHECK(record.from_chat_record);
  return record.operations.empty() ? derive_resolved(record) : derive_resolved(resolve(record));
}

}  // namespace chatreports::chat
