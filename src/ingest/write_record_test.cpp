#include "ingest/write_record.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "ingest/parse_record.h"

namespace chatreports::ingest {
namespace {

// Parses the written text.
chat::Record read_again(const chat::Record& record) {
  std::string json;
  append_json(record, json);
  std::vector<Result<chat::Record>> read;
  RecordParser().parse(json, [&read](Result<chat::Record> one) { read.push_back(std::move(one)); });
  if (read.size() != 1 || !read[0]) {
    ADD_FAILURE() << json << (read.empty() ? "" : read[0].error().message);
    return {};
  }
  return *read[0];
}

Instant some_instant() {
  return from_unix_microseconds(*rc::gen::inRange<std::int64_t>(0, 4'000'000'000) * 1'000'003);
}
std::string some_text() {
  return *rc::gen::element<std::string>("a", "zażółć", "tab\tquote\"back\\slash", "customer",
                                        "null");
}
template <class Make>
auto some_set(Make make) {
  std::vector<decltype(make())> values;
  for (int count = *rc::gen::inRange(0, 4); count > 0; --count) values.push_back(make());
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  return values;
}

chat::Event some_event(const std::vector<std::string>& agents) {
  chat::Event event;
  event.type = static_cast<chat::EventType>(*rc::gen::inRange(0, 9));
  event.created_at = some_instant();
  event.author = static_cast<chat::AuthorKind>(*rc::gen::inRange(0, 4));
  if (event.author == chat::AuthorKind::agent && agents.empty()) {
    event.author = chat::AuthorKind::nobody;
  }
  if (event.author == chat::AuthorKind::agent) event.agent_id = *rc::gen::elementOf(agents);
  event.visible_to_customer = *rc::gen::arbitrary<bool>();
  event.automatic_welcome = *rc::gen::arbitrary<bool>();
  event.automatic_greeting = *rc::gen::arbitrary<bool>();
  if (event.author == chat::AuthorKind::unlisted) {
    event.author_digest = *rc::gen::element<std::uint64_t>(1, 77, UINT64_MAX);
  }
  if (event.type == chat::EventType::system_message) {
    event.system_message = static_cast<chat::SystemMessage>(*rc::gen::inRange(0, 7));
  }
  if (event.type == chat::EventType::filled_form) {
    chat::FilledForm form;
    if (*rc::gen::arbitrary<bool>()) form.form_id = some_text();
    const int type = *rc::gen::inRange(0, 3);
    if (type > 0) form.type = static_cast<chat::SurveyType>(type - 1);
    for (int count = *rc::gen::inRange(0, 4); count > 0; --count) {
      form.answers.push_back(*rc::gen::element<std::string>("1:0", "1:1", "f:a:b", "ż:ź"));
    }
    event.filled_form = form;
  }
  return event;
}

std::vector<chat::Achievement> some_achievements() {
  std::vector<chat::Achievement> achievements;
  for (const std::int64_t id : some_set([] { return *rc::gen::inRange<std::int64_t>(-3, 9); })) {
    achievements.push_back({id, std::nullopt, true});
    if (*rc::gen::arbitrary<bool>()) achievements.back().at = some_instant();
  }
  return achievements;
}

chat::ChatRecord some_chat() {
  chat::ChatRecord record;
  record.thread_id = some_text();
  chat::ThreadRecord& thread = record.thread;
  thread.from_chat_record = true;
  thread.started_at = some_instant();
  if (*rc::gen::arbitrary<bool>()) thread.ended_at = thread.started_at + Duration{5};
  thread.agents = some_set(some_text);
  if (*rc::gen::arbitrary<bool>()) thread.supervisors = {"sue"};
  if (*rc::gen::arbitrary<bool>()) thread.other_agents = {"otto"};
  thread.groups = some_set([] { return *rc::gen::arbitrary<std::int64_t>(); });
  thread.tags = some_set(some_text);
  for (auto* layer : {&thread.properties, &thread.chat_properties}) {
    for (const std::string& name_space : some_set(some_text)) {
      for (const std::string& name : some_set(some_text)) {
        layer->push_back(
            {name_space, name,
             *rc::gen::element<chat::Value>(true, false, std::int64_t{-7}, std::string("pro"))});
      }
    }
  }
  if (*rc::gen::arbitrary<bool>()) {
    record.chat_id = *rc::gen::element<std::string>("PJ0MRSHTDG", "c/ż", "#1a");
  }
  thread.is_active = *rc::gen::arbitrary<bool>();
  if (*rc::gen::arbitrary<bool>()) thread.customer = chat::customer_digest(some_text());
  const auto some_country = [] {
    return *rc::gen::element<std::optional<chat::Country>>(std::nullopt, chat::Country(),
                                                           chat::country_of("NO"));
  };
  thread.country = some_country();
  thread.visit_country = some_country();
  if (*rc::gen::arbitrary<bool>()) thread.queues_duration = *rc::gen::inRange(0, 90);
  thread.queued_at = some_set(some_instant);
  thread.properties.push_back({"~rating", "comment", "hmac:00112233445566778899aabbccddeeff"});
  for (int count = *rc::gen::inRange(0, 6); count > 0; --count) {
    thread.events.push_back(some_event(thread.agents));
    thread.events.back().key = *rc::gen::element<std::uint64_t>(1, 2, 77, 0x1'2345'6789);
  }
  thread.goals = some_achievements();
  thread.sales = some_achievements();
  return record;
}

RC_GTEST_PROP(WriteRecord, AChatIsReadAsItWasWritten, ()) {
  const chat::Record record = some_chat();
  RC_ASSERT(read_again(record) == record);
}

TEST(WriteRecord, OwnRecordsAreReadAsTheyWereWritten) {
  using enum chat::AgentStatus;
  const std::vector<chat::Record> records = {
      chat::AgentRecord{"ann", std::nullopt, std::nullopt, std::nullopt},
      chat::AgentRecord{"ann", "Ann \"A\"", "Europe/Warsaw", std::vector<std::int64_t>{1, 2}},
      chat::GroupRecord{0, std::nullopt},
      chat::GroupRecord{-5, "Sales"},
      chat::GroupRecord{
          5, "Sales", std::vector<std::string>{"ann", "bob"}, {from_unix_microseconds(8)}},
      chat::GroupRecord{5, std::nullopt, std::vector<std::string>{}, {from_unix_microseconds(9)}},
      chat::AgentRecord{"helper", "Helper", {}, {}, chat::AgentUpdate::record, {}, true},
      chat::AgentStatusRecord{"ann", offline, from_unix_microseconds(1)},
      chat::AgentStatusRecord{"ann", accepting_chats, from_unix_microseconds(2)},
      chat::AgentStatusRecord{"ann", not_accepting_chats, latest_instant},
      chat::GreetingRecord{9, "u", chat::GreetingEvent::displayed, 3, from_unix_microseconds(4)},
      chat::GreetingRecord{9, "u", chat::GreetingEvent::canceled, std::nullopt,
                           from_unix_microseconds(5)},
      chat::GreetingRecord{9, "u", chat::GreetingEvent::goal, std::nullopt, earliest_instant},
      chat::AchievementRecord{chat::AchievementKind::goal, "t", 5, std::nullopt},
      chat::AchievementRecord{chat::AchievementKind::sale, "t", 6, from_unix_microseconds(7)},
      chat::WebhookRecord{
          "t", {}, {}, {chat::PresenceUpdate{"ann", true}}, {from_unix_microseconds(8)}},
      chat::WebhookRecord{
          "t", {}, {}, {chat::PresenceUpdate{"ann", false}}, {from_unix_microseconds(9)}},
      chat::WebhookRecord{
          "t", {}, {}, {chat::PresenceUpdate{"sue", true, true}}, {from_unix_microseconds(9)}},
      chat::QueueRecord{"t", {from_unix_microseconds(7), from_unix_microseconds(9), true}},
      chat::QueueRecord{"t", {from_unix_microseconds(7), from_unix_microseconds(7), false}},
      chat::FormLabel{"f", "q", "", "Why?", from_unix_microseconds(7)},
      chat::FormLabel{"f", "q", "0", "", from_unix_microseconds(8)},
      chat::DigestKeyRecord{{{1, 2, 0xfe}}},
  };
  for (const chat::Record& record : records) EXPECT_EQ(read_again(record), record);
}

TEST(WriteRecord, ADigestIsWrittenUnchanged) {
  chat::ChatRecord record;
  record.thread_id = "t";
  record.thread.from_chat_record = true;
  record.thread.properties = {{"rating", "comment", "hmac:00112233445566778899aabbccddeeff"}};
  EXPECT_EQ(read_again(record), chat::Record(record));
}

}  // namespace
}  // namespace chatreports::ingest
