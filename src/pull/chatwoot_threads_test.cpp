#include "pull/chatwoot_threads.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <set>

#include "chat/derive.h"
#include "pull/chatwoot_parse.h"
#include "time/rfc3339.h"

namespace chatreports::pull {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

// 2026-05-04T10:00:00Z, and the day after.
constexpr std::int64_t ten = 1'777'888'800;
constexpr std::int64_t a_day = 86'400;

Instant at(std::int64_t seconds) {
  return from_unix_microseconds(seconds * microseconds_per_second);
}

template <class Parse>
auto parsed(const std::string& json, const Parse& parse) {
  simdjson::dom::parser parser;
  const simdjson::dom::element root = parser.parse(json);
  return parse(root);
}

ChatwootMessage message(const std::string& json) {
  const auto read = parsed(json, parse_chatwoot_message);
  EXPECT_TRUE(read.has_value()) << json;
  return read.value_or(ChatwootMessage());
}

ChatwootMessage said(std::int64_t id, std::int64_t seconds, int kind, const std::string& sender) {
  return message(fmt::format(
      R"({{"id":{},"created_at":{},"message_type":{},"content_type":"text","content":"hi","sender":{}}})",
      id, seconds, kind, sender));
}
ChatwootMessage by_customer(std::int64_t id, std::int64_t seconds) {
  return said(id, seconds, 0, R"({"type":"contact","id":1})");
}
ChatwootMessage by_agent(std::int64_t id, std::int64_t seconds) {
  return said(id, seconds, 1, R"({"type":"user","id":5})");
}
ChatwootMessage activity(std::int64_t id, std::int64_t seconds, const std::string& sentence) {
  return message(fmt::format(R"({{"id":{},"created_at":{},"message_type":2,"content":"{}"}})", id,
                             seconds, sentence));
}

ChatwootConversation conversation() {
  ChatwootConversation one;
  one.id = 42;
  one.inbox = 3;
  one.contact = 88;
  one.created_at = at(ten);
  return one;
}

std::vector<chat::ChatRecord> threads(std::vector<ChatwootMessage> messages,
                                      ChatwootConversation of = conversation()) {
  return chatwoot_threads(of, std::move(messages), {}, ChatwootGroups::inboxes);
}

TEST(ChatwootConversation, IsReadWithoutWhatNamesTheCustomer) {
  const auto read = parsed(
      R"({"meta":{"sender":{"id":88,"name":"Mary","email":"m@example.com",
          "additional_attributes":{"city":"Łódź","country_code":"PL"}},"channel":"Channel::WebWidget",
          "assignee":{"id":5,"name":"Jane"},"assignee_type":"User","team":{"id":4,"name":"Sales"}},
          "id":42,"account_id":1,"inbox_id":3,"labels":["vip","billing","vip"],"status":"resolved",
          "snoozed_until":null,"created_at":1777888800,"updated_at":1777888900.25,"priority":"high",
          "first_reply_created_at":0})",
      parse_chatwoot_conversation);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->id, 42);
  EXPECT_EQ(read->account, 1);
  EXPECT_EQ(read->team, 4);
  EXPECT_TRUE(read->is_resolved);
  EXPECT_EQ(read->created_at, at(ten));
  EXPECT_EQ(read->updated_at, at(ten + 100) + std::chrono::milliseconds(250));
  EXPECT_EQ(read->assignee, "5");
  EXPECT_THAT(read->labels, ElementsAre("billing", "vip"));
  EXPECT_EQ(read->country, chat::country_of("PL"));
  for (const char* broken :
       {"{}", "[]", "7", R"({"id":42})", R"({"id":42,"created_at":0})",
        R"({"id":"42","created_at":1777888800})", R"({"id":42,"created_at":1e300})"}) {
    EXPECT_EQ(parsed(broken, parse_chatwoot_conversation), std::nullopt) << broken;
  }
}

TEST(ChatwootMessage, KnowsItsAuthor) {
  EXPECT_EQ(by_customer(1, ten).author, chat::AuthorKind::customer);
  EXPECT_EQ(by_agent(1, ten).agent_id, "5");
  EXPECT_FALSE(by_agent(1, ten).is_automatic);
  const ChatwootMessage bot = said(1, ten, 1, R"({"type":"agent_bot","id":7})");
  EXPECT_EQ(bot.agent_id, "bot-7");
  EXPECT_TRUE(bot.is_bot && bot.is_automatic);
  EXPECT_EQ(said(1, ten, 1, R"({"type":"captain_assistant","id":3})").agent_id, "assistant-3");
  const ChatwootMessage template_message = said(1, ten, 3, "null");
  EXPECT_EQ(template_message.author, chat::AuthorKind::nobody);
  EXPECT_TRUE(template_message.is_automatic);
  const ChatwootMessage rule = message(
      R"({"id":1,"created_at":5,"message_type":1,"content_attributes":{"automation_rule_id":3},
          "sender":{"type":"user","id":5}})");
  EXPECT_EQ(rule.author, chat::AuthorKind::nobody);
  EXPECT_TRUE(rule.is_automatic);
}

