#include "ingest/parse_record.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "ingest/plain_numbers.h"
#include "time/rfc3339.h"

namespace chatreports::ingest {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

Instant at(std::string_view text) {
  return parse_rfc3339(text).value().instant;
}

std::vector<Result<chat::Record>> parse_all(std::string_view json) {
  std::vector<Result<chat::Record>> records;
  RecordParser parser;
  parser.parse(json, [&](Result<chat::Record> record) { records.push_back(std::move(record)); });
  return records;
}

// The outcome of each record: its id, or the reason of its refusal.
std::vector<std::string> outcomes(std::string_view json) {
  std::vector<std::string> outcomes;
  for (const auto& record : parse_all(json)) {
    if (!record) {
      outcomes.push_back(record.error().message);
    } else if (const auto* chat = std::get_if<chat::ChatRecord>(&*record)) {
      outcomes.push_back(chat->thread_id);
    } else if (const auto* group = std::get_if<chat::GroupRecord>(&*record)) {
      outcomes.push_back(std::to_string(group->id));
    } else {
      outcomes.emplace_back("another record");
    }
  }
  return outcomes;
}

chat::Record parsed(std::string_view json) {
  const auto records = parse_all(json);
  if (records.size() != 1 || !records[0]) {
    ADD_FAILURE() << (records.empty() ? "nothing" : records[0].error().message) << ": " << json;
    return chat::GroupRecord{};
  }
  return *records[0];
}

std::string chat_of(std::string_view id) {
  return R"({"thread":{"id":")" + std::string(id) + R"(","created_at":"2021-04-08T12:00:00Z"}})";
}

TEST(RecordParser, OwnRecords) {
  EXPECT_EQ(parsed(R"({"record":"agent","id":"a@example.com","name":"A",
                       "timezone":"Europe/Warsaw","groups":[5,2,5]})"),
            chat::Record(chat::AgentRecord{"a@example.com", "A", "Europe/Warsaw",
                                           std::vector<std::int64_t>{2, 5}}));
  EXPECT_EQ(parsed(R"({"id":"a","record":"agent","name":null})"),
            chat::Record(chat::AgentRecord{"a", {}, {}, {}}));
  EXPECT_EQ(parsed(R"({"record":"group","id":0,"name":"Sales"})"),
            chat::Record(chat::GroupRecord{0, "Sales"}));
  EXPECT_EQ(parsed(R"({"record":"agent_status","agent_id":"a","status":"accepting_chats",
                       "at":"2021-04-08T12:00:00.5Z"})"),
            chat::Record(chat::AgentStatusRecord{"a", chat::AgentStatus::accepting_chats,
                                                 at("2021-04-08T12:00:00.5Z")}));
  EXPECT_EQ(parsed(R"({"record":"greeting","greeting_id":7,"unique_id":"u","event":"canceled",
                       "group_id":3,"at":"2021-04-08T12:00:00Z"})"),
            chat::Record(chat::GreetingRecord{7, "u", chat::GreetingEvent::canceled, 3,
                                              at("2021-04-08T12:00:00Z")}));
  EXPECT_EQ(parsed(R"({"record":"goal","thread_id":"T","id":4})"),
            chat::Record(chat::AchievementRecord{chat::AchievementKind::goal, "T", 4, {}}));
  EXPECT_EQ(parsed(R"({"record":"sale","thread_id":"T","id":4,"at":"2021-04-08T12:00:00Z"})"),
            chat::Record(chat::AchievementRecord{chat::AchievementKind::sale, "T", 4,
                                                 at("2021-04-08T12:00:00Z")}));
}

TEST(RecordParser, IdsOfAFormLabelMayBeIntegersAsInEvents) {
  EXPECT_EQ(parsed(R"({"record":"form_label","form_id":7,"field_id":"q","answer_id":0,
                       "label":"Why?","at":"2021-04-08T12:00:00Z"})"),
            chat::Record(chat::FormLabel{"7", "q", "0", "Why?", at("2021-04-08T12:00:00Z")}));
  EXPECT_THAT(outcomes(R"({"record":"form_label","form_id":"","field_id":1,"label":"Why?",
                           "at":"2021-04-08T12:00:00Z"})"),
              ElementsAre("form_id: must not be empty"));
}

