// The form, version 4. Numbers, integers and differences are those of bytes.h; a list has its
// length before it. A text is a number: of one in the table × 2 + 1, or how many bytes follow × 2.
//
//   version, flags (RecordFlag), started_at, further flags (FurtherFlag)
//   agents: texts; those listed in the thread
//   supervisors, other agents, known agents: texts, if flagged
//   further authors of events who are agents: texts, if flagged
//   digests of unlisted authors: if flagged; 8 bytes each
//   groups: differences, each from the one before
//   tags: texts
//   properties: number = code of the name × 4 + kind of the value (ValueKind); the name as two
//     texts where the code is 0; the value where the kind does not say it all
//   properties of the chat: a number whose bits say which of the first 63 above are the chat's, too
//     (the first is bit 0), then the others, as above
//   events: byte = type + author × 8 (EventAuthor, + EventFlag); the type as a byte of its own
//   where
//     that is not below 7; EventDetail, if flagged; created_at as the difference from the event
//     before; the agent as its place among agents and further authors, unless it is the first; the
//     unlisted author as its place among the digests; the form; the key as the difference from the
//     one that would follow the key before, if flagged; else the keys are 1, 2, 3 …
//   goals, sales: if flagged; byte (AchievementFlag), id, difference of `at` from started_at
//   ended_at: if flagged; the difference from the last event
//   greeting_displayed_at: if flagged; the difference from started_at
//   customer: if flagged; 16 bytes
//   country, country of the visit: texts, if flagged
//   queue: if flagged; 1 and the duration, or 0; when it was queued, as differences from
//   started_at;
//     stays, as differences from started_at of both ends, and 1 or 0 for having entered
//   operations: if flagged, as is whether the record is that of a beginning; byte = place in
//     chat::Operation (+ OperationFlag); told_at as the difference from started_at; what it says
//
// Version 3 had no further flags and nothing of what they tell, and no EventDetail: its events have
// the type in three bits, and a flag for a welcome (64).
//
// Version 2 had no table of texts; what was told of a chat still has none. A text there is its
// length and its bytes.
//
// Version 1 had no layers of properties, keys or operations: its properties are read as the
// thread's.
#include "store/codec.h"

#include <algorithm>
#include <array>
#include <functional>
#include <unordered_map>

#include "base/check.h"
#include "chat/merge.h"
#include "store/bytes.h"
#include "store/property_codes.h"

namespace chatreports::store {
namespace {

using chat::Achievement;
using chat::AuthorKind;
using chat::Event;
using chat::FilledForm;
using chat::Property;
using chat::ThreadRecord;

constexpr std::uint8_t version = 4;
constexpr std::uint8_t version_without_further_flags = 3;
constexpr std::uint8_t version_without_texts = 2;
constexpr std::uint8_t first_version = 1;
constexpr std::uint8_t chat_version = 2;  // of what was told of a chat
constexpr std::uint8_t chat_version_of_groups = 1;

enum RecordFlag : std::uint8_t {
  from_chat_record = 1,
  has_ended = 2,
  has_greeting_displayed = 4,
  has_further_authors = 8,
  has_goals = 16,
  has_sales = 32,
  has_event_keys = 64,
  has_operations = 128,
};

enum FurtherFlag : std::uint8_t {
  has_further_agents = 1,
  has_unlisted_authors = 2,
  is_active = 4,
  has_customer = 8,
  has_country = 16,
  has_visit_country = 32,
  has_queue = 64,
  all_further_flags = 127,
};

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

enum OperationFlag : std::uint8_t { is_receipt = 16, is_early = 32, is_of_chat = 64 };
static_assert(std::variant_size_v<chat::Operation> <= 16, "a place takes four bits");

enum PresenceFlag : std::uint8_t { has_joined = 1, is_supervisor = 2 };

enum AchievementFlag : std::uint8_t { has_time = 1, from_chat = 2, all_achievement_flags = 3 };

enum ValueKind : std::uint8_t { is_false = 0, is_true = 1, is_integer = 2, is_text = 3 };

// The primitives, with texts of the table where there is one.
class Writer : public ByteWriter {
 public:
  Writer(std::string& bytes, Texts* texts) : ByteWriter(bytes), texts_(texts) {}

