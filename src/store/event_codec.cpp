#include "store/event_codec.h"

#include <algorithm>

#include "store/list_codec.h"

namespace chatreports::store {
namespace {

using chat::AuthorKind;
using chat::Event;
using chat::FilledForm;

// An unlisted author is nobody here; EventDetail flags it.
enum class EventAuthor : std::uint8_t { nobody, customer, agent, first_agent };

enum EventFlag : std::uint8_t {
  hidden_from_customer = 32,
  has_detail = 64,
  has_filled_form = 128  // of a filled form; of a system message: it closes the chat
};

// Plus the meaning of a system message × 16.
enum EventDetail : std::uint8_t {
  automatic_welcome = 1,
  automatic_greeting = 2,
  by_unlisted_author = 4,
  all_event_details = 7,
};

constexpr std::uint8_t type_follows = 7;  // in the place of a type that three bits can't hold
static_assert(static_cast<int>(chat::EventType::system_message) < type_follows);
static_assert(static_cast<int>(chat::SystemMessage::unassigned) < 16, "it takes four bits");

void write_form(RecordEncoder& encoder, const FilledForm& form) {
  encoder.text(form.form_id);
  encoder.byte(form.type ? static_cast<std::uint8_t>(static_cast<int>(*form.type) + 1) : 0);
  write_texts(encoder, form.answers);
}

FilledForm read_form(RecordDecoder& decoder) {
  FilledForm form;
  form.form_id = decoder.text();
  const std::uint8_t type = decoder.byte();
  if (type != 0) form.type = decoder.one_of(type - 1u, chat::SurveyType::post_chat);
  form.answers = read_texts(decoder);
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

void read_agent(RecordDecoder& decoder, std::uint64_t place, const NamedAuthors& authors,
                Event& event) {
  event.author = AuthorKind::agent;
  if (place < authors.agents.size()) {
    event.agent_id = authors.agents[place];
  } else if (place - authors.agents.size() < authors.further_agents.size()) {
    event.agent_id = authors.further_agents[place - authors.agents.size()];
  } else {
    decoder.fail();
  }
}

}  // namespace

void write_event(RecordEncoder& encoder, const Event& event, Instant before, Authors& authors) {
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
  encoder.byte(static_cast<std::uint8_t>(head));
  if (type >= type_follows) encoder.byte(type);
  if (detail != 0) encoder.byte(detail);
  encoder.time(event.created_at, before);
  if (author == EventAuthor::agent) encoder.number(place);
  if (event.author == AuthorKind::unlisted) {
    encoder.number(authors.unlisted.place_of(event.author_digest));
  }
  if (event.filled_form) write_form(encoder, *event.filled_form);
}

Event read_event(RecordDecoder& decoder, Instant before, const NamedAuthors& authors) {
  Event event;
  const std::uint8_t head = decoder.byte();
  std::uint8_t type = head % 8;
  if (type == type_follows) type = decoder.byte();
  event.type = decoder.one_of(type, chat::EventType::other);
  event.visible_to_customer = (head & hidden_from_customer) == 0;
  const std::uint8_t detail = (head & has_detail) != 0 ? decoder.byte() : 0;
  if ((detail % 16 & ~all_event_details) != 0) decoder.fail();
  event.automatic_welcome = (detail & automatic_welcome) != 0;
  event.automatic_greeting = (detail & automatic_greeting) != 0;
  event.system_message = decoder.one_of(detail / 16u, chat::SystemMessage::unassigned);
  event.created_at = decoder.time(before);
  const auto author = static_cast<EventAuthor>(head / 8 % 4);
  if (author == EventAuthor::customer) event.author = AuthorKind::customer;
  if (author == EventAuthor::first_agent) read_agent(decoder, 0, authors, event);
  if (author == EventAuthor::agent) read_agent(decoder, decoder.number(), authors, event);
  if ((detail & by_unlisted_author) != 0) {
    const std::uint64_t place = decoder.number();
    if (author != EventAuthor::nobody || place >= authors.unlisted.size()) {
      decoder.fail();
    } else {
      event.author = AuthorKind::unlisted;
      event.author_digest = authors.unlisted[place];
    }
  }
  if ((head & has_filled_form) != 0) {
    if (event.type == chat::EventType::system_message) {
      event.system_message = chat::SystemMessage::closing;
    } else if (event.type == chat::EventType::filled_form) {
      event.filled_form = read_form(decoder);
    } else {
      decoder.fail();
    }
  }
  return event;
}

}  // namespace chatreports::store