TEST(ChatwootMessage, HasATypeAndMayBeUnseen) {
  EXPECT_EQ(message(R"({"id":1,"created_at":5,"message_type":0,"content":null,
                        "attachments":[{"file_type":"image"}]})")
                .type,
            chat::EventType::file);
  EXPECT_EQ(message(R"({"id":1,"created_at":5,"message_type":1,"content_type":"cards"})").type,
            chat::EventType::rich_message);
  EXPECT_TRUE(message(R"({"id":1,"created_at":5,"message_type":1,"private":true})").is_private);
  EXPECT_TRUE(message(R"({"id":1,"created_at":5,"message_type":1,"status":"failed"})").is_private);
  EXPECT_FALSE(by_agent(1, 5).is_private);
}

TEST(ChatwootThreads, OfAnOpenConversationGoesOn) {
  const auto records = threads({by_customer(1, ten), by_agent(2, ten + 20)});
  ASSERT_THAT(records, SizeIs(1));
  EXPECT_EQ(records[0].thread_id, "42-1");
  EXPECT_EQ(records[0].chat_id, "42");
  EXPECT_TRUE(records[0].thread.is_active);
  EXPECT_EQ(records[0].thread.ended_at, std::nullopt);
  EXPECT_THAT(records[0].thread.groups, ElementsAre(3));
  EXPECT_THAT(records[0].thread.agents, ElementsAre("5"));
  const chat::Thread facts = chat::derive(records[0].thread);
  ASSERT_TRUE(facts.first_response.has_value());
  EXPECT_EQ(facts.first_response->wait, std::chrono::seconds(20));
}

TEST(ChatwootThreads, EndAndBeginAsSentencesTell) {
  const auto records = threads(
      {by_customer(1, ten), activity(2, ten + 60, "Conversation was marked resolved by Jane"),
       activity(3, ten + 90, "Jane added vip"), by_agent(4, ten + 100), by_customer(5, ten + a_day),
       activity(6, ten + a_day + 5, "Assigned to Jane by Jane"),
       activity(7, ten + a_day + 60,
                "Conversation was marked resolved by system due to 2 days of inactivity"),
       activity(8, ten + 2 * a_day, "Conversation was reopened by Jane")});
  ASSERT_THAT(records, SizeIs(3));
  EXPECT_EQ(records[0].thread.ended_at, at(ten + 60));
  EXPECT_THAT(records[0].thread.events, SizeIs(4));  // what follows the end belongs to it
  EXPECT_EQ(records[1].thread.started_at, at(ten + a_day));
  EXPECT_EQ(records[1].thread.ended_at, at(ten + a_day + 60));
  EXPECT_FALSE(records[1].thread.is_active);
  EXPECT_EQ(records[2].thread.started_at, at(ten + 2 * a_day));
  EXPECT_TRUE(records[2].thread.is_active);
}

TEST(ChatwootThreads, PreferReportingEventsToSentences) {
  const std::vector<ChatwootMessage> messages = {
      by_customer(1, ten), activity(2, ten + 61, "Conversation was marked resolved by Jane"),
      by_customer(3, ten + a_day)};
  const auto change =
      parsed(R"({"name":"conversation_resolved","event_end_time":"2026-05-04T10:01:00.500Z"})",
             parse_chatwoot_change);
  ASSERT_TRUE(change.has_value());
  const auto records =
      chatwoot_threads(conversation(), messages, {*change}, ChatwootGroups::inboxes);
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[0].thread.ended_at, at(ten + 60) + std::chrono::milliseconds(500));
  EXPECT_EQ(parsed(R"({"name":"reply_time","event_end_time":"2026-05-04T10:01:00Z"})",
                   parse_chatwoot_change)
                .has_value(),
            false);
}

TEST(ChatwootThreads, BelieveSentencesBeforeTheFirstReportingEvent) {
  const auto records = chatwoot_threads(
      conversation(),
      {by_customer(1, ten), activity(2, ten + 60, "Conversation was marked resolved by Jane"),
       by_customer(3, ten + a_day),
       activity(4, ten + a_day + 61, "Conversation was marked resolved by Jane"),
       by_customer(5, ten + 2 * a_day)},
      {{ChatwootMark::resolved, at(ten + a_day + 60)}}, ChatwootGroups::inboxes);
  ASSERT_THAT(records, SizeIs(3));
  EXPECT_EQ(records[0].thread.ended_at, at(ten + 60));
  EXPECT_EQ(records[1].thread.ended_at, at(ten + a_day + 60));
}

