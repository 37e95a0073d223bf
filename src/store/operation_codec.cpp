#include "store/operation_codec.h"

#include <cstddef>
#include <string>
#include <utility>
#include <variant>

#include "store/event_codec.h"
#include "store/property_codec.h"

namespace chatreports::store {
namespace {

enum OperationFlag : std::uint8_t { is_receipt = 16, is_early = 32, is_of_chat = 64 };
static_assert(std::variant_size_v<chat::Operation> <= 16, "a place takes four bits");

enum PresenceFlag : std::uint8_t { has_joined = 1, is_supervisor = 2 };

// An event of nobody: who its author is, stands beside it.
void write_told_event(Writer& writer, const chat::EventTold& told, Instant started_at) {
  Authors none;
  writer.number(told.event.key);
  write_event(writer, told.event, started_at, none);
  writer.number(told.author);
  writer.number(told.order);
  writer.byte(told.is_update ? 1 : 0);
}

chat::EventTold read_told_event(Reader& reader, Instant started_at) {
  chat::EventTold told;
  const std::uint64_t key = reader.number();
  told.event = read_event(reader, started_at, {});
  told.event.key = key;
  told.author = reader.number();
  told.order = static_cast<std::uint32_t>(reader.number());
  told.is_update = reader.byte() != 0;
  return told;
}

// Writes and reads what an operation says, behind its place in chat::Operation.
struct OperationWriter {
  Writer& writer;
  Instant started_at;

  void operator()(const chat::EventTold& event) const {
    write_told_event(writer, event, started_at);
  }
  void operator()(const chat::EventPropertyTold& property) const {
    writer.number(property.event_key);
    writer.byte(static_cast<std::uint8_t>(property.property));
    write_value(writer, property.value);
  }
  void operator()(const chat::TagTold& tag) const {
    writer.text(tag.tag);
    writer.byte(tag.is_there ? 1 : 0);
  }
  void operator()(const chat::PropertyTold& property) const {
    writer.byte(static_cast<std::uint8_t>(property.layer));
    writer.text(property.name_space);
    writer.text(property.name);
    write_value(writer, property.value);
  }
  void operator()(const chat::GroupsTold& groups) const {
    writer.byte(static_cast<std::uint8_t>(groups.layer));
    write_integers(writer, groups.groups);
  }
  void operator()(const chat::PresenceTold& presence) const {
    writer.text(presence.agent_id);
    writer.byte(static_cast<std::uint8_t>((presence.has_joined ? has_joined : 0) |
                                          (presence.is_supervisor ? is_supervisor : 0)));
  }
  void operator()(const chat::EndTold&) const {}
  void operator()(const chat::QueuedTold& queued) const {
    writer.difference(queued.queued_at.microseconds, started_at.microseconds);
  }
  void operator()(const chat::UserPresenceTold& presence) const {
    writer.number(presence.user);
    writer.byte(presence.has_joined ? 1 : 0);
  }
  void operator()(const chat::GroupTold& group) const {
    writer.integer(group.group);
    writer.byte(group.is_there ? 1 : 0);
  }
};

struct OperationReader {
  Reader& reader;
  Instant started_at;

  chat::Operation read(std::size_t kind) const {
    switch (kind) {
      case 0:
        return read_told_event(reader, started_at);
      case 1: {
        const std::uint64_t key = reader.number();
        const auto property = reader.one_of(reader.byte(), chat::EventProperty::greeting_id);
        return chat::EventPropertyTold{key, property, read_value(reader)};
      }
      case 2: {
        std::string tag(reader.text());
        return chat::TagTold{std::move(tag), reader.byte() != 0};
      }
      case 3: {
        const auto layer = reader.one_of(reader.byte(), chat::Layer::chat);
        std::string name_space(reader.text());
        std::string name(reader.text());
        return chat::PropertyTold{layer, std::move(name_space), std::move(name),
                                  read_value(reader)};
      }
      case 4: {
        const auto layer = reader.one_of(reader.byte(), chat::Layer::chat);
        return chat::GroupsTold{layer, read_integers(reader)};
      }
      case 5: {
        std::string agent(reader.text());
        const std::uint8_t flags = reader.byte();
        return chat::PresenceTold{std::move(agent), (flags & has_joined) != 0,
                                  (flags & is_supervisor) != 0};
      }
      case 6:
        return chat::EndTold{};
      case 7:
        return chat::QueuedTold{{reader.difference(started_at.microseconds)}};
      case 8: {
        const std::uint64_t user = reader.number();
        return chat::UserPresenceTold{user, reader.byte() != 0};
      }
      case 9: {
        const std::int64_t group = reader.integer();
        return chat::GroupTold{group, reader.byte() != 0};
      }
      default:
        reader.fail();
        return chat::EndTold{};
    }
  }
};

}  // namespace

void write_operations(Writer& writer, const std::vector<chat::ToldOperation>& operations,
                      Instant started_at) {
  writer.number(operations.size());
  for (const chat::ToldOperation& told : operations) {
    writer.byte(static_cast<std::uint8_t>(
        told.what.index() | (told.told_at.is_receipt ? is_receipt : 0) |
        (told.is_early ? is_early : 0) | (told.is_of_chat ? is_of_chat : 0)));
    writer.difference(told.told_at.at.microseconds, started_at.microseconds);
    std::visit(OperationWriter{writer, started_at}, told.what);
  }
}

std::vector<chat::ToldOperation> read_operations(Reader& reader, Instant started_at) {
  std::vector<chat::ToldOperation> operations;
  for (std::size_t count = reader.count(); count > 0; --count) {
    const std::uint8_t head = reader.byte();
    chat::ToldOperation told;
    told.told_at.at = Instant{reader.difference(started_at.microseconds)};
    told.told_at.is_receipt = (head & is_receipt) != 0;
    told.is_early = (head & is_early) != 0;
    told.is_of_chat = (head & is_of_chat) != 0;
    told.what =
        OperationReader{reader, started_at}.read(head & ~(is_receipt | is_early | is_of_chat));
    if (!reader.ok()) return {};
    operations.push_back(std::move(told));
  }
  return operations;
}

}  // namespace chatreports::store
