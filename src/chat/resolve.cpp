#include "chat/resolve.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "base/overloaded.h"
#include "chat/ids.h"
#include "chat/merge.h"
#include "chat/update_order.h"

namespace chatreports::chat {
namespace {

void apply_to(std::vector<Property>& properties, const PropertyUpdate& update) {
  const auto name_of = [](const Property& property) {
    return std::pair<std::string_view, std::string_view>(property.name_space, property.name);
  };
  const std::pair<std::string_view, std::string_view> name(update.name_space, update.name);
  const auto at = std::ranges::lower_bound(properties, name, {}, name_of);
  const bool is_there = at != properties.end() && name_of(*at) == name;
  if (!update.value) {
    if (is_there) properties.erase(at);
  } else if (is_there) {
    at->value = *update.value;
  } else {
    properties.insert(at, Property{update.name_space, update.name, *update.value});
  }
}

void apply_to(std::vector<std::string>& tags, const TagUpdate& update) {
  const auto at = std::ranges::lower_bound(tags, update.tag);
  const bool is_there = at != tags.end() && *at == update.tag;
  if (update.is_added && !is_there) tags.insert(at, update.tag);
  if (!update.is_added && is_there) tags.erase(at);
}

void apply_to(std::vector<std::int64_t>& groups, const GroupUpdate& update) {
  std::erase(groups, update.group);
  if (update.is_added) groups.insert(std::ranges::lower_bound(groups, update.group), update.group);
}

void apply_to(Event& event, const EventPropertyUpdate& update) {
  if (update.property == EventProperty::welcome_message) {
    event.automatic_welcome = update.value && *update.value == Value(true);
  } else if (update.property == EventProperty::greeting_id) {
    event.automatic_greeting = update.value.has_value();
  } else if (event.filled_form && update.value) {
    const auto* type = std::get_if<std::string>(&*update.value);
    if (type != nullptr) event.filled_form->type = survey_type_of(*type);
  }
}

// Finds events by their key; the first one if several have the key.
class EventsByKey {
 public:
  explicit EventsByKey(std::vector<Event>& events) : events_(events) {
    for (std::size_t at = 0; at < events.size(); ++at) places_.try_emplace(events[at].key, at);
  }
  Event* find(std::uint64_t key) {
    const auto found = places_.find(key);
    return found == places_.end() ? nullptr : &events_[found->second];
  }
  void add(Event event) {
    places_.try_emplace(event.key, events_.size());
    events_.push_back(std::move(event));
  }

