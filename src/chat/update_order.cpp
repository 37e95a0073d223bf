#include "chat/update_order.h"

#include "base/one_of.h"
#include "base/overloaded.h"

namespace chatreports::chat {
namespace {

bool is_edit(const Update& update) {
  const auto* event = std::get_if<EventUpdate>(&update);
  return event != nullptr && event->is_edit;
}

auto content_of(const Event& event) {
  return std::tuple(event.created_at, event.type, event.visible_to_customer,
                    event.automatic_welcome, event.automatic_greeting, event.system_message,
                    event.filled_form ? event.filled_form->answers : std::vector<std::string>());
}

// Decides between two updates of the same time, so that their order doesn't matter.
bool has_greater_content(const Update& left, const Update& right) {
  if (removes(left) != removes(right)) return removes(left);
  return std::visit(Overloaded{
                        [&](const PropertyUpdate& one) {
                          return one.value > std::get<PropertyUpdate>(right).value;
                        },
                        [&](const EventPropertyUpdate& one) {
                          return one.value > std::get<EventPropertyUpdate>(right).value;
                        },
                        [&](const GroupsUpdate& one) {
                          return one.groups > std::get<GroupsUpdate>(right).groups;
                        },
                        [&](const GroupUpdate& one) {
                          return std::get<GroupUpdate>(right).is_added && !one.is_added;
                        },
                        [&](const EventUpdate& one) {
                          return content_of(one.event) >
                                 content_of(std::get<EventUpdate>(right).event);
                        },
                        [](const OneOf<TagUpdate, PresenceUpdate, EndUpdate, QueueUpdate,
                                       UserPresenceUpdate> auto&) { return false; },
                    },
                    left);
}

}  // namespace

Thing thing_of(const TimedUpdate& update) {
  const auto thing = [&update](std::uint64_t number, std::string_view text = {},
                               std::string_view more = {}, std::uint64_t another = 0) {
    return Thing{update.what.index(), number, another, text, more, update.is_of_chat};
  };
  const auto number = [](auto value) { return static_cast<std::uint64_t>(value); };
  // Each joining and leaving is a thing of its own.
  const auto moment = number(unix_microseconds(update.time.at));
  const auto direction = [](bool has_joined) { return has_joined ? "joined" : "left"; };
  return std::visit(
      Overloaded{
          [&](const EventUpdate& one) { return thing(one.event.key); },
          [&](const EventPropertyUpdate& one) {
            return thing(one.event_key, {}, {}, number(one.property));
          },
          [&](const TagUpdate& one) { return thing(0, one.tag); },
          [&](const PropertyUpdate& one) {
            return thing(number(one.layer), one.name_space, one.name);
          },
          [&](const GroupsUpdate& one) { return thing(number(one.layer)); },
          [&](const PresenceUpdate& one) {
            return thing(moment, one.agent_id, direction(one.has_joined));
          },
          [&](const EndUpdate&) { return thing(0); },
          [&](const QueueUpdate& one) { return thing(number(unix_microseconds(one.queued_at))); },
          [&](const UserPresenceUpdate& one) {
            return thing(moment, direction(one.has_joined), {}, one.user);
          },
          [&](const GroupUpdate& one) { return thing(number(one.group)); },
      },
      update.what);
}

bool removes(const Update& update) {
  return std::visit(
      Overloaded{
          [](const TagUpdate& one) { return !one.is_added; },
          [](const PropertyUpdate& one) { return !one.value; },
          [](const OneOf<EventUpdate, EventPropertyUpdate, GroupsUpdate, PresenceUpdate, EndUpdate,
                         QueueUpdate, UserPresenceUpdate, GroupUpdate> auto&) { return false; },
      },
      update);
}

bool is_later(const TimedUpdate& incoming, const TimedUpdate& known) {
  if (std::holds_alternative<EndUpdate>(incoming.what)) return incoming.time.at < known.time.at;
  if (is_edit(incoming.what) != is_edit(known.what)) return is_edit(incoming.what);
  if (incoming.time.is_receipt) {
    return incoming.time.at >= known.time.at && incoming.what != known.what;
  }
  if (incoming.time.at != known.time.at) return incoming.time.at > known.time.at;
  return has_greater_content(incoming.what, known.what);
}

}  // namespace chatreports::chat