TEST(RecordParser, SpellingsOfStatusAndEvent) {
  const auto status = [](std::string_view name) {
    return std::get<chat::AgentStatusRecord>(
               parsed(R"({"record":"agent_status","agent_id":"a","at":"2021-04-08T12:00:00Z",)"
                      R"("status":")" +
                      std::string(name) + "\"}"))
        .status;
  };
  EXPECT_EQ(status("accepting chats"), chat::AgentStatus::accepting_chats);
  EXPECT_EQ(status("not accepting chats"), chat::AgentStatus::not_accepting_chats);
  EXPECT_EQ(status("not_accepting_chats"), chat::AgentStatus::not_accepting_chats);
  EXPECT_EQ(status("offline"), chat::AgentStatus::offline);
  const auto event = [](std::string_view name) {
    return std::get<chat::GreetingRecord>(
               parsed(R"({"record":"greeting","greeting_id":1,"unique_id":"u",)"
                      R"("at":"2021-04-08T12:00:00Z","event":")" +
                      std::string(name) + "\"}"))
        .event;
  };
  EXPECT_EQ(event("displayed"), chat::GreetingEvent::displayed);
  EXPECT_EQ(event("goal"), chat::GreetingEvent::goal);
}

TEST(RecordParser, OwnRecordsRefusedByPath) {
  EXPECT_THAT(outcomes(R"({"record":"agent"})"), ElementsAre("id: missing"));
  EXPECT_THAT(outcomes(R"({"record":"agent","id":5})"), ElementsAre("id: must be text"));
  EXPECT_THAT(outcomes(R"({"record":"agent","id":"a","groups":[1,null]})"),
              ElementsAre("groups[1]: must be an integer of 64 bits"));
  EXPECT_THAT(
      outcomes(R"({"record":"agent","id":"a","timezone":")" + std::string(256, 'z') + "\"}"),
      ElementsAre("timezone: longer than 255 bytes"));
  EXPECT_THAT(outcomes(R"({"record":"group","id":"5"})"),
              ElementsAre("id: must be an integer of 64 bits"));
  EXPECT_THAT(outcomes(R"({"record":"agent_status","agent_id":"a","status":"away",
                           "at":"2021-04-08T12:00:00Z"})"),
              ElementsAre("status: must be one of accepting_chats, not_accepting_chats, offline"));
  EXPECT_THAT(outcomes(R"({"record":"agent_status","agent_id":"a","status":"offline","at":"x"})"),
              ElementsAre("at: not an RFC 3339 time: \"x\""));
  EXPECT_THAT(outcomes(R"({"record":"greeting","greeting_id":1,"unique_id":"u","event":"seen",
                           "at":"2021-04-08T12:00:00Z"})"),
              ElementsAre("event: must be one of displayed, canceled, goal"));
  EXPECT_THAT(outcomes(R"({"record":"sale","id":1})"), ElementsAre("thread_id: missing"));
  EXPECT_THAT(
      outcomes(R"({"record":"robot","id":1})"),
      ElementsAre(
          "record: must be one of agent, bot, group, agent_status, greeting, goal, sale, queue, "
          "form_label"));
  EXPECT_THAT(outcomes(R"({"record":1})"), ElementsAre("record: must be text"));
}

TEST(RecordParser, ArraysAndPagesHoldSeveral) {
  const std::string a = chat_of("A");
  const std::string b = chat_of("B");
  EXPECT_THAT(outcomes("[" + a + "," + b + "]"), ElementsAre("A", "B"));
  EXPECT_THAT(outcomes(R"({"found_chats":2,"chats":[)" + a + "," + b + R"(],"next_page_id":"x"})"),
              ElementsAre("A", "B"));
  EXPECT_THAT(outcomes(R"([{"chats":[)" + a + R"(]},{"record":"group","id":3}])"),
              ElementsAre("A", "3"));
  EXPECT_THAT(outcomes("[]"), IsEmpty());
  EXPECT_THAT(outcomes(R"({"chats":[]})"), IsEmpty());
}

