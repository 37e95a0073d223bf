// The form, version 3. Numbers, integers and differences are those of bytes.h; a list has its
// length before it. A text is a number: of one in the table × 2 + 1, or how many bytes follow × 2.
//
//   version, flags (RecordFlag), started_at
//   agents: texts; those listed in the thread
//   unlisted authors of events: texts, if flagged
//   groups: differences, each from the one before
//   tags: texts
//   properties: number = code of the name × 4 + kind of the value (ValueKind); the name as two
//     texts where the code is 0; the value where the kind does not say it all
//   properties of the chat: a number whose bits say which of the first 63 above are the chat's, too
//     (the first is bit 0), then the others, as above
//   events: byte = type + author × 8 (+ EventFlag); created_at as the difference from the event
//     before; the agent as its place among agents and unlisted authors; the form; the key as the
//     difference from the one that would follow the key before, if flagged; else the keys are 1, 2,
//     3 …
//   goals, sales: if flagged; byte (AchievementFlag), id, difference of `at` from started_at
//   ended_at: if flagged; the difference from the last event
//   greeting_displayed_at: if flagged; the difference from started_at
//   operations: if flagged, as is whether the record is that of a beginning; byte = place in
//     chat::Operation (+ OperationFlag); told_at as the difference from started_at; what it says
//
// Version 2 had no table of texts; what was told of a chat still has none. A text there is its
// length and its bytes.
//
// Version 1 had no layers of properties, keys or operations: its properties are read as the
// thread's.
#include "store/codec.h"

#include <algorithm>
#include <functional>
#include <unordered_map>

#include "base/check.h"
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

constexpr std::uint8_t version = 3;
constexpr std::uint8_t version_without_texts = 2;
constexpr std::uint8_t first_version = 1;
constexpr std::uint8_t chat_version = 1;  // of what was told of a chat

enum RecordFlag : std::uint8_t {
  from_chat_record = 1,
  has_ended = 2,
  has_greeting_displayed = 4,
  has_unlisted_authors = 8,
  has_goals = 16,
  has_sales = 32,
  has_event_keys = 64,
  has_operations = 128,
};

enum EventFlag : std::uint8_t {
  hidden_from_customer = 32,
  automatic_welcome = 64,
  has_filled_form = 128,
};
static_assert(static_cast<int>(chat::EventType::other) < 8, "a type takes three bits");
static_assert(static_cast<int>(AuthorKind::agent) < 4, "an author takes two bits");

enum OperationFlag : std::uint8_t { is_receipt = 16, is_early = 32 };

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
  Reader(std::string_view bytes, const Texts* texts) : ByteReader(bytes), texts_(texts) {}

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
};

// Where an agent stands among those that the record names. Nearly always there are few, and looking
// through them is quickest; a map takes over where there are many.
class AgentPlaces {
 public:
  std::size_t place_of(std::string_view id) {
    if (ids_.size() <= most_looked_through) {
      for (std::size_t place = 0; place < ids_.size(); ++place) {
        if (ids_[place] == id) return place;
      }
    } else if (const auto found = places_.find(id); found != places_.end()) {
      return found->second;
    }
    return add(id);
  }
  std::size_t add(std::string_view id) {
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
  const std::vector<std::string_view>& ids() const { return ids_; }

 private:
  static constexpr std::size_t most_looked_through = 16;
  std::vector<std::string_view> ids_;
  std::unordered_map<std::string_view, std::size_t> places_;
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

void write_event(Writer& writer, const Event& event, Instant before, AgentPlaces& agents) {
  int head = static_cast<int>(event.type) + static_cast<int>(event.author) * 8;
  if (!event.visible_to_customer) head |= hidden_from_customer;
  if (event.automatic_welcome) head |= automatic_welcome;
  if (event.filled_form) head |= has_filled_form;
  writer.byte(static_cast<std::uint8_t>(head));
  writer.difference(event.created_at.microseconds, before.microseconds);
  if (event.author == AuthorKind::agent) writer.number(agents.place_of(event.agent_id));
  if (event.filled_form) write_form(writer, *event.filled_form);
}

Event read_event(Reader& reader, Instant before, const std::vector<std::string>& agents,
                 const std::vector<std::string>& unlisted) {
  Event event;
  const std::uint8_t head = reader.byte();
  event.type = static_cast<chat::EventType>(head % 8);
  event.author = reader.one_of(head / 8u % 4, AuthorKind::agent);
  event.visible_to_customer = (head & hidden_from_customer) == 0;
  event.automatic_welcome = (head & automatic_welcome) != 0;
  event.created_at = {reader.difference(before.microseconds)};
  if (event.author == AuthorKind::agent) {
    const std::uint64_t place = reader.number();
    if (place < agents.size()) {
      event.agent_id = agents[place];
    } else if (place - agents.size() < unlisted.size()) {
      event.agent_id = unlisted[place - agents.size()];
    } else {
      reader.fail();
    }
  }
  if ((head & has_filled_form) != 0) event.filled_form = read_form(reader);
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

bool are_keys_in_sequence(const std::vector<Event>& events) {
  std::uint64_t next = 1;
  return std::ranges::all_of(events, [&next](const Event& event) { return event.key == next++; });
}

// An event of nobody: who its author is, stands beside it.
void write_told_event(Writer& writer, const chat::EventTold& told, Instant started_at) {
  AgentPlaces none;
  writer.number(told.event.key);
  write_event(writer, told.event, started_at, none);
  writer.number(told.author);
  writer.number(told.order);
  writer.byte(told.is_update ? 1 : 0);
}

chat::EventTold read_told_event(Reader& reader, Instant started_at) {
  chat::EventTold told;
  const std::uint64_t key = reader.number();
  told.event = read_event(reader, started_at, {}, {});
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
    writer.byte(presence.has_joined ? 1 : 0);
  }
  void operator()(const chat::EndTold&) const {}
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
        const auto property = reader.one_of(reader.byte(), chat::EventProperty::form_type);
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
        return chat::PresenceTold{std::move(agent), reader.byte() != 0};
      }
      case 6:
        return chat::EndTold{};
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
    writer.byte(static_cast<std::uint8_t>(told.what.index() |
                                          (told.told_at.is_receipt ? is_receipt : 0) |
                                          (told.is_early ? is_early : 0)));
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
    told.what = OperationReader{reader, started_at}.read(head & ~(is_receipt | is_early));
    if (!reader.ok()) return {};
    operations.push_back(std::move(told));
  }
  return operations;
}

