#include "chat/operations.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <tuple>
#include <unordered_map>

#include "chat/merge.h"

namespace chatreports::chat {
namespace {

template <class... Kinds>
struct Overloaded : Kinds... {
  using Kinds::operator()...;
};

// In the order in which stores keep them.
std::string_view name_of(EventProperty property) {
  switch (property) {
    case EventProperty::form_type:
      return "form";
    case EventProperty::greeting_id:
      return "greeting";
    case EventProperty::welcome_message:
      break;
  }
  return "welcome";
}

// The thing that an operation is about. One operation is kept for each thing.
using Thing =
    std::tuple<std::size_t, std::uint64_t, std::uint64_t, std::string_view, std::string_view, bool>;

Thing thing_of(const ToldOperation& told) {
  const auto thing = [&told](std::uint64_t number, std::string_view text = {},
                             std::string_view more = {}, std::uint64_t user = 0) {
    return Thing{told.what.index(), number, user, text, more, told.is_of_chat};
  };
  // Each joining and leaving is a thing of its own.
  const auto moment = static_cast<std::uint64_t>(told.told_at.at.microseconds);
  return std::visit(
      Overloaded{
          [&](const EventTold& event) { return thing(event.event.key); },
          [&](const EventPropertyTold& property) {
            return thing(property.event_key, name_of(property.property));
          },
          [&](const TagTold& tag) { return thing(0, tag.tag); },
          [&](const PropertyTold& property) {
            return thing(static_cast<std::uint64_t>(property.layer), property.name_space,
                         property.name);
          },
          [&](const GroupsTold& groups) { return thing(static_cast<std::uint64_t>(groups.layer)); },
          [&](const PresenceTold& presence) {
            return thing(moment, presence.agent_id, presence.has_joined ? "joined" : "left");
          },
          [&](const EndTold&) { return thing(0); },
          [&](const QueuedTold& queued) {
            return thing(static_cast<std::uint64_t>(queued.queued_at.microseconds));
          },
          [&](const UserPresenceTold& presence) {
            return thing(moment, presence.has_joined ? "joined" : "left", {}, presence.user);
          },
          [&](const GroupTold& group) { return thing(static_cast<std::uint64_t>(group.group)); }},
      told.what);
}

bool is_of_record(const ThreadRecord& record) {
  return record.from_chat_record && !record.is_beginning;
}

// Whether a chat record knows better. An event has a time of its own; that of the others decides
// where the input has said it.
template <class HasEvent>
bool is_outranked_by_record(const ToldOperation& told, Instant last, const HasEvent& has_event) {
  if (!is_outrankable(told.what)) return false;
  const bool is_before = !told.told_at.is_receipt && told.told_at.at <= last;
  const auto* event = std::get_if<EventTold>(&told.what);
  if (event == nullptr) return is_before;
  if (has_event(event->event.key)) return !event->is_update || is_before;
  return event->event.created_at < last;
}

// Whether the operation is a removal that may arrive before its addition.
bool takes_away(const Operation& operation) {
  if (const auto* tag = std::get_if<TagTold>(&operation)) return !tag->is_there;
  const auto* property = std::get_if<PropertyTold>(&operation);
  return property != nullptr && !property->value;
}

bool has(const std::vector<Property>& properties, const PropertyTold& told) {
  return std::ranges::any_of(properties, [&told](const Property& property) {
    return property.name_space == told.name_space && property.name == told.name;
  });
}

const std::vector<Property>& layer_of(const ThreadRecord& record, Layer layer) {
  return layer == Layer::chat ? record.chat_properties : record.properties;
}

// Whether the record itself has what the operation takes away.
bool is_in_record(const Operation& operation, const ThreadRecord& record) {
  if (const auto* tag = std::get_if<TagTold>(&operation)) {
    return std::ranges::binary_search(record.tags, tag->tag);
  }
  const auto& property = std::get<PropertyTold>(operation);
  return has(layer_of(record, property.layer), property);
}

bool is_update(const Operation& operation) {
  const auto* event = std::get_if<EventTold>(&operation);
  return event != nullptr && event->is_update;
}

// Decides between two operations of the same time, so that their order doesn't matter.
bool has_greater_content(const Operation& left, const Operation& right) {
  if (takes_away(left) != takes_away(right)) return takes_away(left);
  return std::visit(
      Overloaded{[&right](const PropertyTold& property) {
                   return property.value > std::get<PropertyTold>(right).value;
                 },
                 [&right](const EventPropertyTold& property) {
                   return property.value > std::get<EventPropertyTold>(right).value;
                 },
                 [&right](const GroupsTold& groups) {
                   return groups.groups > std::get<GroupsTold>(right).groups;
                 },
                 [&right](const GroupTold& group) {
                   return std::get<GroupTold>(right).is_there && !group.is_there;
                 },
                 [&right](const EventTold& event) {
                   const Event& one = event.event;
                   const Event& other = std::get<EventTold>(right).event;
                   const auto content = [](const Event& told) {
                     return std::tuple(
                         told.created_at, told.type, told.visible_to_customer,
                         told.automatic_welcome, told.automatic_greeting, told.system_message,
                         told.filled_form ? told.filled_form->answers : std::vector<std::string>());
                   };
                   return content(one) > content(other);
                 },
                 [](const auto&) { return false; }},
      left);
}

// Both are about the same thing.
bool is_later(const ToldOperation& incoming, const ToldOperation& known) {
  if (std::holds_alternative<EndTold>(incoming.what)) {
    return incoming.told_at.at < known.told_at.at;
  }
  if (is_update(incoming.what) != is_update(known.what)) return is_update(incoming.what);
  if (incoming.told_at.is_receipt) {
    return incoming.told_at.at >= known.told_at.at && incoming.what != known.what;
  }
  if (incoming.told_at.at != known.told_at.at) return incoming.told_at.at > known.told_at.at;
  return has_greater_content(incoming.what, known.what);
}

std::vector<std::uint64_t> keys_of(const std::vector<Event>& events) {
  std::vector<std::uint64_t> keys;
  keys.reserve(events.size());
  for (const Event& event : events) keys.push_back(event.key);
  std::ranges::sort(keys);
  return keys;
}

// Who joined or left, by whichever webhook.
std::optional<UserPresenceTold> presence_of(const Operation& operation) {
  if (const auto* user = std::get_if<UserPresenceTold>(&operation)) return *user;
  const auto* agent = std::get_if<PresenceTold>(&operation);
  if (agent == nullptr) return {};
  return UserPresenceTold{author_digest(agent->agent_id), agent->has_joined};
}

std::size_t most_of(const Operation& operation) {
  return std::holds_alternative<EventTold>(operation) ? max_events : max_elements;
}

void apply_to(std::vector<Property>& properties, const PropertyTold& told) {
  const auto name_of = [](const Property& property) {
    return std::pair<std::string_view, std::string_view>(property.name_space, property.name);
  };
  const std::pair<std::string_view, std::string_view> name(told.name_space, told.name);
  const auto at = std::ranges::lower_bound(properties, name, {}, name_of);
  const bool is_there = at != properties.end() && name_of(*at) == name;
  if (!told.value) {
    if (is_there) properties.erase(at);
  } else if (is_there) {
    at->value = *told.value;
  } else {
    properties.insert(at, Property{told.name_space, told.name, *told.value});
  }
}

void apply_to(std::vector<std::string>& tags, const TagTold& told) {
  const auto at = std::ranges::lower_bound(tags, told.tag);
  const bool is_there = at != tags.end() && *at == told.tag;
  if (told.is_there && !is_there) tags.insert(at, told.tag);
  if (!told.is_there && is_there) tags.erase(at);
}

void apply_to(std::vector<std::int64_t>& groups, const GroupTold& told) {
  std::erase(groups, told.group);
  if (told.is_there) groups.insert(std::ranges::lower_bound(groups, told.group), told.group);
}

void apply_to(Event& event, const EventPropertyTold& told) {
  if (told.property == EventProperty::welcome_message) {
    event.automatic_welcome = told.value && *told.value == Value(true);
  } else if (told.property == EventProperty::greeting_id) {
    event.automatic_greeting = told.value.has_value();
  } else if (event.filled_form && told.value) {
    const auto* type = std::get_if<std::string>(&*told.value);
    if (type != nullptr) event.filled_form->type = survey_type_of(*type);
  }
}

// Finds events by their key; if several have one key, the first.
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

void add_events(ThreadRecord& record, std::vector<const EventTold*> events) {
  if (events.empty()) return;
  const auto agents = agents_by_digest(record);
  const std::uint64_t customer = record.customer ? author_digest(*record.customer) : 0;
  std::ranges::sort(events, {}, [](const EventTold* told) {
    return std::tuple(told->event.created_at, told->order, told->event.key);
  });
  EventsByKey known_events(record.events);
  for (const EventTold* told : events) {
    Event event = told->event;
    const auto agent = agents.find(told->author);
    if (agent != agents.end()) {
      event.author = AuthorKind::agent;
      event.agent_id = agent->second;
    } else if (told->author != 0 && told->author == customer) {
      event.author = AuthorKind::customer;
    } else if (told->author != 0) {
      event.author = AuthorKind::unlisted;
      event.author_digest = told->author;
    }
    Event* const known = known_events.find(event.key);
    if (known == nullptr) {
      known_events.add(std::move(event));
    } else if (told->is_update) {
      *known = std::move(event);
    }
  }
}

// If a user is an agent of the thread, the user's joining and leaving are the agent's.
void add_presences(ThreadRecord& record, const std::vector<const ToldOperation*>& presences) {
  if (presences.empty()) return;
  auto agents = agents_by_digest(record);
  for (const std::string& id : record.known_agents) agents.emplace(author_digest(id), id);
  for (const ToldOperation* told : presences) {
    const auto& presence = std::get<UserPresenceTold>(told->what);
    const auto agent = agents.find(presence.user);
    if (agent == agents.end()) continue;
    record.operations.push_back(
        {PresenceTold{agent->second, presence.has_joined}, told->told_at, false, false});
  }
}

// The operations of the thread and those of its chat together: the latest for each thing.
std::vector<ToldOperation> united(const std::vector<ToldOperation>& operations) {
  std::vector<ToldOperation> own;
  std::ranges::copy_if(operations, std::back_inserter(own),
                       [](const ToldOperation& told) { return !told.is_of_chat; });
  for (ToldOperation told : operations) {
    if (!told.is_of_chat) continue;
    told.is_of_chat = false;
    const Thing thing = thing_of(told);
    const auto at = std::ranges::lower_bound(own, thing, {}, thing_of);
    if (at == own.end() || thing_of(*at) != thing) {
      own.insert(at, std::move(told));
    } else if (is_later(told, *at)) {
      *at = std::move(told);
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
  for (const ToldOperation& told : record.operations) {
    if (const auto* presence = std::get_if<PresenceTold>(&told.what)) add(presence->agent_id);
  }
  return agents;
}

bool is_outrankable(const Operation& operation) {
  return !std::holds_alternative<PresenceTold>(operation) &&
         !std::holds_alternative<UserPresenceTold>(operation) &&
         !std::holds_alternative<EndTold>(operation);
}

Instant last_moment(const ThreadRecord& record) {
  Instant last = std::max(record.started_at, record.ended_at.value_or(record.started_at));
  for (const Event& event : record.events) last = std::max(last, event.created_at);
  return last;
}

void apply(ThreadRecord& known, const Operation& operation, ToldAt told_at, bool is_of_chat) {
  OpenRecord open(known);
  open.apply(operation, told_at, is_of_chat);
  open.close();
}

OpenRecord::OpenRecord(ThreadRecord& record) : record_(record) {
  for (const ToldOperation& told : record.operations) ++counts_[told.what.index()];
}

bool OpenRecord::ByThing::operator()(const ToldOperation* left, const ToldOperation* right) const {
  return thing_of(*left) < thing_of(*right);
}

bool OpenRecord::apply(const Operation& operation, ToldAt told_at, bool is_of_chat) {
  // Its time is its own, and no chat record outranks it.
  if (const auto* queued = std::get_if<QueuedTold>(&operation)) {
    const std::size_t before = record_.queued_at.size();
    add_queued_at(record_, queued->queued_at);
    return record_.queued_at.size() != before;
  }
  // When it was told that an event came says nothing: the event has a time of its own.
  const auto* event = std::get_if<EventTold>(&operation);
  if (event != nullptr && !event->is_update) told_at = {event->event.created_at, false};
  ToldOperation incoming{operation, told_at, false, is_of_chat};
  if (is_outranked(incoming)) return false;
  if (is_told_again(incoming)) return false;
  if (told_at.is_receipt && std::holds_alternative<GroupsTold>(operation)) {
    order_single_groups_before(told_at.at);
  }
  ToldOperation* const known = find(incoming);
  if (known == nullptr) {
    if (counts_[operation.index()] >= most_of(operation)) return false;
    incoming.is_early =
        told_at.is_receipt && takes_away(operation) && !is_in_record(operation, record_);
    add(std::move(incoming));
    return true;
  }
  if (known->is_early && told_at.is_receipt && !takes_away(operation)) {
    known->is_early = false;
    known->told_at = told_at;
    return true;
  }
  if (!is_later(incoming, *known)) return false;
  incoming.is_early = known->is_early && takes_away(operation);
  if (incoming == *known) return false;
  *known = std::move(incoming);
  return true;
}

void OpenRecord::close() {
  if (added_.empty()) return;
  std::vector<ToldOperation>& operations = record_.operations;
  const auto middle = static_cast<std::ptrdiff_t>(operations.size());
  for (ToldOperation* const told : added_by_thing_) operations.push_back(std::move(*told));
  std::ranges::inplace_merge(operations, operations.begin() + middle, {}, thing_of);
  added_by_thing_.clear();
  added_.clear();
  last_presences_.reset();
}

ToldOperation* OpenRecord::find(ToldOperation& incoming) {
  const Thing thing = thing_of(incoming);
  const auto at = std::ranges::lower_bound(record_.operations, thing, {}, thing_of);
  if (at != record_.operations.end() && thing_of(*at) == thing) return &*at;
  const auto added = added_by_thing_.find(&incoming);
  return added == added_by_thing_.end() ? nullptr : *added;
}

void OpenRecord::add(ToldOperation told) {
  ++counts_[told.what.index()];
  added_.push_back(std::move(told));
  added_by_thing_.insert(&added_.back());
  if (last_presences_) remember_presence(added_.back());
}

Instant OpenRecord::last_moment() {
  if (!last_moment_) last_moment_ = chat::last_moment(record_);
  return *last_moment_;
}

bool OpenRecord::has_event(std::uint64_t key) {
  if (!event_keys_) event_keys_ = keys_of(record_.events);
  return std::ranges::binary_search(*event_keys_, key);
}

bool OpenRecord::is_outranked(const ToldOperation& told) {
  return is_of_record(record_) &&
         is_outranked_by_record(told, last_moment(), [this](auto key) { return has_event(key); });
}

// Operations without a time of their own apply in the order of their receipt, even at the same
// time.
void OpenRecord::order_single_groups_before(Instant groups_at) {
  const std::size_t single_group = Operation(GroupTold{}).index();
  if (counts_[single_group] == 0) return;
  const auto order = [groups_at, single_group](ToldOperation& told) {
    if (told.what.index() != single_group || told.told_at != ToldAt{groups_at, true}) return;
    told.told_at.at.microseconds -= 1;
  };
  std::ranges::for_each(record_.operations, order);
  std::ranges::for_each(added_, order);
}

// A webhook that came twice tells twice, at two times, that somebody has joined or left.
bool OpenRecord::is_told_again(const ToldOperation& incoming) {
  const auto presence = presence_of(incoming.what);
  if (!presence || !incoming.told_at.is_receipt) return false;
  if (!last_presences_) {
    last_presences_.emplace();
    for (const ToldOperation& told : record_.operations) remember_presence(told);
    for (const ToldOperation& told : added_) remember_presence(told);
  }
  const auto found = last_presences_->find(presence->user);
  if (found == last_presences_->end()) return false;
  const ToldOperation& last = *found->second;
  return last.told_at.at <= incoming.told_at.at &&
         presence_of(last.what)->has_joined == presence->has_joined;
}

// If joining and leaving have the same time, leaving is the later.
void OpenRecord::remember_presence(const ToldOperation& told) {
  const auto presence = presence_of(told.what);
  if (!presence) return;
  const auto [last, is_first] = last_presences_->try_emplace(presence->user, &told);
  if (is_first) return;
  const auto order = [](const ToldOperation& one) {
    return std::pair(one.told_at.at, !presence_of(one.what)->has_joined);
  };
  if (order(told) >= order(*last->second)) last->second = &told;
}

void merge_beginning(ThreadRecord& known, ThreadRecord beginning) {
  // A chat record outranks a beginning, except for these facts.
  if (known.from_chat_record) {
    for (const Instant at : beginning.queued_at) add_queued_at(known, at);
    if (!known.visit_country) known.visit_country = beginning.visit_country;
  }
  if (is_of_record(known)) return;
  if (known.is_beginning && last_moment(beginning) <= last_moment(known)) return;
  std::vector<ToldOperation> operations = std::move(known.operations);
  known.operations.clear();
  merge(known, std::move(beginning));
  known.is_beginning = true;
  for (ToldOperation& told : operations) {
    if (told.is_early && is_in_record(told.what, known)) told.is_early = false;
  }
  known.operations = std::move(operations);
}

void forget_outranked(std::vector<ToldOperation>& operations, const ThreadRecord& record) {
  if (operations.empty() || !is_of_record(record)) return;
  const Instant last = last_moment(record);
  const std::vector<std::uint64_t> keys = keys_of(record.events);
  std::erase_if(operations, [&](const ToldOperation& told) {
    ToldOperation at_its_time = told;
    if (told.told_at.is_receipt) at_its_time.told_at = {last, false};
    return is_outranked_by_record(at_its_time, last, [&keys](std::uint64_t key) {
      return std::ranges::binary_search(keys, key);
    });
  });
}

ThreadRecord resolve(const ThreadRecord& record) {
  ThreadRecord resolved = record;
  resolved.operations.clear();
  std::vector<const EventTold*> events;
  std::vector<const EventPropertyTold*> event_properties;
  std::vector<const ToldOperation*> user_presences;
  std::vector<const ToldOperation*> single_groups;
  const ToldOperation* groups = nullptr;
  std::vector<ToldOperation> of_chat_too;
  if (std::ranges::any_of(record.operations, &ToldOperation::is_of_chat)) {
    of_chat_too = united(record.operations);
  }
  for (const ToldOperation& told : of_chat_too.empty() ? record.operations : of_chat_too) {
    std::visit(
        Overloaded{
            [&](const EventTold& event) { events.push_back(&event); },
            [&](const EventPropertyTold& property) { event_properties.push_back(&property); },
            [&](const TagTold& tag) { apply_to(resolved.tags, tag); },
            [&](const PropertyTold& property) {
              apply_to(
                  property.layer == Layer::chat ? resolved.chat_properties : resolved.properties,
                  property);
            },
            [&](const GroupsTold&) {
              if (groups == nullptr || groups->told_at.at <= told.told_at.at) {
                groups = &told;
              }
            },
            [&](const PresenceTold&) { resolved.operations.push_back(told); },
            [&](const QueuedTold& queued) { add_queued_at(resolved, queued.queued_at); },
            [&](const EndTold&) {
              if (!resolved.ended_at) resolved.ended_at = told.told_at.at;
            },
            [&](const UserPresenceTold&) { user_presences.push_back(&told); },
            [&](const GroupTold&) { single_groups.push_back(&told); }},
        told.what);
  }
  if (groups != nullptr) resolved.groups = std::get<GroupsTold>(groups->what).groups;
  for (const ToldOperation* told : single_groups) {
    const bool is_older = groups != nullptr && told->told_at.at < groups->told_at.at;
    if (!is_older) apply_to(resolved.groups, std::get<GroupTold>(told->what));
  }
  add_events(resolved, std::move(events));
  add_presences(resolved, user_presences);
  if (event_properties.empty()) return resolved;
  EventsByKey known_events(resolved.events);
  for (const EventPropertyTold* property : event_properties) {
    Event* const event = known_events.find(property->event_key);
    if (event != nullptr) apply_to(*event, *property);
  }
  return resolved;
}

}  // namespace chatreports::chat
