#include "chat/derive.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>
#include <tuple>

#include "base/check.h"
#include "chat/merge.h"
#include "chat/queue.h"
#include "chat/resolve.h"

namespace chatreports::chat {
namespace {

// Returns whether a person wrote the event and the customer could read it. Events that the machine
// sends are not speech.
bool speaks(const Event& event) {
  const bool kind = event.type == EventType::message || event.type == EventType::file ||
                    event.type == EventType::rich_message;
  return kind && event.visible_to_customer && !is_automatic(event) &&
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

// A wait runs from the earliest word of the customer that nobody has answered yet.
void derive_responses(const std::vector<const Event*>& events, Thread& thread) {
  bool is_unanswered = false;
  Instant unanswered_since;
  Duration waited{};
  std::int64_t responses = 0;
  for (const Event* event : events) {
    if (!speaks(*event)) continue;
    if (event->author == AuthorKind::customer) {
      if (!is_unanswered) unanswered_since = event->created_at;
      is_unanswered = true;
      continue;
    }
    if (!is_unanswered) continue;
    const Duration wait = event->created_at - unanswered_since;
    if (!thread.first_response) thread.first_response = FirstResponse{event->agent_id, wait};
    waited += wait;
    ++responses;
    is_unanswered = false;
  }
  if (responses > 0) thread.response_time = waited / responses;
}

// The facts from which follows when an agent took part.
struct Presence {
  std::optional<Instant> first_word;
  std::vector<const TimedUpdate*> updates;  // joinings and leavings, by time
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

// Adds an interval from each joining to the next leaving or the end of the thread. Without any
// joining, adds one from the first word to the next leaving, and none if the agent left before that
// word.
void add_intervals(Presence& presence, Instant ended_at, AgentIntervals& own) {
  std::ranges::stable_sort(presence.updates, {},
                           [](const TimedUpdate* update) { return update->time.at; });
  const auto joins = [](const TimedUpdate* update) {
    return std::get<PresenceUpdate>(update->what).has_joined;
  };
  std::optional<Instant> from;
  if (std::ranges::none_of(presence.updates, joins)) from = presence.first_word;
  for (const TimedUpdate* update : presence.updates) {
    const Instant at = update->time.at;
    if (joins(update)) {
      if (!from) from = at;
    } else if (from) {
      own.add(*from, at);
      from.reset();
    }
  }
  if (from) own.add(*from, ended_at);
}

std::vector<ChattingInterval> chatting_intervals(const std::vector<const Event*>& events,
                                                 const std::vector<TimedUpdate>& updates,
                                                 Instant ended_at, const Thread& thread) {
  std::map<std::string_view, Presence> agents;
  for (const Event* event : events) {
    if (!speaks(*event) || event->author != AuthorKind::agent) continue;
    Presence& presence = agents[event->agent_id];
    if (!presence.first_word) presence.first_word = event->created_at;
  }
  for (const TimedUpdate& update : updates) {
    const std::string& agent_id = std::get<PresenceUpdate>(update.what).agent_id;
    if (!std::ranges::binary_search(thread.agents, agent_id)) continue;
    agents[agent_id].updates.push_back(&update);
  }
  std::vector<ChattingInterval> intervals;
  for (auto& [agent_id, presence] : agents) {
    const std::string id(agent_id);
    AgentIntervals own(id, thread.started_at, ended_at, intervals);
    add_intervals(presence, ended_at, own);
  }
  return intervals;
}

// Returns the length of the union of all agents' intervals.
Duration union_of(std::vector<ChattingInterval> intervals) {
  std::ranges::sort(intervals, {}, &ChattingInterval::from);
  Duration length{};
  Instant reached = earliest_instant;
  for (const ChattingInterval& interval : intervals) {
    const Instant from = std::max(interval.from, reached);
    if (from < interval.to) length += interval.to - from;
    reached = std::max(reached, interval.to);
  }
  return length;
}

// Returns whether an event of this type begins a chat if somebody wrote it.
bool may_begin(EventType type) {
  return type != EventType::system_message && type != EventType::system && type != EventType::other;
}

StartedBy derive_started_by(const std::vector<const Event*>& events, bool from_greeting) {
  if (from_greeting) return StartedBy::customer_from_greeting;
  for (const Event* event : events) {
    if (!may_begin(event->type) || is_automatic(*event) || event->author == AuthorKind::nobody) {
      continue;
    }
    return event->author == AuthorKind::agent ? StartedBy::agent
                                              : StartedBy::customer_without_greeting;
  }
  return StartedBy::customer_without_greeting;
}

// Ratings are bad (0) and good (1), unless the property beside the score says from which on they
// are good (rating_scale.h).
std::optional<Rating> rating_of(const Value& score, const Value* good_from) {
  const auto* number = std::get_if<std::int64_t>(&score);
  if (number == nullptr) return {};
  if (const auto* least = good_from == nullptr ? nullptr : std::get_if<std::int64_t>(good_from)) {
    return *number >= *least ? Rating::good : Rating::bad;
  }
  if (*number == 1) return Rating::good;
  return *number == 0 ? std::optional(Rating::bad) : std::nullopt;
}

// The property outranks rating messages, whatever its value. Of the messages the last counts.
std::optional<Rating> derive_rating(const std::vector<const Event*>& events,
                                    const std::vector<Property>& properties) {
  if (const Value* score = find_property(properties, "rating", "score")) {
    return rating_of(*score, find_property(properties, "rating", "good_from"));
  }
  std::optional<Rating> rating;
  for (const Event* event : events) {
    switch (event->system_message) {
      case SystemMessage::rated_good:
        rating = Rating::good;
        break;
      case SystemMessage::rated_bad:
        rating = Rating::bad;
        break;
      case SystemMessage::rated_otherwise:
      case SystemMessage::rating_canceled:
        rating.reset();
        break;
      default:
        break;
    }
  }
  return rating;
}

// The end is the one in the record, else the last closing message, else the last event. It is never
// before the start, although events may be (the greeting that began the chat).
Instant derive_end(const ThreadRecord& record, const std::vector<const Event*>& events) {
  if (record.ended_at) return std::max(*record.ended_at, record.started_at);
  Instant last = record.started_at;
  std::optional<Instant> closed;
  for (const Event* event : events) {
    if (event->system_message == SystemMessage::closing) closed = event->created_at;
    if (event->type != EventType::system && event->type != EventType::other) {
      last = std::max(last, event->created_at);
    }
  }
  return closed ? std::max(*closed, record.started_at) : last;
}

bool contains(const std::vector<std::string>& ids, const std::string& id) {
  return std::ranges::binary_search(ids, id);
}

// Returns the agents whom the customer can't see: from the users, or, if these don't say it, from
// how the agent joined.
std::vector<std::string> supervisors_of(const ThreadRecord& record) {
  std::vector<std::string> supervisors = record.supervisors;
  const auto presences = [&record](bool supervising) {
    std::vector<std::string> ids;
    for (const TimedUpdate& update : record.updates) {
      const auto& presence = std::get<PresenceUpdate>(update.what);
      if (presence.has_joined && presence.is_supervisor == supervising) {
        ids.push_back(presence.agent_id);
      }
    }
    make_set(ids);
    return ids;
  };
  const std::vector<std::string> joined = presences(false);
  for (const std::string& id : presences(true)) {
    if (contains(record.agents, id) || contains(record.other_agents, id) || contains(joined, id)) {
      continue;
    }
    supervisors.push_back(id);
  }
  make_set(supervisors);
  return supervisors;
}

// A supervisor is an agent of the chat only by writing what the customer could see.
std::vector<std::string> derive_agents(const ThreadRecord& record,
                                       const std::vector<const Event*>& events) {
  const std::vector<std::string> supervisors = supervisors_of(record);
  std::vector<std::string> agents = record.agents;
  for (const Event* event : events) {
    if (event->author != AuthorKind::agent || is_automatic(*event)) continue;
    if (event->visible_to_customer || !contains(supervisors, event->agent_id)) {
      agents.push_back(event->agent_id);
    }
  }
  for (const TimedUpdate& update : record.updates) {
    const auto& presence = std::get<PresenceUpdate>(update.what);
    if (presence.has_joined && !contains(supervisors, presence.agent_id)) {
      agents.push_back(presence.agent_id);
    }
  }
  make_set(agents);
  return agents;
}

void derive_submission(const Event& event, Thread& thread) {
  if (!event.filled_form || !event.filled_form->type) return;
  SurveySubmission submission{event.filled_form->form_id, *event.filled_form->type,
                              event.created_at, event.filled_form->answers};
  make_set(submission.answers);
  thread.submissions.push_back(std::move(submission));
}

std::vector<std::int64_t> ids_of(const std::vector<Achievement>& achievements) {
  std::vector<std::int64_t> found;
  for (const Achievement& achievement : achievements) found.push_back(achievement.id);
  make_set(found);
  return found;
}

// A property of the thread outranks one of its chat.
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

// Authors whom the licence knows as agents, and those who joined or left the thread as agents, are
// agents; all others are customers. The record is resolved: each of its updates is a
// PresenceUpdate.
void name_unlisted_authors(ThreadRecord& record) {
  std::map<std::uint64_t, const std::string*> agents;
  for (const std::string& id : record.known_agents) agents.emplace(author_digest(id), &id);
  for (const TimedUpdate& update : record.updates) {
    const std::string& id = std::get<PresenceUpdate>(update.what).agent_id;
    agents.emplace(author_digest(id), &id);
  }
  for (Event& event : record.events) {
    if (event.author != AuthorKind::unlisted) continue;
    const auto agent = agents.find(event.author_digest);
    event.author = agent == agents.end() ? AuthorKind::customer : AuthorKind::agent;
    if (agent != agents.end()) event.agent_id = *agent->second;
  }
}

Thread derive_resolved(const ThreadRecord& record, const ThreadIds& ids) {
  const std::vector<const Event*> events = in_time_order(record);
  Thread thread;
  thread.started_at = record.started_at;
  const Instant ended_at = derive_end(record, events);
  thread.duration = ended_at - record.started_at;
  thread.agents = derive_agents(record, events);
  thread.chatting = chatting_intervals(events, record.updates, ended_at, thread);
  thread.agents_chatting_duration = union_of(thread.chatting);

  derive_responses(events, thread);
  if (const auto id = greeting_id(record)) {
    thread.greeting = Greeting{*id, record.greeting_displayed_at.value_or(record.started_at)};
  }
  thread.started_by = derive_started_by(events, thread.greeting.has_value());

  for (const Event* event : events) {
    if (event->type != EventType::other) thread.event_types.push_back(event->type);
    derive_submission(*event, thread);
  }
  make_set(thread.event_types);
  thread.groups = record.groups;
  thread.tags = record.tags;
  thread.properties = overlay(record.properties, record.chat_properties);
  thread.rating = derive_rating(events, thread.properties);
  thread.goals = ids_of(record.goals);
  thread.sales = ids_of(record.sales);
  thread.country = record.country ? *record.country : record.visit_country.value_or(Country{});
  thread.queue = derive_queue(record, events, thread);
  if (thread.queue && thread.queue->outcome == QueueOutcome::left) {
    thread.queue->thread_id = ids.thread;
    thread.queue->chat_id = ids.chat;
    thread.queue->customer = record.customer;
  }
  return thread;
}

}  // namespace

Thread derive(const ThreadRecord& record, const ThreadIds& ids) {
  CHECK(record.from_chat_record);
  const bool has_unlisted = std::ranges::any_of(
      record.events, [](const Event& event) { return event.author == AuthorKind::unlisted; });
  if (record.updates.empty() && !has_unlisted) return derive_resolved(record, ids);
  ThreadRecord resolved = resolve(record);
  name_unlisted_authors(resolved);
  return derive_resolved(resolved, ids);
}

}  // namespace chatreports::chat
