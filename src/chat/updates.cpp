#include "chat/updates.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/one_of.h"
#include "base/overloaded.h"
#include "chat/ids.h"
#include "chat/limits.h"
#include "chat/merge.h"
#include "chat/update_order.h"

namespace chatreports::chat {
namespace {

bool is_of_record(const ThreadRecord& record) {
  return record.from_chat_record && !record.is_beginning;
}

// Returns whether a chat record whose latest time is `last` outranks the update. The time of
// receipt decides nothing here, and an event has a time of its own.
template <class HasEvent>
bool is_outranked_by_record(const TimedUpdate& update, Instant last, const HasEvent& has_event) {
  if (!is_outrankable(update.what)) return false;
  const bool is_before = !update.time.is_receipt && update.time.at <= last;
  const auto* event = std::get_if<EventUpdate>(&update.what);
  if (event == nullptr) return is_before;
  if (has_event(event->event.key)) return !event->is_edit || is_before;
  return event->event.created_at < last;
}

bool has(const std::vector<Property>& properties, const PropertyUpdate& update) {
  return std::ranges::any_of(properties, [&update](const Property& property) {
    return property.name_space == update.name_space && property.name == update.name;
  });
}

const std::vector<Property>& layer_of(const ThreadRecord& record, Layer layer) {
  return layer == Layer::chat ? record.chat_properties : record.properties;
}

// Returns whether the record itself has what the update removes.
bool is_in_record(const Update& update, const ThreadRecord& record) {
  if (const auto* tag = std::get_if<TagUpdate>(&update)) {
    return std::ranges::binary_search(record.tags, tag->tag);
  }
  const auto& property = std::get<PropertyUpdate>(update);
  return has(layer_of(record, property.layer), property);
}

std::vector<std::uint64_t> keys_of(const std::vector<Event>& events) {
  std::vector<std::uint64_t> keys;
  keys.reserve(events.size());
  for (const Event& event : events) keys.push_back(event.key);
  std::ranges::sort(keys);
  return keys;
}

// Returns who joined or left, from either kind of webhook.
std::optional<UserPresenceUpdate> presence_of(const Update& update) {
  if (const auto* user = std::get_if<UserPresenceUpdate>(&update)) return *user;
  const auto* agent = std::get_if<PresenceUpdate>(&update);
  if (agent == nullptr) return {};
  return UserPresenceUpdate{author_digest(agent->agent_id), agent->has_joined};
}

std::size_t most_of(const Update& update) {
  return std::holds_alternative<EventUpdate>(update) ? max_events : max_elements;
}

}  // namespace

bool is_outrankable(const Update& update) {
  return std::visit(
      Overloaded{
          [](const OneOf<PresenceUpdate, UserPresenceUpdate, EndUpdate> auto&) { return false; },
          [](const OneOf<EventUpdate, EventPropertyUpdate, TagUpdate, PropertyUpdate, GroupsUpdate,
                         QueueUpdate, GroupUpdate> auto&) { return true; },
      },
      update);
}

Instant last_moment(const ThreadRecord& record) {
  Instant last = std::max(record.started_at, record.ended_at.value_or(record.started_at));
  for (const Event& event : record.events) last = std::max(last, event.created_at);
  return last;
}

void apply(ThreadRecord& known, const Update& update, UpdateTime time) {
  RecordUpdater updater(known);
  updater.apply(update, time);
  updater.close();
}

RecordUpdater::RecordUpdater(ThreadRecord& record) : record_(record) {
  for (const TimedUpdate& update : record.updates) ++counts_[update.what.index()];
}

bool RecordUpdater::ByThing::operator()(const TimedUpdate* left, const TimedUpdate* right) const {
  return thing_of(*left) < thing_of(*right);
}

bool RecordUpdater::apply(const Update& update, UpdateTime time) {
  return add({.what = update, .time = time});
}

bool RecordUpdater::apply_of_chat(const Update& update, UpdateTime time) {
  return add({.what = update, .time = time, .is_of_chat = true});
}

bool RecordUpdater::add(TimedUpdate incoming) {
  const Update& update = incoming.what;
  // It has a time of its own, and no chat record outranks it.
  if (const auto* queued = std::get_if<QueueUpdate>(&update)) {
    const std::size_t before = record_.queued_at.size();
    add_queued_at(record_, queued->queued_at);
    return record_.queued_at.size() != before;
  }
  // A new event has a time of its own.
  const auto* event = std::get_if<EventUpdate>(&update);
  if (event != nullptr && !event->is_edit) incoming.time = {event->event.created_at, false};
  const UpdateTime time = incoming.time;
  if (is_outranked(incoming)) return false;
  if (is_repeated(incoming)) return false;
  if (time.is_receipt && std::holds_alternative<GroupsUpdate>(update)) {
    order_single_groups_before(time.at);
  }
  TimedUpdate* const known = find(incoming);
  if (known == nullptr) {
    if (counts_[update.index()] >= most_of(update)) return false;
    incoming.is_early = time.is_receipt && removes(update) && !is_in_record(update, record_);
    insert(std::move(incoming));
    return true;
  }
  if (known->is_early && time.is_receipt && !removes(update)) {
    known->is_early = false;
    known->time = time;
    return true;
  }
  if (!is_later(incoming, *known)) return false;
  incoming.is_early = known->is_early && removes(update);
  if (incoming == *known) return false;
  *known = std::move(incoming);
  return true;
}

void RecordUpdater::close() {
  if (added_.empty()) return;
  std::vector<TimedUpdate>& updates = record_.updates;
  const auto middle = static_cast<std::ptrdiff_t>(updates.size());
  for (TimedUpdate* const update : added_by_thing_) updates.push_back(std::move(*update));
  std::ranges::inplace_merge(updates, updates.begin() + middle, {}, thing_of);
  added_by_thing_.clear();
  added_.clear();
  last_presences_.reset();
}

TimedUpdate* RecordUpdater::find(TimedUpdate& incoming) {
  const Thing thing = thing_of(incoming);
  const auto at = std::ranges::lower_bound(record_.updates, thing, {}, thing_of);
  if (at != record_.updates.end() && thing_of(*at) == thing) return &*at;
  const auto added = added_by_thing_.find(&incoming);
  return added == added_by_thing_.end() ? nullptr : *added;
}

void RecordUpdater::insert(TimedUpdate update) {
  ++counts_[update.what.index()];
  added_.push_back(std::move(update));
  added_by_thing_.insert(&added_.back());
  if (last_presences_) remember_presence(added_.back());
}

Instant RecordUpdater::last_moment() {
  if (!last_moment_) last_moment_ = chat::last_moment(record_);
  return *last_moment_;
}

bool RecordUpdater::has_event(std::uint64_t key) {
  if (!event_keys_) event_keys_ = keys_of(record_.events);
  return std::ranges::binary_search(*event_keys_, key);
}

bool RecordUpdater::is_outranked(const TimedUpdate& update) {
  return is_of_record(record_) &&
         is_outranked_by_record(update, last_moment(), [this](auto key) { return has_event(key); });
}

// Updates without a time of their own apply in the order in which they come, even at the same time.
void RecordUpdater::order_single_groups_before(Instant groups_at) {
  const std::size_t single_group = Update(GroupUpdate{}).index();
  if (counts_[single_group] == 0) return;
  const auto order = [groups_at, single_group](TimedUpdate& update) {
    if (update.what.index() != single_group || update.time != UpdateTime{groups_at, true}) return;
    update.time.at -= Duration(1);
  };
  std::ranges::for_each(record_.updates, order);
  std::ranges::for_each(added_, order);
}

// Notices a webhook that came twice, whose two times of receipt differ.
bool RecordUpdater::is_repeated(const TimedUpdate& incoming) {
  const auto presence = presence_of(incoming.what);
  if (!presence || !incoming.time.is_receipt) return false;
  if (!last_presences_) {
    last_presences_.emplace();
    for (const TimedUpdate& update : record_.updates) remember_presence(update);
    for (const TimedUpdate& update : added_) remember_presence(update);
  }
  const auto found = last_presences_->find(presence->user);
  if (found == last_presences_->end()) return false;
  const TimedUpdate& last = *found->second;
  return last.time.at <= incoming.time.at &&
         presence_of(last.what)->has_joined == presence->has_joined;
}

// If a joining and a leaving have the same time, the leaving is the later.
void RecordUpdater::remember_presence(const TimedUpdate& update) {
  const auto presence = presence_of(update.what);
  if (!presence) return;
  const auto [last, is_first] = last_presences_->try_emplace(presence->user, &update);
  if (is_first) return;
  const auto order = [](const TimedUpdate& one) {
    return std::pair(one.time.at, !presence_of(one.what)->has_joined);
  };
  if (order(update) >= order(*last->second)) last->second = &update;
}

void merge_beginning(ThreadRecord& known, ThreadRecord beginning) {
  // A chat record outranks a beginning, except for these facts.
  if (known.from_chat_record) {
    for (const Instant at : beginning.queued_at) add_queued_at(known, at);
    if (!known.visit_country) known.visit_country = beginning.visit_country;
  }
  if (is_of_record(known)) return;
  if (known.is_beginning && last_moment(beginning) <= last_moment(known)) return;
  std::vector<TimedUpdate> updates = std::move(known.updates);
  known.updates.clear();
  merge(known, std::move(beginning));
  known.is_beginning = true;
  for (TimedUpdate& update : updates) {
    if (update.is_early && is_in_record(update.what, known)) update.is_early = false;
  }
  known.updates = std::move(updates);
}

void forget_outranked(std::vector<TimedUpdate>& updates, const ThreadRecord& record) {
  if (updates.empty() || !is_of_record(record)) return;
  const Instant last = last_moment(record);
  const std::vector<std::uint64_t> keys = keys_of(record.events);
  std::erase_if(updates, [&](const TimedUpdate& update) {
    TimedUpdate at_its_time = update;
    if (update.time.is_receipt) at_its_time.time = {last, false};
    return is_outranked_by_record(at_its_time, last, [&keys](std::uint64_t key) {
      return std::ranges::binary_search(keys, key);
    });
  });
}

}  // namespace chatreports::chat
