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

#include "chat/merge.h"
#include "store/event_codec.h"
#include "store/operation_codec.h"
#include "store/property_codec.h"

namespace chatreports::store {
namespace {

using chat::Achievement;
using chat::AuthorKind;
using chat::Event;
using chat::ThreadRecord;

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

enum AchievementFlag : std::uint8_t { has_time = 1, from_chat = 2, all_achievement_flags = 3 };

// A list that is all of the bytes.
template <class T>
Result<std::vector<T>> decode_list(std::string_view bytes, std::vector<T> (*read)(Reader&),
                                   const char* if_not) {
  Reader reader(bytes, nullptr);
  std::vector<T> list = read(reader);
  if (!reader.ok() || !reader.at_end()) return failed(if_not);
  return list;
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
  writer.byte(record_version);
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
  if (found < first_version || found > record_version) {
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