  void text(std::string_view value) {
    if (texts_ == nullptr) {
      ByteWriter::text(value);
    } else if (const std::uint32_t of_table = texts_->number_of(value)) {
      number(of_table * std::uint64_t{2} + 1);
    } else {
      number(value.size() * 2);
      bytes(value);
    }
  }

 private:
  Texts* texts_;
};

class Reader : public ByteReader {
 public:
  Reader(std::string_view bytes, const Texts* texts, std::uint8_t of_version = version)
      : ByteReader(bytes), texts_(texts), of_version_(of_version) {}

  // Of the form that is read.
  std::uint8_t of_version() const { return of_version_; }

  std::string_view text() {
    if (texts_ == nullptr) return ByteReader::text();
    const std::uint64_t head = number();
    if (head % 2 == 0) return bytes(head / 2);
    const std::string* of_table = texts_->find(head / 2);
    if (of_table != nullptr) return *of_table;
    fail();
    return {};
  }
  // The value of that number, where there is one.
  template <class Enum>
  Enum one_of(std::uint64_t number, Enum last) {
    if (number <= static_cast<std::uint64_t>(last)) return static_cast<Enum>(number);
    fail();
    return Enum{};
  }

 private:
  const Texts* texts_;
  std::uint8_t of_version_;
};

// Where authors stand among those that the record names. Nearly always there are few, and looking
// through them is quickest; a map takes over where there are many.
template <class Id>
class Places {
 public:
  std::size_t place_of(Id id) {
    if (ids_.size() <= most_looked_through) {
      for (std::size_t place = 0; place < ids_.size(); ++place) {
        if (ids_[place] == id) return place;
      }
    } else if (const auto found = places_.find(id); found != places_.end()) {
      return found->second;
    }
    return add(id);
  }
  std::size_t add(Id id) {
    const std::size_t place = ids_.size();
    ids_.push_back(id);
    if (ids_.size() == most_looked_through + 1) {
      for (std::size_t earlier = 0; earlier < ids_.size(); ++earlier) {
        places_.emplace(ids_[earlier], earlier);
      }
    } else if (ids_.size() > most_looked_through) {
      places_.emplace(id, place);
    }
    return place;
  }
  const std::vector<Id>& ids() const { return ids_; }