std::vector<Page> pages_in(std::string_view json) {
  RecordParser parser;
  parser.parse(json, [](const Result<chat::Record>&) {});
  return parser.take_pages();
}

TEST(RecordParser, PagesSayWhichPagesAreAroundThem) {
  EXPECT_THAT(pages_in(R"({"chats":[],"next_page_id":"x"})"), ElementsAre(Page{0, true, false}));
  EXPECT_THAT(pages_in(R"({"previous_page_id":"y","next_page_id":"x","chats":[]})"),
              ElementsAre(Page{0, true, true}));
  EXPECT_THAT(pages_in(R"({"chats":[],"next_page_id":"","previous_page_id":null})"),
              ElementsAre(Page{0, false, false}));
  EXPECT_THAT(pages_in(R"({"type":"response","payload":{"chats":[],"next_page_id":"x"}})"),
              ElementsAre(Page{0, true, false}));
  EXPECT_THAT(pages_in(R"([{"chats":[],"next_page_id":"x"},{"chats":[]}])"),
              ElementsAre(Page{0, true, false}, Page{0, false, false}));
  // Numbers that are read a second time count once.
  EXPECT_THAT(pages_in(R"({"chats":[{"record":"group","id":1.0}],"next_page_id":"x"})"),
              ElementsAre(Page{0, true, false}));
  EXPECT_THAT(pages_in(R"({"next_page_id":"x"})"), IsEmpty());
  EXPECT_THAT(pages_in(chat_of("A")), IsEmpty());
}

TEST(RecordParser, ElementsAreRefusedByTheirPlace) {
  EXPECT_THAT(outcomes("[" + chat_of("A") + R"(,{"thread":{}},5])"),
              ElementsAre("A", "[1]: thread.id: missing", StartsWith("[2]: not a record: ")));
  EXPECT_THAT(
      outcomes(R"([0,{"chats":[{"thread":{"id":"T"}}]}])"),
      ElementsAre(StartsWith("[0]: not a record"), "[1]: chats[0]: thread.created_at: missing"));
}

TEST(RecordParser, OtherValuesAreRefusedWithTheKeysOfRecords) {
  for (const char* json : {"5", "null", "\"text\"", "{}", R"({"id":"x"})", R"({"thread":null})",
                           R"({"chats":{}})", R"({"action":"incoming_chat"})"}) {
    EXPECT_THAT(outcomes(json), ElementsAre(HasSubstr("`thread` (a chat)"))) << json;
  }
  EXPECT_THAT(outcomes(R"({"action":"incoming_chat","payload":{}})"),
              ElementsAre("payload.chat: missing"));
}

