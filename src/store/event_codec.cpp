#include "store/event_codec.h"

#include <algorithm>

namespace chatreports::store {
namespace {

using chat::AuthorKind;
using chat::Event;
using chat::FilledForm;

// The author of an event; unlisted ones are told by EventDetail.
enum class EventAuthor : std::uint8_t { nobody, customer, agent, first_agent };

enum EventFlag : std::uint8_t {
  hidden_from_customer = 32,
  has_detail = 64,       // of version 3 and before: automatic_welcome
  has_filled_form = 128  // of a filled form; of a system message: it is closing
};

// The meaning of a system message is kept × 16.
enum EventDetail : std::uint8_t {
  automatic_welcome = 1,
  automatic_greeting = 2,
  by_unlisted_author = 4,
  all_event_details = 7,
};

constexpr std::uint8_t type_follows = 7;  // in the place of a type that three bits can't hold
static_assert(static_cast<int>(chat::EventType::system_message) < type_follows);
static_assert(static_cast<int>(chat::SystemMessage::unassigned) < 16, "it takes four bits");

void write_form(Writer& writer, const FilledForm& form) {
  writer.text(form.form_id);
  writer.byte(form.type ? static_cast<std::uint8_t>(static_cast<int>(*form.type) + 1) : 0);
  write_texts(writer, form.answers);
}

FilledForm read_form(Reader& reader) {
  FilledForm form;
  form.form_id = reader.text();
  const std::uint8_t type = reader.byte();
  if (type != 0) form.type = reader.one_of(type - 1u, chat::SurveyType::post_chat);
  form.answers = read_texts(reader);
  return form;
}

std::uint8_t detail_of(const Event& event) {
  int detail = 0;
  if (event.automatic_welcome) detail |= automatic_welcome;
  if (event.automatic_greeting) detail |= automatic_greeting;
  if (event.author == AuthorKind::unlisted) detail |= by_unlisted_author;
  const bool is_flagged = event.system_message == chat::SystemMessage::closing &&
                          event.type == chat::EventType::system_message;
  if (!is_flagged) detail |= static_cast<int>(event.system_message) * 16;
  return static_cast<std::uint8_t>(detail);
}

void read_agent(Reader& reader, std::uint64_t place, const NamedAuthors& authors, Event& event) {
  event.author = AuthorKind::agent;
  if (place < authors.agents.size()) {
    event.agent_id = authors.agents[place];
  } else if (place - authors.agents.size() < authors.further_agents.size()) {
    event.agent_id = authors.further_agents[place - authors.agents.size()];
  } else {
    reader.fail();
  }
}

Event read_older_event(Reader& reader, Instant before, const NamedAuthors& authors) {
  constexpr std::uint8_t welcome = has_detail;
  Event event;
  const std::uint8_t head = reader.byte();
  event.type = head % 8 == 7 ? chat::EventType::other : static_cast<chat::EventType>(head % 8);
  event.author = reader.one_of(head / 8u % 4, AuthorKind::agent);
  event.visible_to_customer = (head & hidden_from_customer) == 0;
  event.automatic_welcome = (head & welcome) != 0;
  event.created_at = {reader.difference(before.microseconds)};
  if (event.author == AuthorKind::agent) read_agent(reader, reader.number(), authors, event);
  if ((head & has_filled_form) != 0) {
    if (event.type != chat::EventType::filled_form) reader.fail();
    event.filled_form = read_form(reader);
  }
  return event;
}

}  // namespace

void write_event(Writer& writer, const Event& event, Instant before, Authors& authors) {
  const auto type = static_cast<std::uint8_t>(event.type);
  const std::uint8_t detail = detail_of(event);
  EventAuthor author = EventAuthor::nobody;
  std::size_t place = 0;
  if (event.author == AuthorKind::customer) author = EventAuthor::customer;
  if (event.author == AuthorKind::agent) {
    place = authors.agents.place_of(event.agent_id);
    author = place == 0 ? EventAuthor::first_agent : EventAuthor::agent;
  }
  const bool is_closing = event.system_message == chat::SystemMessage::closing &&
                          event.type == chat::EventType::system_message;
  int head = std::min(type, type_follows) + static_cast<int>(author) * 8;
  if (!event.visible_to_customer) head |= hidden_from_customer;
  if (detail != 0) head |= has_detail;
  if (event.filled_form || is_closing) head |= has_filled_form;
  writer.byte(static_cast<std::uint8_t>(head));
  if (type >= type_follows) writer.byte(type);
  if (detail != 0) writer.byte(detail);
  writer.difference(event.created_at.microseconds, before.microseconds);
  if (author == EventAuthor::agent) writer.number(place);
  if (event.author == AuthorKind::unlisted) {
    writer.number(authors.unlisted.place_of(event.author_digest));
  }
  if (event.filled_form) write_form(writer, *event.filled_form);
}

Event read_event(Reader& reader, Instant before, const NamedAuthors& authors) {
  if (reader.of_version() <= version_without_further_flags) {
    return read_older_event(reader, before, authors);
  }
  Event event;
  const std::uint8_t head = reader.byte();
  std::uint8_t type = head % 8;
  if (type == type_follows) type = reader.byte();
  event.type = reader.one_of(type, chat::EventType::other);
  event.visible_to_customer = (head & hidden_from_customer) == 0;
  const std::uint8_t detail = (head & has_detail) != 0 ? reader.byte() : 0;
  if ((detail % 16 & ~all_event_details) != 0) reader.fail();
  event.automatic_welcome = (detail & automatic_welcome) != 0;
  event.automatic_greeting = (detail & automatic_greeting) != 0;
  event.system_message = reader.one_of(detail / 16u, chat::SystemMessage::unassigned);
  event.created_at = {reader.difference(before.microseconds)};
  const auto author = static_cast<EventAuthor>(head / 8 % 4);
  if (author == EventAuthor::customer) event.author = AuthorKind::customer;
  if (author == EventAuthor::first_agent) read_agent(reader, 0, authors, event);
  if (author == EventAuthor::agent) read_agent(reader, reader.number(), authors, event);
  if ((detail & by_unlisted_author) != 0) {
    const std::uint64_t place = reader.number();
    if (author != EventAuthor::nobody || place >= authors.unlisted.size()) {
      reader.fail();
    } else {
      event.author = AuthorKind::unlisted;
      event.author_digest = authors.unlisted[place];
    }
  }
  if ((head & has_filled_form) != 0) {
    if (event.type == chat::EventType::system_message) {
      event.system_message = chat::SystemMessage::closing;
    } else if (event.type == chat::EventType::filled_form) {
      event.filled_form = read_form(reader);
    } else {
      reader.fail();
    }
  }
  return event;
}

}  // namespace chatreports::store
