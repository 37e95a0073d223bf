// The form, version 1. Numbers, integers, differences and texts are those of bytes.h; a list has
// its length before it.
//
//   version, flags (RecordFlag), started_at
//   agents: texts; those listed in the thread
//   unlisted authors of events: texts, if flagged
//   groups: differences, each from the one before
//   tags: texts
//   properties: number = code of the name × 4 + kind of the value (ValueKind); the name as two
//   texts
//     where the code is 0; the value where the kind does not say it all
//   events: byte = type + author × 8 (+ EventFlag); created_at as the difference from the event
//     before; the agent as its place among agents and unlisted authors; the form
//   goals, sales: if flagged; byte (AchievementFlag), id, difference of `at` from started_at
//   ended_at: if flagged; the difference from the last event
//   greeting_displayed_at: if flagged; the difference from started_at
#include "store/codec.h"

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

constexpr std::uint8_t version = 1;

enum RecordFlag : std::uint8_t {
  from_chat_record = 1,
  has_ended = 2,
  has_greeting_displayed = 4,
  has_unlisted_authors = 8,
  has_goals = 16,
  has_sales = 32,
  all_record_flags = 63,
};

enum EventFlag : std::uint8_t {
  hidden_from_customer = 32,
  automatic_welcome = 64,
  has_filled_form = 128,
};
static_assert(static_cast<int>(chat::EventType::other) < 8, "a type takes three bits");
static_assert(static_cast<int>(AuthorKind::agent) < 4, "an author takes two bits");

enum AchievementFlag : std::uint8_t { has_time = 1, from_chat = 2, all_achievement_flags = 3 };

enum ValueKind : std::uint8_t { is_false = 0, is_true = 1, is_integer = 2, is_text = 3 };

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

void write_texts(ByteWriter& writer, const std::vector<std::string>& texts) {
  writer.number(texts.size());
  for (const std::string& text : texts) writer.text(text);
}

std::vector<std::string> read_texts(ByteReader& reader) {
  std::vector<std::string> texts(reader.count());
  for (std::string& text : texts) text = reader.text();
  return texts;
}

void write_integers(ByteWriter& writer, const std::vector<std::int64_t>& integers) {
  writer.number(integers.size());
  std::int64_t before = 0;
  for (const std::int64_t integer : integers) {
    writer.difference(integer, before);
    before = integer;
  }
}

std::vector<std::int64_t> read_integers(ByteReader& reader) {
  std::vector<std::int64_t> integers(reader.count());
  std::int64_t before = 0;
  for (std::int64_t& integer : integers) before = integer = reader.difference(before);
  return integers;
}