TEST(RecordParser, TextThatIsNotJsonIsOneRefusal) {
  EXPECT_THAT(outcomes(""), ElementsAre("not JSON: it is empty"));
  EXPECT_THAT(outcomes("{"), ElementsAre(StartsWith("not JSON")));
  EXPECT_THAT(outcomes("[" + chat_of("A") + ",]"), ElementsAre("not JSON"));
  EXPECT_THAT(outcomes("{\"thread\":\"\xff\"}"), ElementsAre("not UTF-8"));
  EXPECT_THAT(outcomes("{\"a\":\"\xc3\"}"), ElementsAre("not UTF-8"));
  EXPECT_THAT(outcomes(R"({"a":"\ud800"})"), ElementsAre("not JSON: a wrong escape in a text"));
  EXPECT_THAT(outcomes("{\"a\":\"\n\"}"), ElementsAre("not JSON: a control character in a text"));
  EXPECT_THAT(outcomes(R"({"a":"b)"), ElementsAre("not JSON: a text does not end"));
  EXPECT_THAT(outcomes(R"({"a":01})"), ElementsAre("not JSON: a malformed number"));
  EXPECT_THAT(outcomes(std::string(100'000, '[')), ElementsAre(StartsWith("n")));
  EXPECT_THAT(outcomes(std::string(2'000, '[') + std::string(2'000, ']')),
              ElementsAre("nested deeper than 1024 levels"));
}

TEST(RecordParser, ValuesFollowEachOther) {
  const std::string page = "{\"chats\":[" + chat_of("A") + "," + chat_of("B") + "]}";
  EXPECT_THAT(outcomes(page + page), ElementsAre("A", "B", "A", "B"));
  EXPECT_THAT(outcomes(chat_of("A") + " \t" + chat_of("B") + "[" + chat_of("C") + "]"),
              ElementsAre("A", "B", "C"));
  EXPECT_THAT(outcomes(chat_of("A") + "5" + chat_of("B")),
              ElementsAre("A", StartsWith("not a record"), "B"));
  // Each value that is not a record is refused alone; other text ends the line.
  for (const char* value : {" 17 ", " -1.5e3 ", "\"{\"", " true ", " null ", " [2] "}) {
    EXPECT_THAT(
        outcomes(chat_of("A") + value + chat_of("B")),
        ElementsAre("A", AnyOf(StartsWith("not a record"), StartsWith("[0]: not a record")), "B"))
        << value;
  }
  EXPECT_THAT(outcomes("17" + chat_of("A") + "[1 2]" + chat_of("B")),
              ElementsAre(StartsWith("not a record"), "A", "not JSON", "B"));
  EXPECT_THAT(outcomes(chat_of("A") + "{}" + chat_of("B")),
              ElementsAre("A", StartsWith("not a record"), "B"));
  for (const char* rubbish : {" oops ", "}", ","}) {
    EXPECT_THAT(outcomes(chat_of("A") + rubbish + chat_of("B")),
                ElementsAre("A", "not JSON: the line goes on after the record"))
        << rubbish;
  }
  EXPECT_THAT(outcomes("{\"a\":}" + chat_of("A") + "{\"a\":\"\xff\"}" + chat_of("B")),
              ElementsAre("not JSON", "A", "not UTF-8", "B"));
  EXPECT_THAT(outcomes(chat_of("A") + "{\"a\":[1}"), ElementsAre("A", "not JSON"));
  EXPECT_THAT(outcomes(R"({"number":)" + std::string(400, '9') + "}" + chat_of("B")),
              ElementsAre(StartsWith("not a record"), "B"));
}

TEST(RecordParser, SkipsAByteOrderMark) {
  EXPECT_THAT(outcomes("\xEF\xBB\xBF" + chat_of("A")), ElementsAre("A"));
}

TEST(RecordParser, RecognizesAnErrorAnswer) {
  const std::string error =
      R"({"error":{"type":"authentication","message":"Invalid access token"}})";
  const std::string why =
      "an error answer of the API, not chats: Invalid access token (authentication); mend the "
      "request that was made and ask again";
  EXPECT_THAT(outcomes(error), ElementsAre(why));
  EXPECT_THAT(outcomes(R"({"request_id":"r1","action":"list_archives","type":"response",)"
                       R"("success":false,"payload":)" +
                       error + "}"),
              ElementsAre(why));
  EXPECT_THAT(outcomes(R"({"error":"oops"})"), ElementsAre(StartsWith("not a record")));
  EXPECT_THAT(outcomes(R"({"error":{"type":"t","message":5}})"),
              ElementsAre(StartsWith("not a record")));
}

TEST(RecordParser, AnswersOfTheRtmApiContainChats) {
  const auto answer = [](const std::string& payload) {
    return R"({"request_id":"r1","action":"list_archives","type":"response","success":true,)"
           R"("payload":)" +
           payload + "}";
  };
  EXPECT_THAT(outcomes(answer("{\"chats\":[" + chat_of("A") + ",{}," + chat_of("B") + "]}")),
              ElementsAre("A", StartsWith("payload.chats[1]: not a record"), "B"));
  EXPECT_THAT(outcomes(answer("{\"chats\":[]}")), IsEmpty());
  EXPECT_THAT(outcomes(answer("{\"chat\":" + chat_of("A") + "}")), ElementsAre("A"));
  EXPECT_THAT(outcomes(answer(R"({"id":"C",)" + chat_of("A").substr(1))), ElementsAre("A"));
  EXPECT_THAT(outcomes("[" + answer("{\"chat\":" + chat_of("A") + "}") + "]"), ElementsAre("A"));
  EXPECT_THAT(outcomes(answer(R"({"chat":{"id":"C"}})")),
              ElementsAre("payload.chat.thread: missing"));
  EXPECT_THAT(outcomes(answer(R"({"thread":{"id":"T"}})")),
              ElementsAre("payload.thread.created_at: missing"));
  for (const char* payload : {"{}", "[]", "5", R"({"error":{"type":"authentication"}})"}) {
    EXPECT_THAT(outcomes(answer(payload)),
                ElementsAre("not a record: the payload of an RTM response needs `chats`, `chat` or "
                            "`thread`"));
  }
}

TEST(RecordParser, RecordedWebhooksThatHappenWhenReceivedNeedTheTime) {
  const std::map<std::string, std::string> payloads = {
      {"chat_deactivated", R"({"chat_id":"C","thread_id":"T"})"},
      {"thread_closed", R"({"chat_id":"C","thread_id":"T"})"},
      {"user_added_to_chat", R"({"thread_id":"T","user":{"id":"a","type":"agent"}})"},
      {"chat_user_added", R"({"thread_id":"T","user":{"id":"a","type":"agent"}})"},
      {"user_removed_from_chat", R"({"thread_id":"T","user_id":"a","user_type":"agent"})"},
      {"chat_user_removed", R"({"thread_id":"T","user_id":"a","user_type":"agent"})"},
      {"routing_status_set", R"({"agent_id":"a","status":"offline"})"},
      {"agent_status_changed", R"({"agent_id":"a","status":"offline"})"},
      {"agent_deleted", R"({"id":"a"})"}};
  const auto outcome = [](RecordParser& parser, const std::string& json) {
    std::vector<std::string> outcomes;
    parser.parse(json, [&outcomes](const Result<chat::Record>& record) {
      outcomes.push_back(record ? "in" : record.error().message);
    });
    return outcomes;
  };
  RecordParser recorded;
  RecordParser live(Webhooks::live);
  for (const auto& [action, payload] : payloads) {
    const std::string body = R"({"action":")" + action + R"(","payload":)" + payload;
    EXPECT_THAT(outcome(recorded, body + "}"),
                ElementsAre(StartsWith("received_at: missing: nothing else tells when this ")));
    EXPECT_THAT(outcome(live, body + "}"), ElementsAre("in")) << action;
    EXPECT_THAT(outcome(recorded, body + R"(,"received_at":"2021-04-08T12:00:00Z"})"),
                ElementsAre("in"));
  }
  for (
      const char* json :
      {R"({"action":"thread_tagged","payload":{"thread_id":"T","tag":"a"}})",
       R"({"action":"agent_updated","payload":{"id":"a"}})",
       R"({"action":"incoming_event","payload":{"thread_id":"T","event":{"type":"message","created_at":"2021-04-08T12:00:00Z"}}})"}) {
    EXPECT_THAT(outcome(recorded, json), ElementsAre("in"));
  }
}

TEST(RecordParser, WarnsAboutValuesThatCountNowhere) {
  RecordParser parser;
  const auto warnings = [&parser](const std::string& json) {
    std::vector<std::string> update;
    parser.parse(json, [](const Result<chat::Record>&) {});
    for (const Warning& warning : parser.take_warnings()) {
      update.push_back(fmt::format("{} x {}", warning.count, warning.what));
    }
    return update;
  };
  const std::string time = R"("created_at":"2021-04-08T12:00:00Z")";
  EXPECT_THAT(
      warnings(R"([{"users":[{"id":"a","type":"visitor"},{"id":"c","type":"customer"}],)"
               R"("thread":{"id":"T",)" +
               time + R"(,"properties":{"rating":{"score":"1"}},"events":[{"type":"annotation",)" +
               time + R"(},{"type":"message",)" + time + R"(}]}},{"thread":{"id":"T2",)" + time +
               R"(,"properties":{"rating":{"score":5}},"events":[{"type":"annotation",)" + time +
               R"(}]}},{"thread":{"id":"T3","customer_country":"Poland",)" + time +
               R"(}},{"thread":{"id":"T4","customer_country":"",)" + time + "}}]"),
      ElementsAre(
          "1 x user who is neither an agent nor a customer, and counts as a customer: type "
          "\"visitor\"",
          "2 x event of an unknown type, which no figure counts: type \"annotation\"",
          "1 x rating that is neither 1 (good) nor 0 (bad), so the chat is unrated: rating.score "
          "\"1\"",
          "1 x rating that is neither 1 (good) nor 0 (bad), so the chat is unrated: rating.score "
          "5",
          "1 x country that is not two letters (ISO 3166-1 alpha-2), so it is unknown: code "
          "\"Poland\""));
  // A refused record has no warnings.
  EXPECT_THAT(warnings(R"({"thread":{"id":"T",)" + time + R"(,"events":[{"type":"x",)" + time +
                       R"(},{}]}})"),
              IsEmpty());
  std::string events;
  for (int type = 0; type < 60; ++type) {
    events += fmt::format(R"({}{{"type":"t{}",{}}})", type == 0 ? "" : ",", type, time);
  }
  const auto many = warnings(R"({"thread":{"id":"T",)" + time + R"(,"events":[)" + events + "]}}");
  ASSERT_EQ(many.size(), max_warnings + 1);
  EXPECT_EQ(many.back(), "10 x other values that count nowhere");
}

TEST(RecordParser, ReadsNothingPastTheEnd) {
  const std::string json = chat_of("A") + "garbage that follows";
  EXPECT_THAT(outcomes(std::string_view(json).substr(0, chat_of("A").size())), ElementsAre("A"));
}

TEST(RecordParser, NumbersTooLargeAreIgnoredWithTheirKeys) {
  const std::string large(400, '9');
  for (const std::string& number : {large, "-" + large, std::string("1e999"),
                                    std::string("-9223372036854775809"), "0." + large + "e+7777"}) {
    EXPECT_THAT(outcomes(R"({"found":)" + number + R"(,"x":"\"1e999","thread":{"id":"T 1e999",)" +
                         R"("created_at":"2021-04-08T12:00:00Z"}})"),
                ElementsAre("T 1e999"))
        << number;
    EXPECT_THAT(outcomes(R"({"record":"group","id":)" + number + "}"),
                ElementsAre("id: must be an integer of 64 bits"));
  }
  EXPECT_THAT(outcomes(R"({"record":"group","id":5,"x":[1e999,01]})"),
              ElementsAre("not JSON: a malformed number"));
}

TEST(PlainNumbers, EachNumberIsOneThatAParserKeeps) {
  const auto plain = [](const std::string& json) {
    return with_plain_numbers(json).value_or("as it was");
  };
  for (const std::string kept :
       {R"({"a":[1,-2.5e0,18446744073709551615,-9223372036854775808,01,1.,1e],"1e9":"\"1.0"})",
        R"([25e-1,0.1,-0.5,1.0e,1.0.0,--1.0])", "\"\\", "-", ""}) {
    EXPECT_EQ(plain(kept), "as it was") << kept;
  }
  const std::vector<std::pair<std::string, std::string>> numbers = {
      {"1.0", "1"},
      {"-1.50e1", "-15"},
      {"2E+3", "2000"},
      {"0.1e1", "1"},
      {"-0.0", "0"},
      {"0e999999999999", "0"},
      {"1e18", "1000000000000000000"},
      {"9007199254740993.0", "9007199254740993"},
      {"9007199254740993e0", "9007199254740993"},
      {"90071992547409930e-1", "9007199254740993"},
      {"9223372036854775000.0", "9223372036854775000"},
      {"9223372036854775807.0", "9223372036854775807"},
      {"-9223372036854775808.00", "-9223372036854775808"},
      {"9223372036854775808.0", "0.5"},
      {"18446744073709551616", "0.5"},
      {"1e19", "0.5"},
      {"1e999", "0.5"},
      {"1e-999", "0.5"},
      {"1e99999999999999999999", "0.5"},
      {"1.0000000000000000001", "0.5"},
      {"2251799813685249.5", "2251799813685249.5"},
      {"9007199254740991.1", "0.5"},
  };
  for (const auto& [given, expected] : numbers) {
    if (given != expected) {
      EXPECT_EQ(plain(given), expected);
      EXPECT_EQ(plain("[" + given + " ,2.5," + given + "]"),
                "[" + expected + " ,2.5," + expected + "]");
    } else {
      EXPECT_EQ(plain(given), "as it was") << given;
    }
  }
}

TEST(RecordParser, NumbersThatWouldBeRoundedAreExactOrRefused) {
  const auto group = [](const std::string& id) {
    std::vector<std::string> said;
    RecordParser parser;
    parser.parse(R"([{"record":"group","id":1,"name":"g"},{"record":"group","id":)" + id +
                     R"(,"name":"g"},7,{"record":"group","id":3,"name":"g"}])",
                 [&](Result<chat::Record> record) {
                   said.push_back(record ? std::to_string(std::get<chat::GroupRecord>(*record).id)
                                         : record.error().message);
                 });
    EXPECT_EQ(said.size(), 4);
    EXPECT_EQ(said.front(), "1") << "it is handed over once";
    EXPECT_EQ(said.back(), "3");
    return said[1];
  };
  for (const std::string exact :
       {"9007199254740993.0", "9007199254740993e0", "90071992547409930e-1", "9007199254740993"}) {
    EXPECT_EQ(group(exact), "9007199254740993");
  }
  EXPECT_EQ(group("2.0"), "2");
  EXPECT_EQ(group("-9223372036854775808.0"), "-9223372036854775808");
  for (const std::string wrong :
       {"1.0000000000000000001", "9223372036854775808.0", "1e300", "1e-300", "2.5"}) {
    EXPECT_EQ(group(wrong), "[1]: id: must be an integer of 64 bits") << wrong;
  }
}

// An array of records, some of which warn: reading a part of it again must not count twice.
TEST(RecordParser, WarningsOfRecordsThatAreReadAgainCountOnce) {
  const std::string warned =
      R"({"thread":{"id":"T","created_at":"2021-04-08T12:00:00Z","events":[{"type":"x","created_at":"2021-04-08T12:00:00Z"}]GROUPS}})";
  const auto with = [&](const std::string& groups) {
    std::string chat = warned;
    return chat.replace(chat.find("GROUPS"), 6, groups);
  };
  const std::string real = with(R"(,"access":{"group_ids":[1.0]})");
  RecordParser parser;
  std::size_t records = 0;
  for (int time = 0; time < 2; ++time) {
    parser.parse("[" + with("") + "," + real + "," + with("") + "," + real + "]",
                 [&](Result<chat::Record> record) { records += record.has_value() ? 1 : 0; });
  }
  EXPECT_EQ(records, 8);
  const auto warnings = parser.take_warnings();
  ASSERT_EQ(warnings.size(), 1);
  EXPECT_EQ(warnings[0].count, 8);
}

TEST(RecordParser, ReadsOneLongRecordAndContinues) {
  RecordParser parser;
  std::vector<std::string> ids;
  const auto take = [&](Result<chat::Record> record) {
    ids.push_back(std::get<chat::ChatRecord>(record.value()).thread_id);
  };
  const std::string filler(std::size_t{9} << 20, 'x');
  parser.parse(R"({"text":")" + filler + R"(",)" + chat_of("A").substr(1), take);
  parser.parse(chat_of("B"), take);
  EXPECT_THAT(ids, ElementsAre("A", "B"));
}

}  // namespace
}  // namespace chatreports::ingest
