#include "store/record_codec.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "store/property_names.h"
#include "store/record_generators_test.h"

namespace chatreports::store {
namespace {

chat::ThreadRecord typical_chat() {
  chat::ThreadRecord record;
  record.from_chat_record = true;
  record.started_at = from_unix_microseconds(1'617'868'800'123'456);
  record.agents = {"agent.number.one@example.com"};
  record.groups = {7};
  record.tags = {"sales", "follow up"};
  record.properties = {{"rating", "score", std::int64_t{1}},
                       {"routing", "continuous", false},
                       {"source", "client_id", std::string("c5c1e8a0")}};
  record.chat_properties = {{"routing", "continuous", false},
                            {"routing", "pinned", true},
                            {"source", "client_id", std::string("c5c1e8a0")}};
  std::int64_t at = unix_microseconds(record.started_at);
  for (int place = 0; place < 8; ++place) {
    chat::Event event;
    event.key = static_cast<std::uint64_t>(place) + 1;
    at += 31'234'567;
    event.created_at = from_unix_microseconds(at);
    event.author = place % 2 == 0 ? chat::AuthorKind::customer : chat::AuthorKind::agent;
    if (place % 2 != 0) event.agent_id = record.agents[0];
    record.events.push_back(event);
  }
  record.ended_at = from_unix_microseconds(at + 60'000'000);
  return record;
}

std::string encoded(const chat::ThreadRecord& record) {
  StringTable strings;
  std::string bytes = "left from before";
  encode(record, strings, bytes);
  return bytes;
}

Result<chat::ThreadRecord> decode(std::string_view bytes) {
  return store::decode(bytes, StringTable());
}

TEST(RecordCodec, a_typical_chat_is_small) {
  StringTable strings;
  std::string bytes;
  encode(typical_chat(), strings, bytes);
  EXPECT_EQ(strings.size(), 0u);
  EXPECT_LE(bytes.size(), 150u);
  EXPECT_EQ(store::decode(bytes, strings), typical_chat());
  for (int time = 0; time < 20; ++time) encode(typical_chat(), strings, bytes);
  EXPECT_EQ(strings.size(), 4u);
  EXPECT_LE(bytes.size(), 80u);
  EXPECT_EQ(store::decode(bytes, strings), typical_chat());
}

TEST(RecordCodec, a_text_that_is_not_in_the_table_is_refused) {
  StringTable strings;
  std::string bytes;
  for (int time = 0; time < 20; ++time) encode(typical_chat(), strings, bytes);
  strings.shrink(3);
  EXPECT_FALSE(store::decode(bytes, strings).has_value());
}

std::string hex_of(std::string_view bytes) {
  std::string hex;
  for (const char byte : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return hex;
}

// A record that has something of everything.
chat::ThreadRecord full_record() {
  chat::ThreadRecord record;
  record.from_chat_record = true;
  record.started_at = from_unix_microseconds(1'000);
  record.ended_at = from_unix_microseconds(1'005);
  record.agents = {"a"};
  record.groups = {3, 5};
  record.tags = {"t"};
  record.properties = {{"rating", "score", std::int64_t{1}}, {"x", "y", true}};
  record.chat_properties = {{"rating", "score", std::int64_t{1}}, {"x", "z", false}};
  record.events.resize(5);
  record.events[0].key = 1;
  record.events[0].created_at = from_unix_microseconds(1'001);
  record.events[1].key = 3;
  record.events[1].created_at = from_unix_microseconds(1'003);
  record.events[1].author = chat::AuthorKind::agent;
  record.events[1].agent_id = "b";
  record.events[1].visible_to_customer = false;
  record.goals = {{9, from_unix_microseconds(1'002), true}};
  record.is_beginning = true;
  chat::EventUpdate update;
  update.event.key = 4;
  update.event.created_at = from_unix_microseconds(1'004);
  update.author = 5;
  update.order = 4;
  update.is_edit = true;
  record.updates = {
      {update, {from_unix_microseconds(1'006), true}, false},
      {chat::EventPropertyUpdate{3, chat::EventProperty::form_type, "prechat"},
       {from_unix_microseconds(1'007)},
       false},
      {chat::TagUpdate{"t", false}, {from_unix_microseconds(1'008), true}, true},
      {chat::PropertyUpdate{chat::Layer::chat, "n", "m", std::nullopt},
       {from_unix_microseconds(1'009)},
       false},
      {chat::GroupsUpdate{chat::Layer::chat, {7}}, {from_unix_microseconds(1'010)}, false},
      {chat::PresenceUpdate{"a", false}, {from_unix_microseconds(1'011)}, false},
      {chat::EndUpdate{}, {from_unix_microseconds(999)}, false}};
  record.supervisors = {"s"};
  record.known_agents = {"k"};
  record.events[0].author = chat::AuthorKind::unlisted;
  record.events[0].author_digest = 0x0807'0605'0403'0201;
  record.events[0].automatic_greeting = true;
  record.events[2].key = 4;
  record.events[2].type = chat::EventType::system_message;
  record.events[2].created_at = from_unix_microseconds(1'004);
  record.events[2].system_message = chat::SystemMessage::closing;
  record.events[3] = record.events[2];
  record.events[3].key = 5;
  record.events[3].system_message = chat::SystemMessage::rated_bad;
  record.events[4].key = 6;
  record.events[4].type = chat::EventType::system;
  record.events[4].created_at = from_unix_microseconds(1'005);
  record.events[4].author = chat::AuthorKind::agent;
  record.events[4].agent_id = "a";
  record.is_active = true;
  record.customer = chat::customer_digest("#000102030405060708090a0b0c0d0e0f");
  record.country = chat::country_of("NO");
  record.visit_country = chat::country_of("");
  record.queues_duration = 9;
  record.queued_at = {from_unix_microseconds(1'000)};
  record.queue_stays = {{from_unix_microseconds(1'000), from_unix_microseconds(1'002), true}};
  record.updates.push_back(
      {chat::PresenceUpdate{"s", true, true}, {from_unix_microseconds(1'012)}, false});
  return record;
}

// Stores contain these bytes: whoever changes the form raises facts_version.
TEST(RecordCodec, the_form_stays) {
  StringTable strings;
  strings.add("never met");
  strings.add("prechat");
  std::string bytes;
  encode(full_record(), strings, bytes);
  EXPECT_EQ(hex_of(bytes),
            "ffeb01"
            "d00f"
            "010261"
            "010273"
            "00"
            "01026b"
            "010262"
            "010102030405060708"
            "020604"
            "010274"
            "02"
            "0a02"
            "0102780279"
            "0101000278027a"
            "05"
            "4006020000"
            "30040102"
            "860200"
            "46300000"
            "1f070200"
            "01031204"
            "00"
            "000102030405060708090a0b0c0d0e0f"
            "044e4f"
            "00"
            "0112"
            "0100"
            "01000401"
            "01"
            "08"
            "100c040008050401"
            "010e03010103000005"
            "3210027400"
            "031201026e026d00"
            "041401010e"
            "0516026100"
            "0601"
            "0518027303");
  EXPECT_EQ(store::decode(bytes, strings), full_record());
}

TEST(RecordCodec, many_agents_keep_their_places) {
  chat::ThreadRecord record;
  for (int place = 0; place < 40; ++place) {
    if (place < 20) record.agents.push_back(fmt::format("agent{:02}", place));
    chat::Event event;
    event.author = chat::AuthorKind::agent;
    event.agent_id = fmt::format("agent{:02}", 39 - place);
    for (int time = 0; time < 2; ++time) {
      event.key = record.events.size() + 1;
      record.events.push_back(event);
    }
  }
  const auto bytes = encoded(record);
  EXPECT_EQ(decode(bytes), record);
  EXPECT_LT(bytes.size(), 40 * 8 + 80 * 4u);  // each id once
}

TEST(RecordCodec, property_codes_have_names) {
  std::uint64_t code = 1;
  for (; property_of_code(code) != nullptr; ++code) {
    EXPECT_EQ(property_code(*property_of_code(code)), code);
  }
  EXPECT_GT(code, 12u);
  EXPECT_EQ(property_of_code(0), nullptr);
  EXPECT_EQ(property_code({"routing", "unheard_of"}), 0);
  // Stores contain these codes.
  EXPECT_EQ(property_code({"routing", "continuous"}), 1);
  EXPECT_EQ(property_code({"rating", "score"}), 2);
  EXPECT_EQ(property_code({"source", "client_id"}), 6);
  EXPECT_EQ(property_code({"supervising", "agent_ids"}), 23);
}

TEST(RecordCodec, every_shortened_or_lengthened_form_is_refused) {
  const auto bytes = encoded(typical_chat());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode(bytes.substr(0, size)).has_value()) << size;
  }
  EXPECT_FALSE(decode(bytes + '\0').has_value());
}

TEST(RecordCodec, an_unknown_flag_is_refused) {
  auto bytes = encoded(typical_chat());
  bytes[0] = '\x80';
  bytes.insert(1, "\x80\x02");  // 2^15
  EXPECT_FALSE(decode(bytes).has_value());
}

RC_GTEST_PROP(RecordCodec, what_was_encoded_is_decoded, ()) {
  const auto record = *any_thread_record();
  StringTable strings;
  std::string bytes;
  for (int time = 0; time < 20; ++time) {
    encode(record, strings, bytes);
    RC_ASSERT((store::decode(bytes, strings) == record));
  }
}

RC_GTEST_PROP(RecordCodec, changed_bytes_are_read_or_refused, ()) {
  StringTable strings;
  std::string bytes;
  encode(*any_thread_record(), strings, bytes);
  const auto changes = *rc::gen::inRange(1, 5);
  for (int change = 0; change < changes; ++change) {
    bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = *rc::gen::arbitrary<char>();
  }
  const auto decoded = store::decode(bytes, strings);
  if (!decoded) return;
  encode(*decoded, strings, bytes);
  RC_ASSERT((store::decode(bytes, strings) == *decoded));
}

}  // namespace
}  // namespace chatreports::store
