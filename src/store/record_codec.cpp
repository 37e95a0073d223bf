// The form. Numbers, integers, differences and texts are those of encoding.h and record_encoding.h;
// a list is the number of its elements, then the elements.
//
//   flags (RecordFlag): a number
//   started_at
//   agents: texts; those listed in the thread
//   supervisors, other agents, known agents: texts, if flagged
//   further authors of events who are agents: texts, if flagged
//   digests of unlisted authors: 8 bytes each, if flagged
//   groups: integers
//   tags: texts
//   properties: number = code of the name × 4 + kind of the value (ValueKind); the name as two
//     texts if the code is 0; the value if the kind does not say it all
//   properties of the chat: a number whose bits say which of the first 63 above the chat has, too
//     (bit 0 for the first), then the others, as above
//   events: byte = type + author × 8 (EventAuthor, + EventFlag); the type as a byte of its own if
//     it is not below 7; EventDetail, if flagged; created_at as the difference from the event
//     before; the agent as its place among agents and further authors, unless it is the first; the
//     unlisted author as its place among the digests; the form; the key as the difference from the
//     one that would follow the key before, if flagged; else the keys are 1, 2, 3 …
//   goals, sales: if flagged; byte (AchievementFlag), id, difference of `at` from started_at
//   ended_at: if flagged; the difference from the last event
//   greeting_displayed_at: if flagged; the difference from started_at
//   customer: 16 bytes, if flagged
//   country, country of the visit: texts, if flagged
//   queue: if flagged; 1 and the duration, or 0; the times at which the customer was queued, as
//     differences from started_at; the stays: the differences of both ends from started_at, and 1
//     if the customer entered the chat, or 0
//   operations: if flagged, as is whether the record is that of a beginning; byte = place in
//     chat::Update (+ UpdateFlag); the time as the difference from started_at; what it says
#include "store/record_codec.h"

#include <algorithm>
#include <array>

#include "chat/merge.h"
#include "store/event_codec.h"
#include "store/goal_and_queue_codec.h"
#include "store/list_codec.h"
#include "store/property_codec.h"
#include "store/update_codec.h"