 private:
  std::vector<Event>& events_;
  std::unordered_map<std::uint64_t, std::size_t> places_;
};

void add_events(ThreadRecord& record, std::vector<const EventUpdate*> events) {
  if (events.empty()) return;
  const auto agents = agents_by_digest(record);
  const std::uint64_t customer = record.customer ? author_digest(*record.customer) : 0;
  std::ranges::sort(events, {}, [](const EventUpdate* update) {
    return std::tuple(update->event.created_at, update->order, update->event.key);
  });
  EventsByKey known_events(record.events);
  for (const EventUpdate* update : events) {
    Event event = update->event;
    const auto agent = agents.find(update->author);
    if (agent != agents.end()) {
      event.author = AuthorKind::agent;
      event.agent_id = agent->second;
    } else if (update->author != 0 && update->author == customer) {
      event.author = AuthorKind::customer;
    } else if (update->author != 0) {
      event.author = AuthorKind::unlisted;
      event.author_digest = update->author;
    }
    Event* const known = known_events.find(event.key);
    if (known == nullptr) {
      known_events.add(std::move(event));
    } else if (update->is_edit) {
      *known = std::move(event);
    }
  }
}

// A joining or leaving of a user who is an agent of the thread is that of the agent.
void add_presences(ThreadRecord& record, const std::vector<const TimedUpdate*>& presences) {
  if (presences.empty()) return;
  auto agents = agents_by_digest(record);
  for (const std::string& id : record.known_agents) agents.emplace(author_digest(id), id);
  for (const TimedUpdate* update : presences) {
    const auto& presence = std::get<UserPresenceUpdate>(update->what);
    const auto agent = agents.find(presence.user);
    if (agent == agents.end()) continue;
    record.updates.push_back(
        {PresenceUpdate{agent->second, presence.has_joined}, update->time, false, false});
  }
}

// Unites the updates of the thread and those of its chat: the latest for each thing.
std::vector<TimedUpdate> united(const std::vector<TimedUpdate>& updates) {
  std::vector<TimedUpdate> own;
  std::ranges::copy_if(updates, std::back_inserter(own),
                       [](const TimedUpdate& update) { return !update.is_of_chat; });
  for (TimedUpdate update : updates) {
    if (!update.is_of_chat) continue;
    update.is_of_chat = false;
    const Thing thing = thing_of(update);
    const auto at = std::ranges::lower_bound(own, thing, {}, thing_of);
    if (at == own.end() || thing_of(*at) != thing) {
      own.insert(at, std::move(update));
    } else if (is_later(update, *at)) {
      *at = std::move(update);
    }
  }
  return own;
}

}  // namespace

std::map<std::uint64_t, std::string> agents_by_digest(const ThreadRecord& record) {
  std::map<std::uint64_t, std::string> agents;
  const auto add = [&agents](const std::string& id) { agents.emplace(author_digest(id), id); };
  for (const auto* ids : {&record.agents, &record.supervisors, &record.other_agents}) {
    for (const std::string& id : *ids) add(id);
  }
  for (const Event& event : record.events) {
    if (event.author == AuthorKind::agent) add(event.agent_id);
  }
  for (const TimedUpdate& update : record.updates) {
    if (const auto* presence = std::get_if<PresenceUpdate>(&update.what)) add(presence->agent_id);
  }
  return agents;
}

ThreadRecord resolve(const ThreadRecord& record) {
  ThreadRecord resolved = record;
  resolved.updates.clear();
  std::vector<const EventUpdate*> events;
  std::vector<const EventPropertyUpdate*> event_properties;
  std::vector<const TimedUpdate*> user_presences;
  std::vector<const TimedUpdate*> single_groups;
  const TimedUpdate* groups = nullptr;
  std::vector<TimedUpdate> of_chat_too;
  if (std::ranges::any_of(record.updates, &TimedUpdate::is_of_chat)) {
    of_chat_too = united(record.updates);
  }
  for (const TimedUpdate& update : of_chat_too.empty() ? record.updates : of_chat_too) {
    std::visit(
        Overloaded{
            [&](const EventUpdate& event) { events.push_back(&event); },
            [&](const EventPropertyUpdate& property) { event_properties.push_back(&property); },
            [&](const TagUpdate& tag) { apply_to(resolved.tags, tag); },
            [&](const PropertyUpdate& property) {
              apply_to(
                  property.layer == Layer::chat ? resolved.chat_properties : resolved.properties,
                  property);
            },
            [&](const GroupsUpdate&) {
              if (groups == nullptr || groups->time.at <= update.time.at) {
                groups = &update;
              }
            },
            [&](const PresenceUpdate&) { resolved.updates.push_back(update); },
            [&](const QueueUpdate& queued) { add_queued_at(resolved, queued.queued_at); },
            [&](const EndUpdate&) {
              if (!resolved.ended_at) resolved.ended_at = update.time.at;
            },
            [&](const UserPresenceUpdate&) { user_presences.push_back(&update); },
            [&](const GroupUpdate&) { single_groups.push_back(&update); }},
        update.what);
  }
  if (groups != nullptr) resolved.groups = std::get<GroupsUpdate>(groups->what).groups;
  for (const TimedUpdate* update : single_groups) {
    const bool is_older = groups != nullptr && update->time.at < groups->time.at;
    if (!is_older) apply_to(resolved.groups, std::get<GroupUpdate>(update->what));
  }
  add_events(resolved, std::move(events));
  add_presences(resolved, user_presences);
  if (event_properties.empty()) return resolved;
  EventsByKey known_events(resolved.events);
  for (const EventPropertyUpdate* property : event_properties) {
    Event* const event = known_events.find(property->event_key);
    if (event != nullptr) apply_to(*event, *property);
  }
  return resolved;
}

}  // namespace chatreports::chat