TEST(ChatwootThreads, DoNotEndWithALateSurveyIfAnythingElseTellsTheEnd) {
  const ChatwootMessage survey =
      message(R"({"id":9,"created_at":1777888875,"message_type":3,"content_type":"input_csat"})");
  const auto records = threads({by_customer(1, ten),
                                activity(2, ten + 60, "Conversation was marked resolved by Jane"),
                                by_customer(8, ten + 70), survey, by_customer(10, ten + 200)});
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_TRUE(records[1].thread.is_active);
}

TEST(ChatwootThreads, ThatNothingTellsTheEndOfEndWithTheirLastMessage) {
  ChatwootConversation resolved = conversation();
  resolved.is_resolved = true;
  const auto records = threads(
      {by_customer(1, ten), activity(2, ten + 60, "Das Gespräch wurde von Jane gelöst")}, resolved);
  ASSERT_THAT(records, SizeIs(1));
  EXPECT_EQ(records[0].thread.ended_at, at(ten + 60));
  EXPECT_EQ(threads({}, resolved)[0].thread.ended_at, at(ten));
}

TEST(ChatwootThreads, HaveTheRatingOfTheirSurvey) {
  const ChatwootMessage survey = message(
      R"({"id":9,"created_at":1777888861,"message_type":3,"content_type":"input_csat",
          "content_attributes":{"submitted_values":{"csat_survey_response":{"rating":5,
          "feedback_message":"Mary liked it"}}}})");
  const auto records = threads({by_customer(1, ten),
                                activity(2, ten + 60, "Conversation was marked resolved by Jane"),
                                survey, by_customer(10, ten + a_day)});
  ASSERT_THAT(records, SizeIs(2));
  const chat::Value* score = chat::find_property(records[0].thread.properties, "rating", "score");
  ASSERT_NE(score, nullptr);
  EXPECT_EQ(*score, chat::Value(std::int64_t{5}));
  const chat::Value* comment =
      chat::find_property(records[0].thread.properties, "rating", "comment");
  ASSERT_NE(comment, nullptr);
  EXPECT_EQ(std::get<std::string>(*comment).find("Mary"), std::string::npos);
  EXPECT_THAT(records[1].thread.properties, IsEmpty());
  // Where nothing else tells that it was resolved, the survey does.
  const auto silent = threads({by_customer(1, ten), survey, by_customer(10, ten + a_day)});
  ASSERT_THAT(silent, SizeIs(2));
  EXPECT_EQ(silent[0].thread.ended_at, at(ten + 61));
}

TEST(ChatwootThreads, KnowSupervisorsAndTheAssignee) {
  ChatwootMessage whisper = by_agent(2, ten + 10);
  whisper.is_private = true;
  ChatwootConversation assigned = conversation();
  assigned.assignee = "6";
  const auto records = threads({by_customer(1, ten), whisper}, assigned);
  EXPECT_THAT(records[0].thread.agents, ElementsAre("6"));
  EXPECT_THAT(records[0].thread.supervisors, ElementsAre("5"));
}

RC_GTEST_PROP(ChatwootThreads, HaveEachMessageOnceAndFollowEachOther, ()) {
  const int count = *rc::gen::inRange(0, 30);
  std::vector<ChatwootMessage> messages;
  std::int64_t seconds = ten;
  for (int id = 1; id <= count; ++id) {
    seconds += *rc::gen::inRange(0, 3);
    switch (*rc::gen::inRange(0, 5)) {
      case 0:
        messages.push_back(by_agent(id, seconds));
        break;
      case 1:
        messages.push_back(activity(id, seconds, "Conversation was marked resolved by Jane"));
        break;
      case 2:
        messages.push_back(activity(id, seconds, "Conversation was reopened by Jane"));
        break;
      default:
        messages.push_back(by_customer(id, seconds));
        break;
    }
  }
  ChatwootConversation one = conversation();
  one.is_resolved = *rc::gen::arbitrary<bool>();
  const auto records = threads(messages, one);
  std::size_t events = 0;
  std::set<std::string> ids;
  Instant before = one.created_at;
  for (const chat::ChatRecord& record : records) {
    events += record.thread.events.size();
    ids.insert(record.thread_id);
    RC_ASSERT(record.thread.started_at >= before);
    before = record.thread.ended_at.value_or(record.thread.started_at);
    RC_ASSERT(before >= record.thread.started_at);
    RC_ASSERT(record.thread.ended_at.has_value() || &record == &records.back());
    RC_ASSERT(record.thread.is_active != record.thread.ended_at.has_value());
  }
  RC_ASSERT(events == messages.size());
  RC_ASSERT(ids.size() == records.size());
  RC_ASSERT(!one.is_resolved || records.back().thread.ended_at.has_value());
}

}  // namespace
}  // namespace chatreports::pull
