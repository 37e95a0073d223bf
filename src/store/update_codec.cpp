#include "store/update_codec.h"

#include <cstddef>
#include <utility>
#include <variant>

#include "store/event_codec.h"
#include "store/list_codec.h"
#include "store/property_codec.h"

namespace chatreports::store {
namespace {

enum UpdateFlag : std::uint8_t { is_receipt = 16, is_early = 32, is_of_chat = 64 };
constexpr int all_update_flags = is_receipt | is_early | is_of_chat;
static_assert(std::variant_size_v<chat::Update> <= 16, "a place takes four bits");

enum PresenceFlag : std::uint8_t { has_joined = 1, is_supervisor = 2 };

// Writes what an update says, after its place in chat::Update.
struct UpdateWriter {
  RecordEncoder& encoder;
  Instant started_at;

  // The event has no author; who wrote it follows.
  void operator()(const chat::EventUpdate& update) const {
    Authors none;
    encoder.number(update.event.key);
    write_event(encoder, update.event, started_at, none);
    encoder.number(update.author);
    encoder.number(update.order);
    encoder.flag(update.is_edit);
  }
  void operator()(const chat::EventPropertyUpdate& update) const {
    encoder.number(update.event_key);
    encoder.byte(static_cast<std::uint8_t>(update.property));
    write_value(encoder, update.value);
  }
  void operator()(const chat::TagUpdate& update) const {
    encoder.text(update.tag);
    encoder.flag(update.is_added);
  }
  void operator()(const chat::PropertyUpdate& update) const {
    encoder.byte(static_cast<std::uint8_t>(update.layer));
    encoder.text(update.name_space);
    encoder.text(update.name);
    write_value(encoder, update.value);
  }
  void operator()(const chat::GroupsUpdate& update) const {
    encoder.byte(static_cast<std::uint8_t>(update.layer));
    write_integers(encoder, update.groups);
  }
  void operator()(const chat::PresenceUpdate& update) const {
    encoder.text(update.agent_id);
    encoder.byte(static_cast<std::uint8_t>((update.has_joined ? has_joined : 0) |
                                           (update.is_supervisor ? is_supervisor : 0)));
  }
  void operator()(const chat::EndUpdate&) const {}
  void operator()(const chat::QueueUpdate& update) const {
    encoder.time(update.queued_at, started_at);
  }
  void operator()(const chat::UserPresenceUpdate& update) const {
    encoder.number(update.user);
    encoder.flag(update.has_joined);
  }
  void operator()(const chat::GroupUpdate& update) const {
    encoder.integer(update.group);
    encoder.flag(update.is_added);
  }
};

// Reads the same.
struct UpdateReader {
  RecordDecoder& decoder;
  Instant started_at;

  void operator()(chat::EventUpdate& update) const {
    const std::uint64_t key = decoder.number();
    update.event = read_event(decoder, started_at, {});
    update.event.key = key;
    update.author = decoder.number();
    update.order = static_cast<std::uint32_t>(decoder.number());
    update.is_edit = decoder.flag();
  }
  void operator()(chat::EventPropertyUpdate& update) const {
    update.event_key = decoder.number();
    update.property = decoder.one_of(decoder.byte(), chat::EventProperty::greeting_id);
    update.value = read_value(decoder);
  }
  void operator()(chat::TagUpdate& update) const {
    update.tag = decoder.text();
    update.is_added = decoder.flag();
  }
  void operator()(chat::PropertyUpdate& update) const {
    update.layer = decoder.one_of(decoder.byte(), chat::Layer::chat);
    update.name_space = decoder.text();
    update.name = decoder.text();
    update.value = read_value(decoder);
  }
  void operator()(chat::GroupsUpdate& update) const {
    update.layer = decoder.one_of(decoder.byte(), chat::Layer::chat);
    update.groups = read_integers(decoder);
  }
  void operator()(chat::PresenceUpdate& update) const {
    update.agent_id = decoder.text();
    const std::uint8_t flags = decoder.byte();
    update.has_joined = (flags & has_joined) != 0;
    update.is_supervisor = (flags & is_supervisor) != 0;
  }
  void operator()(chat::EndUpdate&) const {}
  void operator()(chat::QueueUpdate& update) const { update.queued_at = decoder.time(started_at); }
  void operator()(chat::UserPresenceUpdate& update) const {
    update.user = decoder.number();
    update.has_joined = decoder.flag();
  }
  void operator()(chat::GroupUpdate& update) const {
    update.group = decoder.integer();
    update.is_added = decoder.flag();
  }
};

// An empty update of the alternative at that place; fails if there is none.
template <std::size_t... places>
chat::Update update_at(std::size_t place, RecordDecoder& decoder,
                       std::index_sequence<places...> /*all*/) {
  chat::Update update;
  const bool is_known = ((place == places && (update.emplace<places>(), true)) || ...);
  if (!is_known) decoder.fail();
  return update;
}

}  // namespace

void write_updates(RecordEncoder& encoder, const std::vector<chat::TimedUpdate>& updates,
                   Instant started_at) {
  encoder.number(updates.size());
  for (const chat::TimedUpdate& update : updates) {
    encoder.byte(static_cast<std::uint8_t>(
        update.what.index() | (update.time.is_receipt ? is_receipt : 0) |
        (update.is_early ? is_early : 0) | (update.is_of_chat ? is_of_chat : 0)));
    encoder.time(update.time.at, started_at);
    std::visit(UpdateWriter{encoder, started_at}, update.what);
  }
}

std::vector<chat::TimedUpdate> read_updates(RecordDecoder& decoder, Instant started_at) {
  constexpr auto places = std::make_index_sequence<std::variant_size_v<chat::Update>>();
  std::vector<chat::TimedUpdate> updates;
  for (std::size_t count = decoder.count(); count > 0; --count) {
    const std::uint8_t head = decoder.byte();
    chat::TimedUpdate update;
    update.time.at = decoder.time(started_at);
    update.time.is_receipt = (head & is_receipt) != 0;
    update.is_early = (head & is_early) != 0;
    update.is_of_chat = (head & is_of_chat) != 0;
    update.what = update_at(head & ~all_update_flags, decoder, places);
    std::visit(UpdateReader{decoder, started_at}, update.what);
    if (!decoder.ok()) return {};
    updates.push_back(std::move(update));
  }
  return updates;
}

}  // namespace chatreports::store