 private:
  static constexpr std::size_t most_looked_through = 16;
  std::vector<Id> ids_;
  std::unordered_map<Id, std::size_t> places_;
};

struct Authors {
  Places<std::string_view> agents;  // those listed in the thread, then further ones
  Places<std::uint64_t> unlisted;   // digests
};

// Those that a record names.
struct NamedAuthors {
  std::vector<std::string> agents;
  std::vector<std::string> further_agents;
  std::vector<std::uint64_t> unlisted;
};

void write_texts(Writer& writer, const std::vector<std::string>& texts) {
  writer.number(texts.size());
  for (const std::string& text : texts) writer.text(text);
}

std::vector<std::string> read_texts(Reader& reader) {
  std::vector<std::string> texts(reader.count());
  for (std::string& text : texts) text = reader.text();
  return texts;
}

void write_integers(Writer& writer, const std::vector<std::int64_t>& integers) {
  writer.number(integers.size());
  std::int64_t before = 0;
  for (const std::int64_t integer : integers) {
    writer.difference(integer, before);
    before = integer;
  }
}

std::vector<std::int64_t> read_integers(Reader& reader) {
  std::vector<std::int64_t> integers(reader.count());
  std::int64_t before = 0;
  for (std::int64_t& integer : integers) before = integer = reader.difference(before);
  return integers;
}

// A list that is all of the bytes.
template <class T>
Result<std::vector<T>> decode_list(std::string_view bytes, std::vector<T> (*read)(Reader&),
                                   const char* if_not) {
  Reader reader(bytes, nullptr);
  std::vector<T> list = read(reader);
  if (!reader.ok() || !reader.at_end()) return failed(if_not);
  return list;
}

void write_property(Writer& writer, const Property& property) {
  const std::uint8_t code = property_code({property.name_space, property.name});
  const auto head = [&](ValueKind kind) {
    writer.number(code * 4u + kind);
    if (code != 0) return;
    writer.text(property.name_space);
    writer.text(property.name);
  };
  if (const bool* flag = std::get_if<bool>(&property.value)) {
    head(*flag ? is_true : is_false);
  } else if (const std::int64_t* integer = std::get_if<std::int64_t>(&property.value)) {
    head(is_integer);
    writer.integer(*integer);
  } else {
    head(is_text);
    writer.text(std::get<std::string>(property.value));
  }
}

void write_properties(Writer& writer, const std::vector<Property>& properties) {
  writer.number(properties.size());
  for (const Property& property : properties) write_property(writer, property);
}

constexpr std::size_t most_shared_properties = 63;

// Most of what a chat has its thread has, too.
void write_chat_properties(Writer& writer, const ThreadRecord& record) {
  std::uint64_t shared = 0;
  std::vector<const Property*> others;
  const auto& own = record.properties;
  // So they are, but where a record was damaged; what is read must be what was written all the
  // same.
  const bool is_ascending =
      std::ranges::adjacent_find(record.chat_properties, std::greater_equal()) ==
      record.chat_properties.end();
  std::size_t at = is_ascending ? 0 : own.size();
  for (const Property& property : record.chat_properties) {
    while (at < own.size() && own[at] < property) ++at;
    if (at < std::min(own.size(), most_shared_properties) && own[at] == property) {
      shared |= std::uint64_t{1} << at;
    } else {
      others.push_back(&property);
    }
  }
  writer.number(shared);
  writer.number(others.size());
  for (const Property* property : others) write_property(writer, *property);
}

Property read_property(Reader& reader) {
  Property property;
  const std::uint64_t head = reader.number();
  if (head / 4 == 0) {
    property.name_space = reader.text();
    property.name = reader.text();
  } else if (const PropertyName* name = property_of_code(head / 4)) {
    property.name_space = name->name_space;
    property.name = name->name;
  } else {
    reader.fail();
  }
  switch (head % 4) {
    case is_integer:
      property.value = reader.integer();
      break;
    case is_text:
      property.value = std::string(reader.text());
      break;
    default:
      property.value = head % 4 == is_true;
  }
  return property;
}

std::vector<Property> read_properties(Reader& reader) {
  std::vector<Property> properties(reader.count());
  for (Property& property : properties) property = read_property(reader);
  return properties;
}

std::vector<Property> read_chat_properties(Reader& reader, const std::vector<Property>& own) {
  const std::uint64_t shared = reader.number();
  std::vector<Property> properties = read_properties(reader);
  const std::size_t others = properties.size();
  for (std::size_t at = 0; at <= most_shared_properties; ++at) {
    if ((shared >> at & 1) == 0) continue;
    if (at >= own.size() || at == most_shared_properties) {
      reader.fail();
      return {};
    }
    properties.push_back(own[at]);
  }
  std::inplace_merge(properties.begin(), properties.begin() + static_cast<std::ptrdiff_t>(others),
                     properties.end());
  return properties;
}

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

void write_achievements(Writer& writer, const std::vector<Achievement>& achievements,
                        Instant started_at) {
  if (achievements.empty()) return;
  writer.number(achievements.size());
  for (const Achievement& achievement : achievements) {
    writer.byte(static_cast<std::uint8_t>((achievement.at ? has_time : 0) |
                                          (achievement.from_chat ? from_chat : 0)));
    writer.integer(achievement.id);
    if (achievement.at) {
      writer.difference(achievement.at->microseconds, started_at.microseconds);
    }
  }
}

std::vector<Achievement> read_achievements(Reader& reader, Instant started_at) {
  std::vector<Achievement> achievements(reader.count());
  for (Achievement& achievement : achievements) {
    const std::uint8_t flags = reader.byte();
    if ((flags & ~all_achievement_flags) != 0) reader.fail();
    achievement.from_chat = (flags & from_chat) != 0;
    achievement.id = reader.integer();
    if ((flags & has_time) != 0) {
      achievement.at = Instant{reader.difference(started_at.microseconds)};
    }
  }
  return achievements;
}

void write_queue(Writer& writer, const ThreadRecord& record) {
  writer.byte(record.queues_duration ? 1 : 0);
  if (record.queues_duration) writer.integer(*record.queues_duration);
  const std::int64_t start = record.started_at.microseconds;
  writer.number(record.queued_at.size());
  for (const Instant at : record.queued_at) writer.difference(at.microseconds, start);
  writer.number(record.queue_stays.size());
  for (const chat::QueueStay& stay : record.queue_stays) {
    writer.difference(stay.entered_at.microseconds, start);
    writer.difference(stay.ended_at.microseconds, start);
    writer.byte(stay.has_entered ? 1 : 0);
  }
}

void read_queue(Reader& reader, ThreadRecord& record) {
  if (reader.byte() != 0) record.queues_duration = reader.integer();
  const std::int64_t start = record.started_at.microseconds;
  record.queued_at.resize(reader.count());
  for (Instant& at : record.queued_at) at = Instant{reader.difference(start)};
  record.queue_stays.resize(reader.count());
  for (chat::QueueStay& stay : record.queue_stays) {
    stay.entered_at = Instant{reader.difference(start)};
    stay.ended_at = Instant{reader.difference(start)};
    stay.has_entered = reader.byte() != 0;
  }
}

bool are_keys_in_sequence(const std::vector<Event>& events) {
  std::uint64_t next = 1;
  return std::ranges::all_of(events, [&next](const Event& event) { return event.key == next++; });
}

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

void write_value(Writer& writer, const std::optional<chat::Value>& value) {
  writer.byte(value ? 1 : 0);
  if (value) write_property(writer, {"", "", *value});
}

std::optional<chat::Value> read_value(Reader& reader) {
  if (reader.byte() == 0) return std::nullopt;
  return read_property(reader).value;
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

// The authors of events that are not listed in the thread, in the order in which they first wrote,
// follow the listed ones.
Authors authors_of(const ThreadRecord& record) {
  Authors authors;
  for (const std::string& agent : record.agents) authors.agents.add(agent);
  for (const Event& event : record.events) {
    if (event.author == AuthorKind::agent) authors.agents.place_of(event.agent_id);
    if (event.author == AuthorKind::unlisted) authors.unlisted.place_of(event.author_digest);
  }
  return authors;
}

// The lists of agents that few records have.
constexpr std::array further_agent_lists = {&ThreadRecord::supervisors, &ThreadRecord::other_agents,
                                            &ThreadRecord::known_agents};

std::uint8_t further_flags(const ThreadRecord& record, const Authors& authors) {
  int flags = 0;
  for (const auto list : further_agent_lists) {
    if (!(record.*list).empty()) flags |= has_further_agents;
  }
  if (!authors.unlisted.ids().empty()) flags |= has_unlisted_authors;
  if (record.is_active) flags |= is_active;
  if (record.customer && chat::needs_customer(record)) flags |= has_customer;
  if (record.country) flags |= has_country;
  if (record.visit_country) flags |= has_visit_country;
  if (record.queues_duration || !record.queued_at.empty() || !record.queue_stays.empty()) {
    flags |= has_queue;
  }
  return static_cast<std::uint8_t>(flags);
}

std::uint8_t record_flags(const ThreadRecord& record, bool further_authors) {
  int flags = 0;
  if (record.from_chat_record) flags |= from_chat_record;
  if (record.ended_at) flags |= has_ended;
  if (record.greeting_displayed_at) flags |= has_greeting_displayed;
  if (further_authors) flags |= has_further_authors;
  if (!record.goals.empty()) flags |= has_goals;
  if (!record.sales.empty()) flags |= has_sales;
  if (!are_keys_in_sequence(record.events)) flags |= has_event_keys;
  if (record.is_beginning || !record.operations.empty()) flags |= has_operations;
  return static_cast<std::uint8_t>(flags);
}

chat::Country read_country(Reader& reader) {
  const std::string_view code = reader.text();
  const chat::Country country = chat::country_of(code);
  if (country.code() != code) reader.fail();
  return country;
}

// Reads everything behind the version; whether it could is for the reader to say.
ThreadRecord read_record(Reader& reader) {
  const std::uint8_t of_version = reader.of_version();
  ThreadRecord record;
  const std::uint8_t flags = reader.byte();
  if (of_version == first_version && flags >= has_event_keys) reader.fail();
  record.from_chat_record = (flags & from_chat_record) != 0;
  record.started_at = {reader.integer()};
  const std::uint8_t further = of_version > version_without_further_flags ? reader.byte() : 0;
  if ((further & ~all_further_flags) != 0) reader.fail();
  NamedAuthors authors;
  authors.agents = read_texts(reader);
  if ((further & has_further_agents) != 0) {
    for (const auto list : further_agent_lists) record.*list = read_texts(reader);
  }
  if ((flags & has_further_authors) != 0) authors.further_agents = read_texts(reader);
  if ((further & has_unlisted_authors) != 0) {
    authors.unlisted.resize(reader.count());
    for (std::uint64_t& digest : authors.unlisted) digest = reader.fixed64();
  }
  record.groups = read_integers(reader);
  record.tags = read_texts(reader);
  record.properties = read_properties(reader);
  if (of_version > first_version) {
    record.chat_properties = read_chat_properties(reader, record.properties);
  }
  record.events.resize(reader.count());
  Instant before = record.started_at;
  std::uint64_t next_key = of_version > first_version ? 1 : 0;
  for (Event& event : record.events) {
    event = read_event(reader, before, authors);
    before = event.created_at;
    event.key = next_key;
    if ((flags & has_event_keys) != 0) event.key += static_cast<std::uint64_t>(reader.integer());
    if (of_version > first_version) next_key = event.key + 1;
  }
  record.agents = std::move(authors.agents);
  if ((flags & has_goals) != 0) record.goals = read_achievements(reader, record.started_at);
  if ((flags & has_sales) != 0) record.sales = read_achievements(reader, record.started_at);
  if ((flags & has_ended) != 0) record.ended_at = Instant{reader.difference(before.microseconds)};
  if ((flags & has_greeting_displayed) != 0) {
    record.greeting_displayed_at = Instant{reader.difference(record.started_at.microseconds)};
  }
  record.is_active = (further & is_active) != 0;
  if ((further & has_customer) != 0) {
    chat::CustomerDigest& digest = record.customer.emplace();
    const std::string_view digest_bytes = reader.bytes(digest.size());
    std::ranges::copy(digest_bytes, digest.begin());
  }
  if ((further & has_country) != 0) record.country = read_country(reader);
  if ((further & has_visit_country) != 0) record.visit_country = read_country(reader);
  if ((further & has_queue) != 0) read_queue(reader, record);
  if ((flags & has_operations) != 0) {
    record.is_beginning = reader.byte() != 0;
    record.operations = read_operations(reader, record.started_at);
  }
  return record;
}

}  // namespace

void encode(const ThreadRecord& record, Texts& texts, std::string& bytes) {
  Authors authors = authors_of(record);
  const std::vector<std::string_view>& agents = authors.agents.ids();
  const std::size_t listed = record.agents.size();
  bytes.clear();
  Writer writer(bytes, &texts);
  writer.byte(version);
  const std::uint8_t flags = record_flags(record, agents.size() > listed);
  writer.byte(flags);
  writer.integer(record.started_at.microseconds);
  const std::uint8_t further = further_flags(record, authors);
  writer.byte(further);
  write_texts(writer, record.agents);
  if ((further & has_further_agents) != 0) {
    for (const auto list : further_agent_lists) write_texts(writer, record.*list);
  }
  if ((flags & has_further_authors) != 0) {
    writer.number(agents.size() - listed);
    for (std::size_t place = listed; place < agents.size(); ++place) writer.text(agents[place]);
  }
  if ((further & has_unlisted_authors) != 0) {
    writer.number(authors.unlisted.ids().size());
    for (const std::uint64_t digest : authors.unlisted.ids()) writer.fixed64(digest);
  }
  write_integers(writer, record.groups);
  write_texts(writer, record.tags);
  write_properties(writer, record.properties);
  write_chat_properties(writer, record);
  writer.number(record.events.size());
  Instant before = record.started_at;
  std::uint64_t next_key = 1;
  for (const Event& event : record.events) {
    write_event(writer, event, before, authors);
    before = event.created_at;
    if ((flags & has_event_keys) != 0) {
      writer.integer(static_cast<std::int64_t>(event.key - next_key));
    }
    next_key = event.key + 1;
  }
  write_achievements(writer, record.goals, record.started_at);
  write_achievements(writer, record.sales, record.started_at);
  if (record.ended_at) writer.difference(record.ended_at->microseconds, before.microseconds);
  if (record.greeting_displayed_at) {
    writer.difference(record.greeting_displayed_at->microseconds, record.started_at.microseconds);
  }
  if ((further & has_customer) != 0) {
    for (const std::uint8_t byte : *record.customer) writer.byte(byte);
  }
  if (record.country) writer.text(record.country->code());
  if (record.visit_country) writer.text(record.visit_country->code());
  if ((further & has_queue) != 0) write_queue(writer, record);
  if ((flags & has_operations) != 0) {
    writer.byte(record.is_beginning ? 1 : 0);
    write_operations(writer, record.operations, record.started_at);
  }
}

Result<ThreadRecord> decode(std::string_view bytes, const Texts& texts) {
  if (bytes.empty()) return failed("it is empty");
  const auto found = static_cast<std::uint8_t>(bytes.front());
  if (found < first_version || found > version) {
    return failed("it is of a version that this program does not know");
  }
  Reader reader(bytes.substr(1), found <= version_without_texts ? nullptr : &texts, found);
  ThreadRecord record = read_record(reader);
  if (!reader.ok()) return failed("it does not hold what it should");
  if (!reader.at_end()) return failed("it is longer than it should be");
  return record;
}

Instant started_at_of(std::string_view bytes) {
  ByteReader reader(bytes);
  reader.byte();
  reader.byte();
  return {reader.integer()};
}

void encode(const ToldOfChat& told, std::string& bytes) {
  bytes.clear();
  Writer writer(bytes, nullptr);
  writer.byte(chat_version);
  write_operations(writer, told.properties, {});
  writer.number(told.latest.size());
  for (const ToldOfLatest& latest : told.latest) {
    write_operations(writer, {latest.told}, {});
    writer.text(latest.event_id);
    write_integers(writer, latest.outranked_in);
  }
}

namespace {

ToldOfLatest read_told_of_latest(Reader& reader) {
  ToldOfLatest latest;
  auto told = read_operations(reader, {});
  if (told.size() == 1) {
    latest.told = std::move(told.front());
  } else {
    reader.fail();
  }
  latest.event_id = reader.text();
  latest.outranked_in = read_integers(reader);
  return latest;
}

// Of the version that told of groups alone.
ToldOfLatest read_chat_groups(Reader& reader) {
  ToldOfLatest latest;
  latest.told.told_at.at = Instant{reader.integer()};
  latest.told.told_at.is_receipt = reader.byte() != 0;
  latest.told.what = chat::GroupsTold{chat::Layer::chat, read_integers(reader)};
  latest.outranked_in = read_integers(reader);
  return latest;
}

}  // namespace

Result<ToldOfChat> decode_told_of_chat(std::string_view bytes) {
  Reader reader(bytes, nullptr);
  const std::uint8_t found = reader.byte();
  if (found < chat_version_of_groups || found > chat_version) {
    return failed("it is of a version that this program does not know");
  }
  ToldOfChat told;
  told.properties = read_operations(reader, {});
  for (std::size_t count = reader.count(); count > 0; --count) {
    ToldOfLatest latest =
        found == chat_version_of_groups ? read_chat_groups(reader) : read_told_of_latest(reader);
    if (!reader.ok()) break;
    told.latest.push_back(std::move(latest));
  }
  if (!reader.ok() || !reader.at_end()) return failed("it does not hold what it should");
  return told;
}

void encode_integers(const std::vector<std::int64_t>& integers, std::string& bytes) {
  bytes.clear();
  Writer writer(bytes, nullptr);
  write_integers(writer, integers);
}

Result<std::vector<std::int64_t>> decode_integers(std::string_view bytes) {
  return decode_list(bytes, read_integers, "it is not a list of integers");
}

void encode_texts(const std::vector<std::string>& texts, std::string& bytes) {
  bytes.clear();
  Writer writer(bytes, nullptr);
  write_texts(writer, texts);
}

Result<std::vector<std::string>> decode_texts(std::string_view bytes) {
  return decode_list(bytes, read_texts, "it is not a list of texts");
}

}  // namespace chatreports::store
