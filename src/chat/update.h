#pragma once
// Updates: what webhooks say about a thread, each about one thing (a tag, a property, an event …).
// chat/updates.h says how updates combine with each other and with chat records.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "chat/event.h"
#include "chat/property.h"
#include "time/instant.h"

namespace chatreports::chat {

// When something happened that carries no time of its own: the input's `received_at`, or the time
// of receipt.
struct UpdateTime {
  Instant at;
  bool is_receipt = false;
  auto operator<=>(const UpdateTime&) const = default;
};

// An event is new or has been edited. Who its author is, only the users of the thread tell.
struct EventUpdate {
  Event event;               // its author is nobody
  std::uint64_t author = 0;  // author_digest of the author's id; 0: no author
  std::uint32_t order = 0;   // the number in the event's id: the order among events of one time
  bool is_edit = false;      // else the event is new
  bool operator==(const EventUpdate&) const = default;
};

enum class EventProperty : std::uint8_t { welcome_message, form_type, greeting_id };

struct EventPropertyUpdate {
  std::uint64_t event_key = 0;
  EventProperty property = EventProperty::welcome_message;
  std::optional<Value> value;  // absent: deleted
  bool operator==(const EventPropertyUpdate&) const = default;
};

struct TagUpdate {
  std::string tag;
  bool is_added = true;  // else removed
  bool operator==(const TagUpdate&) const = default;
};

enum class Layer : std::uint8_t { thread, chat };

struct PropertyUpdate {
  Layer layer = Layer::thread;
  std::string name_space;
  std::string name;
  std::optional<Value> value;  // absent: deleted
  bool operator==(const PropertyUpdate&) const = default;
};

// The groups of the thread or, with Layer::chat, of the thread that was running then.
struct GroupsUpdate {
  Layer layer = Layer::thread;
  std::vector<std::int64_t> groups;  // ascending, each once
  bool operator==(const GroupsUpdate&) const = default;
};

struct PresenceUpdate {
  std::string agent_id;
  bool has_joined = true;      // else has left
  bool is_supervisor = false;  // has joined unseen by the customer
  bool operator==(const PresenceUpdate&) const = default;
};

struct EndUpdate {
  bool operator==(const EndUpdate&) const = default;
};

// The customer was put into the queue. This carries a time of its own.
struct QueueUpdate {
  Instant queued_at;
  bool operator==(const QueueUpdate&) const = default;
};

// A user joined or left, and the webhook does not say whether it was an agent: it was if the thread
// has an agent of that id.
struct UserPresenceUpdate {
  std::uint64_t user = 0;  // author_digest of the user's id
  bool has_joined = true;  // else has left
  bool operator==(const UserPresenceUpdate&) const = default;
};

struct GroupUpdate {
  std::int64_t group = 0;
  bool is_added = true;  // else removed
  bool operator==(const GroupUpdate&) const = default;
};

// Stores contain the places of the alternatives.
using Update =
    std::variant<EventUpdate, EventPropertyUpdate, TagUpdate, PropertyUpdate, GroupsUpdate,
                 PresenceUpdate, EndUpdate, QueueUpdate, UserPresenceUpdate, GroupUpdate>;

struct TimedUpdate {
  Update what;
  UpdateTime time;
  // It removed something that was not there: the webhook that adds it is still to come.
  bool is_early = false;
  // The webhook named the chat alone, and this thread was running then.
  bool is_of_chat = false;
  bool operator==(const TimedUpdate&) const = default;
};

// When it happened. An event has a time of its own.
inline Instant happened_at(const Update& update, UpdateTime time) {
  const auto* event = std::get_if<EventUpdate>(&update);
  return event == nullptr ? time.at : event->event.created_at;
}

}  // namespace chatreports::chat
