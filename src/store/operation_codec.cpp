#include "store/operation_codec.h"

#include <cstddef>
#include <string>
#include <utility>
#include <variant>

#include "store/event_codec.h"
#include "store/list_codec.h"
#include "store/property_codec.h"

namespace chatreports::store {
namespace {

enum OperationFlag : std::uint8_t { is_receipt = 16, is_early = 32, is_of_chat = 64 };
static_assert(std::variant_size_v<chat::Operation> <= 16, "a place takes four bits");

enum PresenceFlag : std::uint8_t { has_joined = 1, is_supervisor = 2 };

// An event of nobody: who its author is, stands beside it.
void write_told_event(RecordEncoder& encoder, const chat::EventTold& told, Instant started_at) {
  Authors none;
  encoder.number(told.event.key);
  write_event(encoder, told.event, started_at, none);
  encoder.number(told.author);
  encoder.number(told.order);
  encoder.byte(told.is_update ? 1 : 0);
}

chat::EventTold read_told_event(RecordDecoder& decoder, Instant started_at) {
  chat::EventTold told;
  const std::uint64_t key = decoder.number();
  told.event = read_event(decoder, started_at, {});
  told.event.key = key;
  told.author = decoder.number();
  told.order = static_cast<std::uint32_t>(decoder.number());
  told.is_update = decoder.byte() != 0;
  return told;
}

// Writes and reads what an operation says, behind its place in chat::Operation.
struct OperationWriter {
  RecordEncoder& encoder;
  Instant started_at;

  void operator()(const chat::EventTold& event) const {
    write_told_event(encoder, event, started_at);
  }
  void operator()(const chat::EventPropertyTold& property) const {
    encoder.number(property.event_key);
    encoder.byte(static_cast<std::uint8_t>(property.property));
    write_value(encoder, property.value);
  }
  void operator()(const chat::TagTold& tag) const {
    encoder.text(tag.tag);
    encoder.byte(tag.is_there ? 1 : 0);
  }
  void operator()(const chat::PropertyTold& property) const {
    encoder.byte(static_cast<std::uint8_t>(property.layer));
    encoder.text(property.name_space);
    encoder.text(property.name);
    write_value(encoder, property.value);
  }
  void operator()(const chat::GroupsTold& groups) const {
    encoder.byte(static_cast<std::uint8_t>(groups.layer));
    write_integers(encoder, groups.groups);
  }
  void operator()(const chat::PresenceTold& presence) const {
    encoder.text(presence.agent_id);
    encoder.byte(static_cast<std::uint8_t>((presence.has_joined ? has_joined : 0) |
                                           (presence.is_supervisor ? is_supervisor : 0)));
  }
  void operator()(const chat::EndTold&) const {}
  void operator()(const chat::QueuedTold& queued) const {
    encoder.time(queued.queued_at, started_at);
  }
  void operator()(const chat::UserPresenceTold& presence) const {
    encoder.number(presence.user);
    encoder.byte(presence.has_joined ? 1 : 0);
  }
  void operator()(const chat::GroupTold& group) const {
    encoder.integer(group.group);
    encoder.byte(group.is_there ? 1 : 0);
  }
};

struct OperationReader {
  RecordDecoder& decoder;
  Instant started_at;

  chat::Operation read(std::size_t kind) const {
    switch (kind) {
      case 0:
        return read_told_event(decoder, started_at);
      case 1: {
        const std::uint64_t key = decoder.number();
        const auto property = decoder.one_of(decoder.byte(), chat::EventProperty::greeting_id);
        return chat::EventPropertyTold{key, property, read_value(decoder)};
      }
      case 2: {
        std::string tag(decoder.text());
        return chat::TagTold{std::move(tag), decoder.byte() != 0};
      }
      case 3: {
        const auto layer = decoder.one_of(decoder.byte(), chat::Layer::chat);
        std::string name_space(decoder.text());
        std::string name(decoder.text());
        return chat::PropertyTold{layer, std::move(name_space), std::move(name),
                                  read_value(decoder)};
      }
      case 4: {
        const auto layer = decoder.one_of(decoder.byte(), chat::Layer::chat);
        return chat::GroupsTold{layer, read_integers(decoder)};
      }
      case 5: {
        std::string agent(decoder.text());
        const std::uint8_t flags = decoder.byte();
        return chat::PresenceTold{std::move(agent), (flags & has_joined) != 0,
                                  (flags & is_supervisor) != 0};
      }
      case 6:
        return chat::EndTold{};
      case 7:
        return chat::QueuedTold{decoder.time(started_at)};
      case 8: {
        const std::uint64_t user = decoder.number();
        return chat::UserPresenceTold{user, decoder.byte() != 0};
      }
      case 9: {
        const std::int64_t group = decoder.integer();
        return chat::GroupTold{group, decoder.byte() != 0};
      }
      default:
        decoder.fail();
        return chat::EndTold{};
    }
  }
};

}  // namespace

void write_operations(RecordEncoder& encoder, const std::vector<chat::ToldOperation>& operations,
                      Instant started_at) {
  encoder.number(operations.size());
  for (const chat::ToldOperation& told : operations) {
    encoder.byte(static_cast<std::uint8_t>(
        told.what.index() | (told.told_at.is_receipt ? is_receipt : 0) |
        (told.is_early ? is_early : 0) | (told.is_of_chat ? is_of_chat : 0)));
    encoder.time(told.told_at.at, started_at);
    std::visit(OperationWriter{encoder, started_at}, told.what);
  }
}

std::vector<chat::ToldOperation> read_operations(RecordDecoder& decoder, Instant started_at) {
  std::vector<chat::ToldOperation> operations;
  for (std::size_t count = decoder.count(); count > 0; --count) {
    const std::uint8_t head = decoder.byte();
    chat::ToldOperation told;
    told.told_at.at = decoder.time(started_at);
    told.told_at.is_receipt = (head & is_receipt) != 0;
    told.is_early = (head & is_early) != 0;
    told.is_of_chat = (head & is_of_chat) != 0;
    told.what =
        OperationReader{decoder, started_at}.read(head & ~(is_receipt | is_early | is_of_chat));
    if (!decoder.ok()) return {};
    operations.push_back(std::move(told));
  }
  return operations;
}

}  // namespace chatreports::store