void write_property(ByteWriter& writer, const Property& property) {
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

Property read_property(ByteReader& reader) {
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

void write_form(ByteWriter& writer, const FilledForm& form) {
  writer.text(form.form_id);
  writer.byte(form.type ? static_cast<std::uint8_t>(static_cast<int>(*form.type) + 1) : 0);
  write_texts(writer, form.answers);
}

FilledForm read_form(ByteReader& reader) {
  FilledForm form;
  form.form_id = reader.text();
  const std::uint8_t type = reader.byte();
  if (type > static_cast<int>(chat::SurveyType::post_chat) + 1) reader.fail();
  if (type != 0) form.type = static_cast<chat::SurveyType>(type - 1);
  form.answers = read_texts(reader);
  return form;
}

void write_event(ByteWriter& writer, const Event& event, Instant before, AgentPlaces& agents) {
  int head = static_cast<int>(event.type) + static_cast<int>(event.author) * 8;
  if (!event.visible_to_customer) head |= hidden_from_customer;
  if (event.automatic_welcome) head |= automatic_welcome;
  if (event.filled_form) head |= has_filled_form;
  writer.byte(static_cast<std::uint8_t>(head));
  writer.difference(event.created_at.microseconds, before.microseconds);
  if (event.author == AuthorKind::agent) writer.number(agents.place_of(event.agent_id));
  if (event.filled_form) write_form(writer, *event.filled_form);
}

Event read_event(ByteReader& reader, Instant before, const std::vector<std::string>& agents,
                 const std::vector<std::string>& unlisted) {
  Event event;
  const std::uint8_t head = reader.byte();
  event.type = static_cast<chat::EventType>(head % 8);
  const int author = head / 8 % 4;
  if (author > static_cast<int>(AuthorKind::agent)) reader.fail();
  event.author = static_cast<AuthorKind>(author);
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

void write_achievements(ByteWriter& writer, const std::vector<Achievement>& achievements,
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

std::vector<Achievement> read_achievements(ByteReader& reader, Instant started_at) {
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
  return static_cast<std::uint8_t>(flags);
}

// Reads everything behind the version; whether it could is for the reader to say.
ThreadRecord read_record(ByteReader& reader) {
  ThreadRecord record;
  const std::uint8_t flags = reader.byte();
  if ((flags & ~all_record_flags) != 0) reader.fail();
  record.from_chat_record = (flags & from_chat_record) != 0;
  record.started_at = {reader.integer()};
  record.agents = read_texts(reader);
  std::vector<std::string> unlisted;
  if ((flags & has_unlisted_authors) != 0) unlisted = read_texts(reader);
  record.groups = read_integers(reader);
  record.tags = read_texts(reader);
  record.properties.resize(reader.count());
  for (Property& property : record.properties) property = read_property(reader);
  record.events.resize(reader.count());
  Instant before = record.started_at;
  for (Event& event : record.events) {
    event = read_event(reader, before, record.agents, unlisted);
    before = event.created_at;
  }
  if ((flags & has_goals) != 0) record.goals = read_achievements(reader, record.started_at);
  if ((flags & has_sales) != 0) record.sales = read_achievements(reader, record.started_at);
  if ((flags & has_ended) != 0) record.ended_at = Instant{reader.difference(before.microseconds)};
  if ((flags & has_greeting_displayed) != 0) {
    record.greeting_displayed_at = Instant{reader.difference(record.started_at.microseconds)};
  }
  return record;
}

}  // namespace

void encode(const ThreadRecord& record, std::string& bytes) {
  AgentPlaces agents = agent_places(record);
  const std::size_t listed = record.agents.size();
  const bool unlisted_authors = agents.ids().size() > listed;
  bytes.clear();
  ByteWriter writer(bytes);
  writer.byte(version);
  writer.byte(record_flags(record, unlisted_authors));
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
  writer.number(record.properties.size());
  for (const Property& property : record.properties) write_property(writer, property);
  writer.number(record.events.size());
  Instant before = record.started_at;
  for (const Event& event : record.events) {
    write_event(writer, event, before, agents);
    before = event.created_at;
  }
  write_achievements(writer, record.goals, record.started_at);
  write_achievements(writer, record.sales, record.started_at);
  if (record.ended_at) writer.difference(record.ended_at->microseconds, before.microseconds);
  if (record.greeting_displayed_at) {
    writer.difference(record.greeting_displayed_at->microseconds, record.started_at.microseconds);
  }
}

Result<ThreadRecord> decode(std::string_view bytes) {
  ByteReader reader(bytes);
  const std::uint8_t found = reader.byte();
  if (!reader.ok()) return failed("it is empty");
  if (found != version) return failed("it is of a version that this program does not know");
  ThreadRecord record = read_record(reader);
  if (!reader.ok()) return failed("it does not hold what it should");
  if (!reader.at_end()) return failed("it is longer than it should be");
  return record;
}

void encode_integers(const std::vector<std::int64_t>& integers, std::string& bytes) {
  bytes.clear();
  ByteWriter writer(bytes);
  write_integers(writer, integers);
}

Result<std::vector<std::int64_t>> decode_integers(std::string_view bytes) {
  ByteReader reader(bytes);
  auto integers = read_integers(reader);
  if (!reader.ok() || !reader.at_end()) return failed("it is not a list of integers");
  return integers;
}

}  // namespace chatreports::store