namespace chatreports::store {
namespace {

using chat::AuthorKind;
using chat::Event;
using chat::ThreadRecord;

// The first seven take one byte; they are the most frequent.
enum RecordFlag : std::uint32_t {
  from_chat_record = 1,
  has_ended = 1 << 1,
  has_country = 1 << 2,
  has_visit_country = 1 << 3,
  has_unlisted_authors = 1 << 4,
  has_updates = 1 << 5,
  has_event_keys = 1 << 6,
  has_further_authors = 1 << 7,
  has_further_agents = 1 << 8,
  has_greeting_displayed = 1 << 9,
  has_goals = 1 << 10,
  has_sales = 1 << 11,
  has_customer = 1 << 12,
  has_queue = 1 << 13,
  is_active = 1 << 14,
  all_record_flags = (1 << 15) - 1,
};

// The lists of agents that few records have.
constexpr std::array further_agent_lists = {&ThreadRecord::supervisors, &ThreadRecord::other_agents,
                                            &ThreadRecord::known_agents};

bool are_keys_in_sequence(const std::vector<Event>& events) {
  std::uint64_t next = 1;
  return std::ranges::all_of(events, [&next](const Event& event) { return event.key == next++; });
}

// The agents listed in the thread come first, then other authors in the order in which they first
// wrote.
Authors authors_of(const ThreadRecord& record) {
  Authors authors;
  for (const std::string& agent : record.agents) authors.agents.add(agent);
  for (const Event& event : record.events) {
    if (event.author == AuthorKind::agent) authors.agents.place_of(event.agent_id);
    if (event.author == AuthorKind::unlisted) authors.unlisted.place_of(event.author_digest);
  }
  return authors;
}

std::uint32_t flags_of(const ThreadRecord& record, const Authors& authors) {
  std::uint32_t flags = 0;
  const auto set = [&flags](RecordFlag flag, bool is_set) {
    if (is_set) flags |= flag;
  };
  set(from_chat_record, record.from_chat_record);
  set(has_ended, record.ended_at.has_value());
  set(has_country, record.country.has_value());
  set(has_visit_country, record.visit_country.has_value());
  set(has_unlisted_authors, !authors.unlisted.ids().empty());
  set(has_updates, record.is_beginning || !record.updates.empty());
  set(has_event_keys, !are_keys_in_sequence(record.events));
  set(has_further_authors, authors.agents.ids().size() > record.agents.size());
  set(has_further_agents, std::ranges::any_of(further_agent_lists, [&record](auto list) {
        return !(record.*list).empty();
      }));
  set(has_greeting_displayed, record.greeting_displayed_at.has_value());
  set(has_goals, !record.goals.empty());
  set(has_sales, !record.sales.empty());
  set(has_customer, record.customer && chat::needs_customer(record));
  set(has_queue,
      record.queues_duration || !record.queued_at.empty() || !record.queue_stays.empty());
  set(is_active, record.is_active);
  return flags;
}

void write_authors(RecordEncoder& encoder, const ThreadRecord& record, std::uint32_t flags,
                   const Authors& authors) {
  write_texts(encoder, record.agents);
  if ((flags & has_further_agents) != 0) {
    for (const auto list : further_agent_lists) write_texts(encoder, record.*list);
  }
  if ((flags & has_further_authors) != 0) {
    const std::vector<std::string_view>& agents = authors.agents.ids();
    const std::size_t listed = record.agents.size();
    encoder.number(agents.size() - listed);
    for (std::size_t place = listed; place < agents.size(); ++place) encoder.text(agents[place]);
  }
  if ((flags & has_unlisted_authors) != 0) {
    encoder.number(authors.unlisted.ids().size());
    for (const std::uint64_t digest : authors.unlisted.ids()) encoder.fixed64(digest);
  }
}

NamedAuthors read_authors(RecordDecoder& decoder, ThreadRecord& record, std::uint32_t flags) {
  NamedAuthors authors;
  authors.agents = read_texts(decoder);
  if ((flags & has_further_agents) != 0) {
    for (const auto list : further_agent_lists) record.*list = read_texts(decoder);
  }
  if ((flags & has_further_authors) != 0) authors.further_agents = read_texts(decoder);
  if ((flags & has_unlisted_authors) != 0) {
    authors.unlisted.resize(decoder.count());
    for (std::uint64_t& digest : authors.unlisted) digest = decoder.fixed64();
  }
  return authors;
}

// Returns the time of the last event, or the start of the thread.
Instant write_events(RecordEncoder& encoder, const ThreadRecord& record, std::uint32_t flags,
                     Authors& authors) {
  encoder.number(record.events.size());
  Instant before = record.started_at;
  std::uint64_t next_key = 1;
  for (const Event& event : record.events) {
    write_event(encoder, event, before, authors);
    before = event.created_at;
    if ((flags & has_event_keys) != 0) {
      encoder.integer(static_cast<std::int64_t>(event.key - next_key));
    }
    next_key = event.key + 1;
  }
  return before;
}

Instant read_events(RecordDecoder& decoder, ThreadRecord& record, std::uint32_t flags,
                    const NamedAuthors& authors) {
  record.events.resize(decoder.count());
  Instant before = record.started_at;
  std::uint64_t next_key = 1;
  for (Event& event : record.events) {
    event = read_event(decoder, before, authors);
    before = event.created_at;
    event.key = next_key;
    if ((flags & has_event_keys) != 0) event.key += static_cast<std::uint64_t>(decoder.integer());
    next_key = event.key + 1;
  }
  return before;
}

chat::CustomerDigest read_customer(RecordDecoder& decoder) {
  chat::CustomerDigest digest{};
  const std::string_view bytes = decoder.bytes(digest.size());
  std::ranges::copy(bytes, digest.begin());
  return digest;
}

chat::Country read_country(RecordDecoder& decoder) {
  const std::string_view code = decoder.text();
  const chat::Country country = chat::country_of(code);
  if (country.code() != code) decoder.fail();
  return country;
}

ThreadRecord read_record(RecordDecoder& decoder) {
  ThreadRecord record;
  const auto flags = static_cast<std::uint32_t>(decoder.number_up_to(all_record_flags));
  record.from_chat_record = (flags & from_chat_record) != 0;
  record.is_active = (flags & is_active) != 0;
  record.started_at = decoder.time(Instant{});
  NamedAuthors authors = read_authors(decoder, record, flags);
  record.groups = read_integers(decoder);
  record.tags = read_texts(decoder);
  record.properties = read_properties(decoder);
  record.chat_properties = read_chat_properties(decoder, record.properties);
  const Instant last_event = read_events(decoder, record, flags, authors);
  record.agents = std::move(authors.agents);
  if ((flags & has_goals) != 0) record.goals = read_achievements(decoder, record.started_at);
  if ((flags & has_sales) != 0) record.sales = read_achievements(decoder, record.started_at);
  if ((flags & has_ended) != 0) record.ended_at = decoder.time(last_event);
  if ((flags & has_greeting_displayed) != 0) {
    record.greeting_displayed_at = decoder.time(record.started_at);
  }
  if ((flags & has_customer) != 0) record.customer = read_customer(decoder);
  if ((flags & has_country) != 0) record.country = read_country(decoder);
  if ((flags & has_visit_country) != 0) record.visit_country = read_country(decoder);
  if ((flags & has_queue) != 0) read_queue(decoder, record);
  if ((flags & has_updates) != 0) {
    record.is_beginning = decoder.flag();
    record.updates = read_updates(decoder, record.started_at);
  }
  return record;
}

}  // namespace

void encode(const ThreadRecord& record, StringTable& strings, std::string& bytes) {
  Authors authors = authors_of(record);
  const std::uint32_t flags = flags_of(record, authors);
  bytes.clear();
  RecordEncoder encoder(bytes, &strings);
  encoder.number(flags);
  encoder.time(record.started_at, Instant{});
  write_authors(encoder, record, flags, authors);
  write_integers(encoder, record.groups);
  write_texts(encoder, record.tags);
  write_properties(encoder, record.properties);
  write_chat_properties(encoder, record);
  const Instant last_event = write_events(encoder, record, flags, authors);
  if ((flags & has_goals) != 0) write_achievements(encoder, record.goals, record.started_at);
  if ((flags & has_sales) != 0) write_achievements(encoder, record.sales, record.started_at);
  if (record.ended_at) encoder.time(*record.ended_at, last_event);
  if (record.greeting_displayed_at) {
    encoder.time(*record.greeting_displayed_at, record.started_at);
  }
  if ((flags & has_customer) != 0) {
    for (const std::uint8_t byte : *record.customer) encoder.byte(byte);
  }
  if (record.country) encoder.text(record.country->code());
  if (record.visit_country) encoder.text(record.visit_country->code());
  if ((flags & has_queue) != 0) write_queue(encoder, record);
  if ((flags & has_updates) != 0) {
    encoder.flag(record.is_beginning);
    write_updates(encoder, record.updates, record.started_at);
  }
}

Result<ThreadRecord> decode(std::string_view bytes, const StringTable& strings) {
  if (bytes.empty()) return failed("it is empty");
  RecordDecoder decoder(bytes, &strings);
  ThreadRecord record = read_record(decoder);
  if (!decoder.ok()) return failed("its bytes are not those of a record");
  if (!decoder.at_end()) return failed("bytes follow the record");
  return record;
}

Instant started_at_of(std::string_view bytes) {
  RecordDecoder decoder(bytes, nullptr);
  decoder.number();  // the flags
  return decoder.time(Instant{});
}

}  // namespace chatreports::store