// The authors of events that are not listed in the thread, in the order in which they first wrote,
// follow the listed ones.
AgentPlaces agent_places(const ThreadRecord& record) {
  AgentPlaces places;
  for (const std::string& agent : record.agents) places.add(agent);
  for (const Event& event : record.events) {
    if (event.author == AuthorKind::agent) places.place_of(event.agent_id);
  }
  return places;
}

std::uint8_t record_flags(const ThreadRecord& record, bool unlisted_authors) {
  int flags = 0;
  if (record.from_chat_record) flags |= from_chat_record;
  if (record.ended_at) flags |= has_ended;
  if (record.greeting_displayed_at) flags |= has_greeting_displayed;
  if (unlisted_authors) flags |= has_unlisted_authors;
  if (!record.goals.empty()) flags |= has_goals;
  if (!record.sales.empty()) flags |= has_sales;
  if (!are_keys_in_sequence(record.events)) flags |= has_event_keys;
  if (record.is_beginning || !record.operations.empty()) flags |= has_operations;
  return static_cast<std::uint8_t>(flags);
}

// Reads everything behind the version; whether it could is for the reader to say.
ThreadRecord read_record(Reader& reader, std::uint8_t of_version) {
  ThreadRecord record;
  const std::uint8_t flags = reader.byte();
  if (of_version == first_version && flags >= has_event_keys) reader.fail();
  record.from_chat_record = (flags & from_chat_record) != 0;
  record.started_at = {reader.integer()};
  record.agents = read_texts(reader);
  std::vector<std::string> unlisted;
  if ((flags & has_unlisted_authors) != 0) unlisted = read_texts(reader);
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
    event = read_event(reader, before, record.agents, unlisted);
    before = event.created_at;
    event.key = next_key;
    if ((flags & has_event_keys) != 0) event.key += static_cast<std::uint64_t>(reader.integer());
    if (of_version > first_version) next_key = event.key + 1;
  }
  if ((flags & has_goals) != 0) record.goals = read_achievements(reader, record.started_at);
  if ((flags & has_sales) != 0) record.sales = read_achievements(reader, record.started_at);
  if ((flags & has_ended) != 0) record.ended_at = Instant{reader.difference(before.microseconds)};
  if ((flags & has_greeting_displayed) != 0) {
    record.greeting_displayed_at = Instant{reader.difference(record.started_at.microseconds)};
  }
  if ((flags & has_operations) != 0) {
    record.is_beginning = reader.byte() != 0;
    record.operations = read_operations(reader, record.started_at);
  }
  return record;
}

}  // namespace

void encode(const ThreadRecord& record, Texts& texts, std::string& bytes) {
  AgentPlaces agents = agent_places(record);
  const std::size_t listed = record.agents.size();
  const bool unlisted_authors = agents.ids().size() > listed;
  bytes.clear();
  Writer writer(bytes, &texts);
  writer.byte(version);
  const std::uint8_t flags = record_flags(record, unlisted_authors);
  writer.byte(flags);
  writer.integer(record.started_at.microseconds);
  write_texts(writer, record.agents);
  if (unlisted_authors) {
    writer.number(agents.ids().size() - listed);
    for (std::size_t place = listed; place < agents.ids().size(); ++place) {
      writer.text(agents.ids()[place]);
    }
  }
  write_integers(writer, record.groups);
  write_texts(writer, record.tags);
  write_properties(writer, record.properties);
  write_chat_properties(writer, record);
  writer.number(record.events.size());
  Instant before = record.started_at;
  std::uint64_t next_key = 1;
  for (const Event& event : record.events) {
    write_event(writer, event, before, agents);
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
  Reader reader(bytes.substr(1), found <= version_without_texts ? nullptr : &texts);
  ThreadRecord record = read_record(reader, found);
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
  writer.number(told.groups.size());
  for (const ChatGroups& groups : told.groups) {
    writer.integer(groups.told_at.at.microseconds);
    writer.byte(groups.told_at.is_receipt ? 1 : 0);
    write_integers(writer, groups.groups);
    write_integers(writer, groups.outranked_in);
  }
}

Result<ToldOfChat> decode_told_of_chat(std::string_view bytes) {
  Reader reader(bytes, nullptr);
  if (reader.byte() != chat_version) {
    return failed("it is of a version that this program does not know");
  }
  ToldOfChat told;
  told.properties = read_operations(reader, {});
  for (std::size_t count = reader.count(); count > 0; --count) {
    ChatGroups groups;
    groups.told_at.at = Instant{reader.integer()};
    groups.told_at.is_receipt = reader.byte() != 0;
    groups.groups = read_integers(reader);
    groups.outranked_in = read_integers(reader);
    if (!reader.ok()) break;
    told.groups.push_back(std::move(groups));
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
  Reader reader(bytes, nullptr);
  auto integers = read_integers(reader);
  if (!reader.ok() || !reader.at_end()) return failed("it is not a list of integers");
  return integers;
}

}  // namespace chatreports::store
