#include "chat/merge.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "chat/ids.h"
#include "chat/limits.h"
#include "chat/resolve.h"
#include "chat/updates.h"

namespace chatreports::chat {
namespace {

bool before(const Achievement& left, const Achievement& right) {
  return std::pair(left.id, left.from_chat) < std::pair(right.id, right.from_chat);
}

// The achievements of a chat record replace those of an earlier one. Those of other records stay.
void unite(std::vector<Achievement>& incoming, const std::vector<Achievement>& known) {
  const bool carried = !incoming.empty();
  for (const Achievement& achievement : known) {
    if (!achievement.from_chat || !carried) incoming.push_back(achievement);
  }
  std::stable_sort(incoming.begin(), incoming.end(), before);
}

const Value* property(const ThreadRecord& record, std::string_view name_space,
                      std::string_view name) {
  const Value* own = find_property(record.properties, name_space, name);
  return own != nullptr ? own : find_property(record.chat_properties, name_space, name);
}

template <class T>
void unite_sets(std::vector<T>& known, const std::vector<T>& added) {
  known.insert(known.end(), added.begin(), added.end());
  std::ranges::sort(known);
  const auto twice = std::ranges::unique(known);
  known.erase(twice.begin(), twice.end());
}

// Adds the properties, and replaces those of the same name.
void set(std::vector<Property>& known, std::vector<Property> added) {
  const auto name = [](const Property& property) {
    return std::tie(property.name_space, property.name);
  };
  added.insert(added.end(), known.begin(), known.end());
  std::ranges::stable_sort(added, {}, name);
  const auto twice = std::ranges::unique(added, {}, name);
  added.erase(twice.begin(), twice.end());
  known = std::move(added);
}

void unite_restricted(std::vector<Achievement>& known, const std::vector<Achievement>& added) {
  for (const Achievement& achievement : added) {
    const auto at = std::ranges::lower_bound(known, achievement, before);
    if (at == known.end() || before(achievement, *at)) known.insert(at, achievement);
  }
}

template <class T>
void set_unknown(std::optional<T>& known, const std::optional<T>& incoming) {
  if (!known) known = incoming;
}

// Leaves each agent in one list. The customer has seen an agent whom the thread lists.
void keep_apart(ThreadRecord& record) {
  const auto take_out = [](std::vector<std::string>& from, const std::vector<std::string>& of) {
    std::erase_if(from,
                  [&of](const std::string& id) { return std::ranges::binary_search(of, id); });
  };
  take_out(record.supervisors, record.agents);
  take_out(record.other_agents, record.agents);
  take_out(record.other_agents, record.supervisors);
}

}  // namespace

void add_queued_at(ThreadRecord& known, Instant at) {
  const auto place = std::ranges::lower_bound(known.queued_at, at);
  const bool is_there = place != known.queued_at.end() && *place == at;
  if (!is_there && known.queued_at.size() < max_elements) known.queued_at.insert(place, at);
}

void merge(ThreadRecord& known, const QueueStay& incoming) {
  auto& stays = known.queue_stays;
  const auto at = std::ranges::lower_bound(stays, incoming.entered_at, {}, &QueueStay::entered_at);
  if (at != stays.end() && at->entered_at == incoming.entered_at) {
    *at = incoming;
  } else if (stays.size() < max_elements) {
    stays.insert(at, incoming);
  }
}

void add_restricted(ThreadRecord& known, ThreadRecord incoming) {
  if (!known.from_chat_record) {
    // The events are missing, so updates of webhooks count, however old they are.
    incoming.is_beginning = true;
    std::vector<TimedUpdate> updates = std::move(known.updates);
    known.updates.clear();
    merge(known, std::move(incoming));
    known.updates = std::move(updates);
    return;
  }
  unite_sets(known.agents, incoming.agents);
  unite_sets(known.supervisors, incoming.supervisors);
  unite_sets(known.other_agents, incoming.other_agents);
  keep_apart(known);
  unite_sets(known.groups, incoming.groups);
  unite_sets(known.tags, incoming.tags);
  set(known.properties, std::move(incoming.properties));
  set(known.chat_properties, std::move(incoming.chat_properties));
  unite_restricted(known.goals, incoming.goals);
  unite_restricted(known.sales, incoming.sales);
  set_unknown(known.ended_at, incoming.ended_at);
  set_unknown(known.customer, incoming.customer);
  set_unknown(known.country, incoming.country);
  set_unknown(known.visit_country, incoming.visit_country);
  set_unknown(known.queues_duration, incoming.queues_duration);
  for (const Instant at : incoming.queued_at) add_queued_at(known, at);
}

bool needs_customer(const ThreadRecord& record) {
  if (record.agents.empty() || record.is_active || record.is_beginning || !record.updates.empty() ||
      record.queues_duration || !record.queued_at.empty() || !record.queue_stays.empty()) {
    return true;
  }
  const Value* status = property(record, "routing", "group_status_at_start");
  if (status != nullptr && *status == Value(std::string("online_for_queue"))) return true;
  return std::ranges::any_of(record.events, [](const Event& event) {
    return event.system_message == SystemMessage::unassigned;
  });
}

std::vector<std::uint64_t> unlisted_authors(const ThreadRecord& record) {
  std::vector<std::uint64_t> authors;
  for (const Event& event : record.events) {
    if (event.author == AuthorKind::unlisted) authors.push_back(event.author_digest);
  }
  bool any_told = false;
  for (const TimedUpdate& update : record.updates) {
    const auto* event = std::get_if<EventUpdate>(&update.what);
    if (event == nullptr || event->author == 0) continue;
    authors.push_back(event->author);
    any_told = true;
  }
  std::ranges::sort(authors);
  const auto twice = std::ranges::unique(authors);
  authors.erase(twice.begin(), twice.end());
  if (!any_told) return authors;
  const auto agents = agents_by_digest(record);
  std::erase_if(authors, [&](std::uint64_t author) {
    return agents.contains(author) ||
           (record.customer && author == author_digest(*record.customer));
  });
  return authors;
}

void merge(ThreadRecord& known, ThreadRecord incoming) {
  incoming.from_chat_record = true;
  if (!incoming.ended_at) incoming.ended_at = known.ended_at;
  if (known.visit_country) incoming.visit_country = known.visit_country;
  for (const Instant at : known.queued_at) add_queued_at(incoming, at);
  incoming.queue_stays = std::move(known.queue_stays);
  unite(incoming.goals, known.goals);
  unite(incoming.sales, known.sales);
  incoming.greeting_displayed_at = known.greeting_displayed_at;
  forget_outranked(known.updates, incoming);
  incoming.updates = std::move(known.updates);
  known = std::move(incoming);
}

void merge(ThreadRecord& known, const AchievementRecord& incoming) {
  auto& list = incoming.kind == AchievementKind::goal ? known.goals : known.sales;
  const Achievement achievement{incoming.id, incoming.at, false};
  const auto at = std::lower_bound(list.begin(), list.end(), achievement, before);
  if (at == list.end() || before(achievement, *at)) {
    list.insert(at, achievement);
  } else if (incoming.at) {
    at->at = incoming.at;
  }
}

std::optional<std::int64_t> greeting_id(const ThreadRecord& record) {
  const Value* value = property(record, "lc2", "greeting_id");
  if (value == nullptr || !std::holds_alternative<std::int64_t>(*value)) return std::nullopt;
  return std::get<std::int64_t>(*value);
}

std::optional<std::string> greeting_unique_id(const ThreadRecord& record) {
  const Value* value = property(record, "lc2", "greeting_unique_id");
  if (value == nullptr || !std::holds_alternative<std::string>(*value)) return std::nullopt;
  return std::get<std::string>(*value);
}

}  // namespace chatreports::chat
