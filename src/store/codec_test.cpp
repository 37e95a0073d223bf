#include "store/codec.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "store/bytes.h"
#include "store/property_codes.h"
#include "store/record_generators_test.h"

namespace chatreports::store {
namespace {

chat::ThreadRecord typical_chat() {
  chat::ThreadRecord record;
  record.from_chat_record = true;
  record.started_at = {1'617'868'800'123'456};
  record.agents = {"agent.number.one@example.com"};
  record.groups = {7};
  record.tags = {"sales", "follow up"};
  record.properties = {{"rating", "score", std::int64_t{1}},
                       {"routing", "continuous", false},
                       {"source", "client_id", std::string("c5c1e8a0")}};
  record.chat_properties = {{"routing", "continuous", false},
                            {"routing", "pinned", true},
                            {"source", "client_id", std::string("c5c1e8a0")}};
  std::int64_t at = record.started_at.microseconds;
  for (int place = 0; place < 8; ++place) {
    chat::Event event;
    event.key = static_cast<std::uint64_t>(place) + 1;
    at += 31'234'567;
    event.created_at = {at};
    event.author = place % 2 == 0 ? chat::AuthorKind::customer : chat::AuthorKind::agent;
    if (place % 2 != 0) event.agent_id = record.agents[0];
    record.events.push_back(event);
  }
  record.ended_at = Instant{at + 60'000'000};
  return record;
}

std::string encoded(const chat::ThreadRecord& record) {
  Texts texts;
  std::string bytes = "left from before";
  encode(record, texts, bytes);
  return bytes;
}

Result<chat::ThreadRecord> decode(std::string_view bytes) {
  return store::decode(bytes, Texts());
}

TEST(Codec, a_typical_chat_is_small) {
  Texts texts;
  std::string bytes;
  encode(typical_chat(), texts, bytes);
  EXPECT_EQ(texts.size(), 0u);
  EXPECT_LE(bytes.size(), 150u);
  EXPECT_EQ(store::decode(bytes, texts), typical_chat());
  for (int time = 0; time < 20; ++time) encode(typical_chat(), texts, bytes);
  EXPECT_EQ(texts.size(), 4u);
  EXPECT_LE(bytes.size(), 80u);
  EXPECT_EQ(store::decode(bytes, texts), typical_chat());
}

TEST(Codec, a_text_that_is_not_in_the_table_is_refused) {
  Texts texts;
  std::string bytes;
  for (int time = 0; time < 20; ++time) encode(typical_chat(), texts, bytes);
  texts.shrink(3);
  EXPECT_FALSE(store::decode(bytes, texts).has_value());
}

chat::ThreadRecord record_of_version_1() {
  chat::ThreadRecord record;
  record.from_chat_record = true;
  record.started_at = {1'000};
  record.ended_at = Instant{1'005};
  record.agents = {"a"};
  record.groups = {3, 5};
  record.tags = {"t"};
  record.properties = {{"rating", "score", std::int64_t{1}}, {"x", "y", true}};
  record.events.resize(2);
  record.events[0].created_at = {1'001};
  record.events[0].author = chat::AuthorKind::customer;
  record.events[1].created_at = {1'003};
  record.events[1].author = chat::AuthorKind::agent;
  record.events[1].agent_id = "b";
  record.events[1].visible_to_customer = false;
  record.goals = {{9, Instant{1'002}, true}};
  return record;
}

std::string bytes_of(std::string_view hex) {
  std::string bytes;
  for (; !hex.empty(); hex.remove_prefix(2)) {
    bytes += static_cast<char>(std::stoi(std::string(hex.substr(0, 2)), nullptr, 16));
  }
  return bytes;
}

std::string hex_of(std::string_view bytes) {
  std::string hex;
  for (const char byte : bytes) hex += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return hex;
}

// Stores in the field hold these bytes.
TEST(Codec, the_form_of_version_1_is_read) {
  EXPECT_EQ(decode(bytes_of("01"
                            "1b"
                            "d00f"  // version, flags, started at
                            "010161"
                            "010162"  // agents, unlisted authors
                            "020604"
                            "010174"  // groups, tags
                            "02"
                            "0a02"
                            "0101780179"  // properties
                            "02"
                            "0802"
                            "300401"    // events
                            "01031204"  // goals
                            "04")),     // ended
            record_of_version_1());
}

chat::ThreadRecord record_of_version_2() {
  chat::ThreadRecord record = record_of_version_1();
  record.chat_properties = {{"rating", "score", std::int64_t{1}}, {"x", "z", false}};
  record.events[0].key = 1;
  record.events[1].key = 3;
  record.is_beginning = true;
  chat::EventTold told;
  told.event.key = 4;
  told.event.created_at = {1'004};
  told.author = 5;
  told.order = 4;
  told.is_update = true;
  record.operations = {
      {told, {{1'006}, true}, false},
      {chat::EventPropertyTold{3, chat::EventProperty::form_type, "prechat"}, {{1'007}}, false},
      {chat::TagTold{"t", false}, {{1'008}, true}, true},
      {chat::PropertyTold{chat::Layer::chat, "n", "m", std::nullopt}, {{1'009}}, false},
      {chat::GroupsTold{chat::Layer::chat, {7}}, {{1'010}}, false},
      {chat::PresenceTold{"a", false}, {{1'011}}, false},
      {chat::EndTold{}, {{999}}, false}};
  return record;
}

TEST(Codec, the_form_of_version_2_is_read) {
  EXPECT_EQ(decode(bytes_of("02"
                            "db"
                            "d00f"
                            "010161"
                            "010162"
                            "020604"
                            "010174"
                            "02"
                            "0a02"
                            "0101780179"
                            "0101000178017a"
                            "02"
                            "080200"
                            "30040102"
                            "01031204"
                            "04"
                            "01"
                            "07"
                            "100c040008050401"
                            "010e0301010300000770726563686174"
                            "3210017400"
                            "031201016e016d00"
                            "041401010e"
                            "0516016100"
                            "0601")),
            record_of_version_2());
}

TEST(Codec, the_form_of_version_3_is_read) {
  Texts texts;
  texts.add("never met");
  texts.add("prechat");
  const auto decoded = store::decode(bytes_of("03"
                                              "db"
                                              "d00f"
                                              "010261"
                                              "010262"
                                              "020604"
                                              "010274"
                                              "02"
                                              "0a02"
                                              "0102780279"
                                              "0101000278027a"
                                              "02"
                                              "080200"
                                              "30040102"
                                              "01031204"
                                              "04"
                                              "01"
                                              "07"
                                              "100c040008050401"
                                              "010e03010103000005"
                                              "3210027400"
                                              "031201026e026d00"
                                              "041401010e"
                                              "0516026100"
                                              "0601"),
                                     texts);
  EXPECT_EQ(decoded, record_of_version_2());
}

TEST(Codec, the_types_and_welcomes_of_version_3_are_read) {
  const auto decoded = store::decode(bytes_of("03"
                                              "01"
                                              "d00f"
                                              "00000000"
                                              "0000"
                                              "03"
                                              "0702"
                                              "4802"
                                              "830202620000"),
                                     Texts());
  ASSERT_TRUE(decoded.has_value()) << decoded.error().message;
  ASSERT_EQ(decoded->events.size(), 3u);
  EXPECT_EQ(decoded->events[0].type, chat::EventType::other);
  EXPECT_TRUE(decoded->events[1].automatic_welcome);
  EXPECT_EQ(decoded->events[2].filled_form, (chat::FilledForm{"b", {}, {}}));
}

chat::ThreadRecord record_of_version_4() {
  chat::ThreadRecord record = record_of_version_2();
  record.supervisors = {"s"};
  record.known_agents = {"k"};
  record.events[0].author = chat::AuthorKind::unlisted;
  record.events[0].author_digest = 0x0807'0605'0403'0201;
  record.events[0].automatic_greeting = true;
  record.events.resize(5);
  record.events[2].key = 4;
  record.events[2].type = chat::EventType::system_message;
  record.events[2].created_at = {1'004};
  record.events[2].system_message = chat::SystemMessage::closing;
  record.events[3] = record.events[2];
  record.events[3].key = 5;
  record.events[3].system_message = chat::SystemMessage::rated_bad;
  record.events[4].key = 6;
  record.events[4].type = chat::EventType::system;
  record.events[4].created_at = {1'005};
  record.events[4].author = chat::AuthorKind::agent;
  record.events[4].agent_id = "a";
  record.is_active = true;
  record.customer = chat::customer_digest("#000102030405060708090a0b0c0d0e0f");
  record.country = chat::country_of("NO");
  record.visit_country = chat::country_of("");
  record.queues_duration = 9;
  record.queued_at = {{1'000}};
  record.queue_stays = {{{1'000}, {1'002}, true}};
  record.operations.push_back({chat::PresenceTold{"s", true, true}, {{1'012}}, false});
  return record;
}

// And these: whoever changes the form must raise its version.
TEST(Codec, the_form_of_version_4_stays) {
  Texts texts;
  texts.add("never met");
  texts.add("prechat");
  std::string bytes;
  encode(record_of_version_4(), texts, bytes);
  EXPECT_EQ(hex_of(bytes),
            "04"
            "db"
            "d00f"
            "7f"
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
  EXPECT_EQ(store::decode(bytes, texts), record_of_version_4());
}

TEST(Codec, many_agents_keep_their_places) {
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

TEST(Codec, property_codes_lead_back_to_their_names) {
  std::uint64_t code = 1;
  for (; property_of_code(code) != nullptr; ++code) {
    EXPECT_EQ(property_code(*property_of_code(code)), code);
  }
  EXPECT_GT(code, 12u);
  EXPECT_EQ(property_of_code(0), nullptr);
  EXPECT_EQ(property_code({"routing", "unheard_of"}), 0);
  // Codes that stand in stores.
  EXPECT_EQ(property_code({"routing", "continuous"}), 1);
  EXPECT_EQ(property_code({"rating", "score"}), 2);
  EXPECT_EQ(property_code({"source", "client_id"}), 6);
  EXPECT_EQ(property_code({"supervising", "agent_ids"}), 23);
}

TEST(Codec, every_shortened_or_lengthened_form_is_refused) {
  const auto bytes = encoded(typical_chat());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode(bytes.substr(0, size)).has_value()) << size;
  }
  EXPECT_FALSE(decode(bytes + '\0').has_value());
}

TEST(Codec, another_version_is_refused) {
  auto bytes = encoded(typical_chat());
  bytes[0] = 5;
  const auto decoded = decode(bytes);
  ASSERT_FALSE(decoded.has_value());
  EXPECT_EQ(decoded.error().message, "it is of a version that this program does not know");
}

TEST(Codec, a_number_of_more_than_64_bits_is_refused) {
  EXPECT_TRUE(decode_integers(std::string("\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11)));
  EXPECT_FALSE(decode_integers(std::string("\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 11)));
  EXPECT_FALSE(
      decode_integers(std::string("\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 12)));
}

TEST(Codec, a_count_beyond_the_bytes_reserves_nothing) {
  EXPECT_FALSE(decode_integers("\xff\xff\xff\xff\xff\xff\xff\xff\x7f").has_value());
}

RC_GTEST_PROP(Codec, what_was_encoded_is_decoded, ()) {
  const auto record = *any_thread_record();
  Texts texts;
  std::string bytes;
  for (int time = 0; time < 20; ++time) {
    encode(record, texts, bytes);
    RC_ASSERT((store::decode(bytes, texts) == record));
  }
}

RC_GTEST_PROP(Codec, integers_come_back, ()) {
  const auto integers = *rc::gen::container<std::vector<std::int64_t>>(any_integer());
  std::string bytes;
  encode_integers(integers, bytes);
  RC_ASSERT((decode_integers(bytes) == integers));
}

RC_GTEST_PROP(Codec, changed_bytes_are_read_or_refused_but_nothing_else, ()) {
  Texts texts;
  std::string bytes;
  encode(*any_thread_record(), texts, bytes);
  const auto changes = *rc::gen::inRange(1, 5);
  for (int change = 0; change < changes; ++change) {
    bytes[*rc::gen::inRange<std::size_t>(0, bytes.size())] = *rc::gen::arbitrary<char>();
  }
  const auto decoded = store::decode(bytes, texts);
  if (!decoded) return;
  encode(*decoded, texts, bytes);
  RC_ASSERT((store::decode(bytes, texts) == *decoded));
}

TEST(Codec, what_was_told_of_a_chat_is_read_as_it_was) {
  ToldOfChat told;
  told.properties = {{chat::PropertyTold{chat::Layer::chat, "n", "p", std::int64_t{1}},
                      {{10}, true},
                      true,
                      false}};
  told.latest = {{{chat::TagTold{"t", true}, {{20}, false}, false, true}, "", {3, 5}},
                 {{chat::EventPropertyTold{7, chat::EventProperty::welcome_message, true},
                   {{30}, true},
                   false,
                   true},
                  "T_7",
                  {}}};
  std::string bytes;
  encode(told, bytes);
  EXPECT_EQ(decode_told_of_chat(bytes).value(), told);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_told_of_chat(std::string_view(bytes).substr(0, size)).has_value());
  }
}

TEST(Codec, groups_that_an_earlier_version_was_told_of_a_chat_are_read) {
  std::string bytes;
  ByteWriter writer(bytes);
  writer.byte(1);
  writer.number(0);  // no properties
  writer.number(1);  // groups once
  writer.integer(40);
  writer.byte(1);  // by receipt
  writer.number(1);
  writer.integer(9);  // the group
  writer.number(1);
  writer.integer(2);  // the thread that knows better
  ToldOfChat told;
  told.latest = {{{chat::GroupsTold{chat::Layer::chat, {9}}, {{40}, true}, false, false}, "", {2}}};
  EXPECT_EQ(decode_told_of_chat(bytes).value(), told);
}

}  // namespace
}  // namespace chatreports::store
