#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "chat/property_digest.h"
#include "chat/record.h"
#include "ingest/parse_record.h"
#include "time/rfc3339.h"

namespace chatreports::ingest {
namespace {

using chat::AuthorKind;
using chat::ChatRecord;
using chat::Event;
using chat::EventType;
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

ChatRecord parsed(std::string_view json) {
  const auto records = parse_all(json);
  if (records.size() != 1 || !records[0]) {
    ADD_FAILURE() << (records.empty() ? "nothing" : records[0].error().message) << ": " << json;
    return {};
  }
  return std::get<ChatRecord>(*records[0]);
}

std::string refusal(std::string_view json) {
  const auto records = parse_all(json);
  if (records.size() != 1 || records[0]) {
    ADD_FAILURE() << "not one refusal: " << json;
    return {};
  }
  return records[0].error().message;
}

// A thread with the fields of a test; `users` are an agent a, an agent b and a customer c.
std::string chat_with(std::string_view of_thread, std::string_view of_chat = "") {
  std::string json = R"({"id":"C","users":[{"id":"a","type":"agent"},{"id":"b","type":"agent"},)";
  json += R"({"id":"c","type":"customer","email":"c@example.com"}],)";
  json += of_chat;
  json += R"("thread":{"id":"T","created_at":"2021-04-08T12:00:00Z")";
  json += of_thread;
  return json + "}}";
}

std::string chat_with_event(std::string_view of_event) {
  return chat_with(R"(,"events":[{"created_at":"2021-04-08T12:00:01Z",)" + std::string(of_event) +
                   "}]");
}

Event event_of(std::string_view of_event) {
  const ChatRecord record = parsed(chat_with_event(of_event));
  if (record.thread.events.size() != 1) {
    ADD_FAILURE() << "not one event";
    return {};
  }
  return record.thread.events[0];
}

TEST(ParseChat, ReadsEverythingThatAFigureNeedsAndNothingElse) {
  const ChatRecord record = parsed(R"({
    "id": "PJ0MRSHTDG",
    "users": [
      {"id": "b7eff798", "type": "customer", "name": "Thomas", "email": "t@example.com",
       "last_visit": {"ip": "37.248.156.62", "last_pages": [{"url": "https://example.com"}]}},
      {"id": "smith@example.com", "type": "agent", "name": "Agent Smith"},
      {"id": "jones@example.com", "type": "agent"}
    ],
    "properties": {"routing": {"continuous": false, "was_pinned": true}},
    "access": {"group_ids": [0]},
    "thread": {
      "id": "K600PKZON8",
      "active": false,
      "user_ids": ["smith@example.com", "b7eff798"],
      "created_at": "2020-05-07T07:11:28.288340Z",
      "ended_at": "2020-05-07T08:21:28+01:00",
      "access": {"group_ids": [7]},
      "tags": ["bug_report"],
      "properties": {"routing": {"continuous": true}, "rating": {"score": 1}},
      "events": [
        {"id": "Q_1", "created_at": "2020-05-07T07:11:28.288340Z", "type": "message",
         "text": "secret words", "author_id": "b7eff798", "visibility": "all"},
        {"id": "Q_2", "created_at": "2020-05-07T07:11:30Z", "type": "system_message",
         "text": "Agent Smith was added", "system_message_type": "added"},
        {"id": "Q_3", "created_at": "2020-05-07T07:11:31Z", "type": "file",
         "name": "secret.pdf", "author_id": "smith@example.com", "visibility": "agents"}
      ]
    }})");
  ChatRecord expected;
  expected.thread_id = "K600PKZON8";
  chat::ThreadRecord& thread = expected.thread;
  thread.from_chat_record = true;
  thread.started_at = at("2020-05-07T07:11:28.288340Z");
  thread.ended_at = at("2020-05-07T07:21:28Z");
  thread.agents = {"smith@example.com"};
  thread.other_agents = {"jones@example.com"};
  thread.groups = {7};
  thread.tags = {"bug_report"};
  thread.properties = {{"rating", "score", std::int64_t{1}}, {"routing", "continuous", true}};
  thread.chat_properties = {{"routing", "continuous", false}, {"routing", "was_pinned", true}};
  expected.chat_id = "PJ0MRSHTDG";
  thread.customer = chat::customer_digest("b7eff798");
  thread.events.resize(3);
  for (chat::Event& event : thread.events) {
    event.key = chat::event_key("", "Q_" + std::to_string(&event - thread.events.data() + 1));
  }
  thread.events[0].created_at = at("2020-05-07T07:11:28.288340Z");
  thread.events[0].author = AuthorKind::customer;
  thread.events[1].type = EventType::system_message;
  thread.events[1].created_at = at("2020-05-07T07:11:30Z");
  thread.events[2].type = EventType::file;
  thread.events[2].created_at = at("2020-05-07T07:11:31Z");
  thread.events[2].author = AuthorKind::agent;
  thread.events[2].agent_id = "smith@example.com";
  thread.events[2].visible_to_customer = false;
  EXPECT_EQ(record, expected);
}

TEST(ParseChat, RefusesAnEndBeforeTheBeginning) {
  EXPECT_EQ(refusal(chat_with(R"(,"ended_at":"2021-04-08T11:59:59.999999Z")")),
            "thread.ended_at: before thread.created_at");
  EXPECT_EQ(parsed(chat_with(R"(,"ended_at":"2021-04-08T12:00:00Z")")).thread.ended_at,
            at("2021-04-08T12:00:00Z"));
}

TEST(ParseChat, AgentsAreThoseListed) {
  EXPECT_THAT(parsed(chat_with("")).thread.agents, ElementsAre("a", "b"));
  const auto some_listed = parsed(chat_with(R"(,"user_ids":["c","b"])")).thread;
  EXPECT_THAT(some_listed.agents, ElementsAre("b"));
  EXPECT_THAT(some_listed.other_agents, ElementsAre("a"));
  EXPECT_THAT(parsed(chat_with(R"(,"user_ids":["c"])")).thread.agents, IsEmpty());
  // Users may come after the thread.
  EXPECT_THAT(parsed(R"({"thread":{"id":"T","created_at":"2021-04-08T12:00:00Z"},
      "users":[{"type":"agent","id":"z"},{"type":"agent","id":"y"},{"type":"agent","id":"z"}]})")
                  .thread.agents,
              ElementsAre("y", "z"));
}

TEST(ParseChat, SupervisorsAreAgentsWhomTheCustomerCannotSee) {
  const auto thread = parsed(R"({"users":[{"id":"a","type":"agent","visibility":"all"},
      {"id":"s","type":"agent","visibility":"agents"},
      {"id":"t","type":"agent","visibility":"agents"},{"id":"t","type":"agent"},
      {"id":"c","type":"customer","visibility":"agents"}],
      "thread":{"id":"T","created_at":"2021-04-08T12:00:00Z","user_ids":["a","s","t"]}})")
                          .thread;
  EXPECT_THAT(thread.agents, ElementsAre("a", "t"));
  EXPECT_THAT(thread.supervisors, ElementsAre("s"));
  EXPECT_THAT(thread.other_agents, IsEmpty());
}

TEST(ParseChat, TheCustomerIsTheFirstUserWhoIsNotAnAgent) {
  const auto thread = parsed(R"({"users":[{"id":"a","type":"agent"},{"id":"c","type":"customer",
      "last_visit":{"geolocation":{"country_code":"se"}},
      "visit":{"geolocation":{"country_code":"no"}}},
      {"id":"d","type":"customer","visit":{"geolocation":{"country_code":"DK"}}}],
      "thread":{"id":"T","created_at":"2021-04-08T12:00:00Z"}})")
                          .thread;
  EXPECT_EQ(thread.customer, chat::customer_digest("c"));
  EXPECT_EQ(thread.visit_country, chat::country_of("NO"));
  EXPECT_EQ(thread.country, std::nullopt);
  EXPECT_EQ(parsed(R"({"thread":{"id":"T","created_at":"2021-04-08T12:00:00Z"}})").thread.customer,
            std::nullopt);
}

TEST(ParseChat, CountryOfTheThread) {
  const auto country = [](std::string_view of_thread) -> std::optional<std::string> {
    const auto read = parsed(chat_with(of_thread)).thread.country;
    if (!read) return {};
    return std::string(read->code());
  };
  const std::string visit = R"(,"customer_visit":{"geolocation":{"country_code":"pl"}})";
  EXPECT_EQ(country(visit), "PL");
  EXPECT_EQ(country(R"(,"customer_country":"Cz")" + visit), "CZ");
  EXPECT_EQ(country(R"(,"customer_country":null)" + visit), "PL");
  // A value that is not a code ends the search.
  for (const char* unknown : {R"("CZE")", R"("")", "7", R"("č")", R"("1A")"}) {
    EXPECT_EQ(country(R"(,"customer_country":)" + std::string(unknown) + visit), "") << unknown;
  }
  EXPECT_EQ(country(R"(,"customer_visit":{"geolocation":7})"), std::nullopt);
  EXPECT_EQ(country(R"(,"customer_visit":"x")"), std::nullopt);
}

TEST(ParseChat, Queue) {
  const auto thread = parsed(chat_with(R"(,"active":true,"queues_duration":5.0,
      "queue":{"position":1,"queued_at":"2021-04-08T12:00:01Z"},
      "queued_at":["2021-04-08T12:00:00Z","2021-04-08T12:00:01Z"])"))
                          .thread;
  EXPECT_TRUE(thread.is_active);
  EXPECT_EQ(thread.queues_duration, 5);
  EXPECT_THAT(thread.queued_at,
              ElementsAre(at("2021-04-08T12:00:00Z"), at("2021-04-08T12:00:01Z")));
  EXPECT_FALSE(parsed(chat_with(R"(,"active":false)")).thread.is_active);
  EXPECT_EQ(parsed(chat_with(R"(,"queues_duration":"5")")).thread.queues_duration, std::nullopt);
  EXPECT_EQ(parsed(chat_with(R"(,"queues_duration":315537897599)")).thread.queues_duration,
            315'537'897'599);
  for (const std::string wrong : {"-5", "-1.0", "2.5", "1e308", "1e999", "315537897600"}) {
    EXPECT_EQ(refusal(chat_with(R"(,"queues_duration":)" + wrong)),
              "thread.queues_duration: must be an integer from 0 to 315537897599");
  }
  EXPECT_EQ(refusal(chat_with(R"(,"queue":{"queued_at":"soon"})")),
            R"(thread.queue.queued_at: not an RFC 3339 time: "soon")");
}

TEST(ParseChat, RestrictedThreads) {
  const auto is_restricted = [](std::string_view of_thread) {
    return parsed(chat_with(of_thread)).is_restricted;
  };
  EXPECT_TRUE(is_restricted(R"(,"restricted_access":"too old")"));
  EXPECT_TRUE(is_restricted(R"(,"restricted_access":false,"events":[])"));
  EXPECT_FALSE(is_restricted(R"(,"restricted_access":null)"));
  EXPECT_FALSE(is_restricted(R"(,"restricted_access":true,"events":[
      {"type":"message","created_at":"2021-04-08T12:00:01Z"}])"));
}

TEST(ParseChat, LabelsOfFormsWhoseTypeCounts) {
  const auto labels = [](std::string_view type) {
    return parsed(chat_with_event(R"("type":"filled_form","form_id":"f","form_type":")" +
                                  std::string(type) + R"(","fields":[
      {"id":"q1","type":"radio","label":"Why?","answer":{"id":2.0,"label":"Price"}},
      {"id":3,"label":"Which?","answers":[{"id":"0","label":"A"},{"label":"typed"},{"id":"1"}]},
      {"id":"q4","type":"name","label":"Name","answer":"Pat"},
      {"id":"q5","options":[{"id":0,"value":"unticked"}]},
      {"label":"no id","answer":{"id":"1","label":"B"}}])"))
        .labels;
  };
  const Instant then = at("2021-04-08T12:00:01Z");
  EXPECT_THAT(labels("prechat"), ElementsAre(chat::FormLabel{"f", "q1", "", "Why?", then},
                                             chat::FormLabel{"f", "q1", "2", "Price", then},
                                             chat::FormLabel{"f", "3", "", "Which?", then},
                                             chat::FormLabel{"f", "3", "0", "A", then},
                                             chat::FormLabel{"f", "q4", "", "Name", then}));
  EXPECT_THAT(labels("ticket"), IsEmpty());
}

TEST(ParseChat, SystemMessages) {
  using chat::SystemMessage;
  const auto meaning = [](std::string_view of_event) {
    return event_of(R"("type":"system_message","system_message_type":)" + std::string(of_event))
        .system_message;
  };
  for (const char* type :
       {"manual_archived_agent", "manual_archived_customer", "system_archived",
        "archived_customer_disconnected", "customer_banned", "routing.archived_inactive"}) {
    EXPECT_EQ(meaning(fmt::format(R"("{}")", type)), SystemMessage::closing) << type;
  }
  EXPECT_EQ(meaning(R"("routing.assigned_other")"), SystemMessage::other);
  EXPECT_EQ(meaning("7"), SystemMessage::other);
  EXPECT_EQ(meaning(R"("routing.unassigned_agent_went_away")"), SystemMessage::unassigned);
  EXPECT_EQ(meaning(R"("rating.chat_rated","text_vars":{"score":"good"})"),
            SystemMessage::rated_good);
  EXPECT_EQ(meaning(R"("rating.chat_rated","text_vars":{"score":"bad"})"),
            SystemMessage::rated_bad);
  EXPECT_EQ(meaning(R"("rating.chat_rated","text_vars":"good")"), SystemMessage::rated_otherwise);
  EXPECT_EQ(meaning(R"("rating.chat_rating_canceled")"), SystemMessage::rating_canceled);
  EXPECT_EQ(event_of(R"("type":"message","system_message_type":"system_archived")").system_message,
            SystemMessage::other);
}

TEST(ParseChat, GroupsOfTheThreadComeBeforeThoseOfTheChat) {
  const std::string of_chat = R"("access":{"group_ids":[3,1,3]},)";
  EXPECT_THAT(parsed(chat_with("", of_chat)).thread.groups, ElementsAre(1, 3));
  EXPECT_THAT(parsed(chat_with(R"(,"access":{"group_ids":[2]})", of_chat)).thread.groups,
              ElementsAre(2));
  EXPECT_THAT(parsed(chat_with(R"(,"access":{"group_ids":[]})", of_chat)).thread.groups, IsEmpty());
  EXPECT_THAT(parsed(chat_with(R"(,"access":{"group_ids":null})", of_chat)).thread.groups,
              ElementsAre(1, 3));
  EXPECT_THAT(parsed(chat_with(R"(,"access":{})", of_chat)).thread.groups, ElementsAre(1, 3));
}

TEST(ParseChat, TagsAreASet) {
  EXPECT_THAT(parsed(chat_with(R"(,"tags":["b","a","b",""])")).thread.tags,
              ElementsAre("", "a", "b"));
}

TEST(ParseChat, PropertiesStayInTheirLayers) {
  const ChatRecord record = parsed(
      chat_with(R"(,"properties":{"n":{"over":2,"new":"t","none":null},"empty":{},"gone":null})",
                R"("properties":{"n":{"over":"chat","kept":true,"none":-5},
                    "m":{"float":1.5,"list":[1],"object":{"value":1},
                         "large":18446744073709551615}},)"));
  EXPECT_THAT(record.thread.properties, ElementsAre(chat::Property{"n", "new", std::string("t")},
                                                    chat::Property{"n", "over", std::int64_t{2}}));
  EXPECT_THAT(
      record.thread.chat_properties,
      ElementsAre(chat::Property{"n", "kept", true}, chat::Property{"n", "none", std::int64_t{-5}},
                  chat::Property{"n", "over", std::string("chat")}));
}

TEST(ParseChat, EventsDifferByTheirIds) {
  const auto keys = [](const std::string& ids) {
    std::vector<std::uint64_t> read;
    for (const auto& event : parsed(chat_with(R"(,"events":[)" + ids + "]")).thread.events) {
      read.push_back(event.key);
    }
    return read;
  };
  const std::string time = R"("created_at":"2021-04-08T12:00:00Z")";
  EXPECT_THAT(keys(R"({"id":"T_7",)" + time + "}"), ElementsAre(7));
  const auto others =
      keys(R"({"id":"T_07",)" + time + R"(},{"id":"T_",)" + time + R"(},{"id":"U_7",)" + time +
           R"(},{"id":"T_7000000000",)" + time + R"(},{)" + time + R"(,"type":"message"},{)" +
           time + R"(,"type":"file"},{"author_id":"a",)" + time + "}");
  EXPECT_EQ(std::set<std::uint64_t>(others.begin(), others.end()).size(), 7U);
  for (const std::uint64_t key : others) EXPECT_GE(key, std::uint64_t{1} << 32);
  EXPECT_EQ(chat::event_key("T", chat::event_id_of("T", 7)), 7U);
  EXPECT_EQ(chat::event_key("T", chat::event_id_of("T", others[0])), others[0]);
}

TEST(ParseChat, ACommentIsReplacedByItsDigest) {
  const ChatRecord record =
      parsed(chat_with(R"(,"properties":{"rating":{"comment":"my phone is 555-1234"}})"));
  ASSERT_EQ(record.thread.properties.size(), 1U);
  EXPECT_EQ(std::get<std::string>(record.thread.properties[0].value),
            chat::received_property_text("rating", "comment", "my phone is 555-1234"));
  EXPECT_THAT(std::get<std::string>(record.thread.properties[0].value), Not(HasSubstr("555-1234")));
}

TEST(ParseChat, GoalsAndSalesAreSortedAndFromTheChat) {
  const ChatRecord record = parsed(chat_with(
      R"(,"goals":[{"id":9},{"id":5,"at":"2021-04-08T12:00:05Z"},{"id":9,"at":null}],
          "sales":[{"id":-1}])"));
  EXPECT_THAT(record.thread.goals,
              ElementsAre(chat::Achievement{5, at("2021-04-08T12:00:05Z"), true},
                          chat::Achievement{9, {}, true}));
  EXPECT_THAT(record.thread.sales, ElementsAre(chat::Achievement{-1, {}, true}));
}

TEST(ParseChat, EventTypes) {
  EXPECT_EQ(event_of(R"("type":"message")").type, EventType::message);
  EXPECT_EQ(event_of(R"("type":"file")").type, EventType::file);
  EXPECT_EQ(event_of(R"("type":"form")").type, EventType::form);
  EXPECT_EQ(event_of(R"("type":"filled_form")").type, EventType::filled_form);
  EXPECT_EQ(event_of(R"("type":"rich_message")").type, EventType::rich_message);
  EXPECT_EQ(event_of(R"("type":"custom")").type, EventType::custom);
  EXPECT_EQ(event_of(R"("type":"system_message")").type, EventType::system_message);
  EXPECT_EQ(event_of(R"("type":"system")").type, EventType::system);
  EXPECT_EQ(event_of(R"("type":"annotation")").type, EventType::other);
  EXPECT_EQ(event_of(R"("id":"x")").type, EventType::other);
}

TEST(ParseChat, AuthorsOfEvents) {
  const Event by_agent = event_of(R"("type":"message","author_id":"b")");
  EXPECT_EQ(by_agent.author, AuthorKind::agent);
  EXPECT_EQ(by_agent.agent_id, "b");
  const Event by_customer = event_of(R"("type":"message","author_id":"c")");
  EXPECT_EQ(by_customer.author, AuthorKind::customer);
  EXPECT_EQ(by_customer.agent_id, "");
  const Event by_unlisted = event_of(R"("author_id":"not listed")");
  EXPECT_EQ(by_unlisted.author, AuthorKind::unlisted);
  EXPECT_EQ(by_unlisted.author_digest, chat::author_digest("not listed"));
  EXPECT_EQ(event_of(R"("author_id":"")").author, AuthorKind::nobody);
  EXPECT_EQ(event_of(R"("author_id":null)").author, AuthorKind::nobody);
  EXPECT_EQ(event_of(R"("type":"message")").author, AuthorKind::nobody);
}

TEST(ParseChat, VisibilityToTheCustomer) {
  EXPECT_TRUE(event_of(R"("visibility":"all")").visible_to_customer);
  EXPECT_TRUE(event_of(R"("type":"message")").visible_to_customer);
  EXPECT_FALSE(event_of(R"("visibility":"agents")").visible_to_customer);
  EXPECT_FALSE(event_of(R"("recipients":"agents")").visible_to_customer);
}

TEST(ParseChat, AutomaticGreetings) {
  EXPECT_TRUE(event_of(R"("properties":{"lc2":{"greeting_id":9}})").automatic_greeting);
  EXPECT_TRUE(event_of(R"("properties":{"lc2":{"greeting_id":"x"}})").automatic_greeting);
  EXPECT_FALSE(event_of(R"("properties":{"lc2":{"greeting_id":null}})").automatic_greeting);
  EXPECT_FALSE(event_of(R"("properties":{"lc3":{"greeting_id":9}})").automatic_greeting);
}

TEST(ParseChat, AutomaticWelcomes) {
  EXPECT_TRUE(event_of(R"("properties":{"lc2":{"welcome_message":true}})").automatic_welcome);
  EXPECT_FALSE(event_of(R"("properties":{"lc2":{"welcome_message":false}})").automatic_welcome);
  EXPECT_FALSE(event_of(R"("properties":{"lc2":{"welcome_message":"true"}})").automatic_welcome);
  EXPECT_FALSE(event_of(R"("properties":{"lc3":{"welcome_message":true}})").automatic_welcome);
}

TEST(ParseChat, FilledForms) {
  const auto form = event_of(R"("type":"filled_form","form_id":"156630109416307809",
      "form_type":"prechat","fields":[
        {"id":"15663010941630615","type":"header","label":"Welcome!"},
        {"id":"f1","type":"name","label":"Name","answer":"Thomas Anderson"},
        {"id":"f2","type":"radio","label":"Topic","answer":{"id":"0","label":"Product"}},
        {"id":3,"type":"checkbox","label":"Which?","answers":[
            {"id":"1","label":"A"},{"label":"no id"},{"id":2,"label":"B"},{"id":null}]},
        {"type":"radio","answer":{"id":"9"}}]
      )")
                        .filled_form;
  ASSERT_TRUE(form.has_value());
  EXPECT_EQ(form->form_id, "156630109416307809");
  EXPECT_EQ(form->type, chat::SurveyType::pre_chat);
  EXPECT_THAT(form->answers, ElementsAre("f2:0", "3:1", "3:2"));
}

TEST(ParseChat, TypesOfFilledForms) {
  const auto type = [](std::string_view fields) {
    const auto form = event_of(R"("type":"filled_form",)" + std::string(fields)).filled_form;
    return form ? form->type : std::nullopt;
  };
  EXPECT_EQ(type(R"("form_type":"pre_chat")"), chat::SurveyType::pre_chat);
  EXPECT_EQ(type(R"("form_type":"postchat")"), chat::SurveyType::post_chat);
  EXPECT_EQ(type(R"("form_type":"post_chat")"), chat::SurveyType::post_chat);
  EXPECT_EQ(type(R"("form_type":"ticket")"), std::nullopt);
  EXPECT_EQ(type(R"("form_id":5)"), std::nullopt);
  EXPECT_EQ(type(R"("properties":{"lc2":{"form_type":"prechat"}})"), chat::SurveyType::pre_chat);
  EXPECT_EQ(type(R"("properties":{"lc2":{"form_type":"prechat"}},"form_type":"post_chat")"),
            chat::SurveyType::post_chat);
  EXPECT_EQ(event_of(R"("type":"filled_form","form_id":5)").filled_form->form_id, "5");
  EXPECT_EQ(event_of(R"("type":"filled_form")").filled_form->form_id, "");
  EXPECT_FALSE(event_of(R"("type":"form","form_id":"5")").filled_form.has_value());
}

TEST(ParseChat, ATimeWithoutAnOffsetIsShown) {
  EXPECT_EQ(refusal(R"({"thread":{"id":"T","created_at":"2021-04-08T12:00:00"}})"),
            "thread.created_at: not an RFC 3339 time: \"2021-04-08T12:00:00\" has no offset from "
            "UTC, such as Z or +02:00");
  EXPECT_EQ(refusal(R"({"thread":{"id":"T","created_at":"2021-04-08 12:00:00.5"}})"),
            "thread.created_at: not an RFC 3339 time: \"2021-04-08 12:00:00.5\" has no offset from "
            "UTC, such as Z or +02:00");
  // Control characters are not passed on, and long values are cut.
  const std::string shown =
      refusal(R"({"thread":{"id":"T","created_at":"\u001b[31m)" + std::string(500, 'x') + R"("}})");
  EXPECT_THAT(shown, StartsWith("thread.created_at: not an RFC 3339 time: \"?[31mxxx"));
  EXPECT_LT(shown.size(), 150);
}

TEST(ParseChat, OlderVersionsOfTheApiWriteTimesInSeconds) {
  const auto read = parsed(R"({"thread":{"id":"T","timestamp":1617876000,"order":18,"events":[
      {"id":"T_1","type":"message","timestamp":1617876001,"order":1,"recipients":"all"},
      {"id":"T_2","type":"message","timestamp":1617876002.0,"created_at":"2021-04-08T10:00:05Z"}]}})");
  EXPECT_EQ(read.thread.started_at, at("2021-04-08T10:00:00Z"));
  EXPECT_EQ(read.thread.events[0].created_at, at("2021-04-08T10:00:01Z"));
  EXPECT_EQ(read.thread.events[1].created_at, at("2021-04-08T10:00:05Z"));
  EXPECT_EQ(refusal(R"({"thread":{"id":"T","timestamp":1.5}})"),
            "thread.timestamp: not a time in whole seconds since 1970");
  EXPECT_EQ(refusal(R"({"thread":{"id":"T","timestamp":1617876000000000}})"),
            "thread.timestamp: not a time in whole seconds since 1970");
}

TEST(ParseChat, IntegralNumbersAreIntegers) {
  const auto read = parsed(
      R"({"thread":{"id":"T","created_at":"2021-04-08T12:00:00Z","access":{"group_ids":[1.0,2e0]},
          "goals":[{"id":5.0}],"properties":{"lc2":{"greeting_id":7.0,"other":7.5}}}})");
  EXPECT_THAT(read.thread.groups, ElementsAre(1, 2));
  EXPECT_THAT(read.thread.goals, ElementsAre(chat::Achievement{5, {}, true}));
  EXPECT_THAT(read.thread.properties,
              ElementsAre(chat::Property{"lc2", "greeting_id", std::int64_t{7}}));
  EXPECT_EQ(refusal(chat_with(R"(,"access":{"group_ids":[1.5]})")),
            "thread.access.group_ids[0]: must be an integer of 64 bits");
  EXPECT_EQ(refusal(chat_with(R"(,"access":{"group_ids":[9.3e18]})")),
            "thread.access.group_ids[0]: must be an integer of 64 bits");
}

TEST(ParseChat, RefusalsNameThePath) {
  const auto thread = [](std::string_view fields) { return refusal(chat_with(fields)); };
  EXPECT_EQ(refusal(R"({"thread":{"created_at":"2021-04-08T12:00:00Z"}})"), "thread.id: missing");
  EXPECT_EQ(refusal(R"({"thread":{"id":null,"created_at":"2021-04-08T12:00:00Z"}})"),
            "thread.id: missing");
  EXPECT_EQ(refusal(R"({"thread":{"id":"","created_at":"2021-04-08T12:00:00Z"}})"),
            "thread.id: must not be empty");
  EXPECT_EQ(refusal(R"({"thread":{"id":5,"created_at":"2021-04-08T12:00:00Z"}})"),
            "thread.id: must be text");
  EXPECT_EQ(refusal(R"({"thread":{"id":"T"}})"), "thread.created_at: missing");
  EXPECT_EQ(refusal(R"({"thread":{"id":"T","created_at":"yesterday"}})"),
            "thread.created_at: not an RFC 3339 time: \"yesterday\"");
  EXPECT_EQ(refusal(R"({"thread":{"id":"T","created_at":5}})"),
            "thread.created_at: not an RFC 3339 time: it must be text");
  EXPECT_EQ(refusal(R"({"thread":[1]})"), "thread: must be an object");
  EXPECT_EQ(refusal(R"({"thread":[]})"), "thread.id: missing");
  EXPECT_EQ(thread(R"(,"tags":"a")"), "thread.tags: must be an array");
  EXPECT_EQ(thread(R"(,"tags":["a",5])"), "thread.tags[1]: must be text");
  EXPECT_EQ(thread(R"(,"user_ids":[null])"), "thread.user_ids[0]: must be text");
  EXPECT_EQ(thread(R"(,"access":{"group_ids":[1,"2"]})"),
            "thread.access.group_ids[1]: must be an integer of 64 bits");
  EXPECT_EQ(thread(R"(,"access":5)"), "thread.access: must be an object");
  EXPECT_EQ(thread(R"(,"properties":{"n":5})"), "thread.properties.n: must be an object");
  EXPECT_EQ(thread(R"(,"goals":[{"id":1},{}])"), "thread.goals[1].id: missing");
  EXPECT_EQ(thread(R"(,"sales":[5])"), "thread.sales[0]: must be an object");
  EXPECT_EQ(thread(R"(,"events":{})"), "thread.events: must be an array");
  EXPECT_EQ(thread(R"(,"events":[null])"), "thread.events[0]: must be an object");
  const std::string good = R"({"created_at":"2021-04-08T12:00:01Z"},)";
  EXPECT_EQ(thread(R"(,"events":[)" + good + good + good + R"({"created_at":"now"}])"),
            "thread.events[3].created_at: not an RFC 3339 time: \"now\"");
  EXPECT_EQ(thread(R"(,"events":[)" + good + R"({}])"), "thread.events[1].created_at: missing");
  EXPECT_EQ(refusal(chat_with_event(R"("type":5)")), "thread.events[0].type: must be text");
  EXPECT_EQ(refusal(chat_with_event(R"("type":"filled_form","fields":[{"id":"f","answers":{}}])")),
            "thread.events[0].fields[0].answers: must be an array");
  EXPECT_EQ(refusal(chat_with_event(R"("type":"filled_form","form_id":1.5)")),
            "thread.events[0].form_id: must be text or an integer");
  EXPECT_EQ(refusal(chat_with("", R"("users":5,)")), "users: must be an array");
  EXPECT_EQ(refusal(chat_with("", R"("users":[{"type":"agent"}],)")), "users[0].id: missing");
  EXPECT_EQ(refusal(chat_with("", R"("users":[{"type":"agent","id":""}],)")),
            "users[0].id: must not be empty");
}

TEST(ParseChat, NullIsTheSameAsAbsent) {
  const ChatRecord record = parsed(
      R"({"users":null,"access":null,"properties":null,"thread":{"id":"T",
          "created_at":"2021-04-08T12:00:00Z","ended_at":null,"user_ids":null,"events":null,
          "tags":null,"access":null,"properties":null,"goals":null,"sales":null}})");
  ChatRecord expected;
  expected.thread_id = "T";
  expected.thread.from_chat_record = true;
  expected.thread.started_at = at("2021-04-08T12:00:00Z");
  EXPECT_EQ(record, expected);
}

TEST(ParseChat, LimitsAreRefusedWithoutEchoingTheValue) {
  const auto text_of = [](std::size_t bytes) { return std::string(bytes, 'x'); };
  const auto tag = [&](std::size_t bytes) {
    return chat_with(R"(,"tags":[")" + text_of(bytes) + R"("])");
  };
  EXPECT_EQ(parsed(tag(chat::max_tag_bytes)).thread.tags.size(), 1U);
  EXPECT_EQ(refusal(tag(chat::max_tag_bytes + 1)), "thread.tags[0]: longer than 1024 bytes");

  const auto property = [&](std::size_t name, std::size_t value) {
    return chat_with(R"(,"properties":{"n":{")" + text_of(name) + R"(":")" + text_of(value) +
                     R"("}})");
  };
  EXPECT_EQ(
      parsed(property(chat::max_tag_bytes, chat::max_property_text_bytes)).thread.properties.size(),
      1U);
  EXPECT_EQ(std::get<std::string>(
                parsed(property(1, chat::max_property_text_bytes + 1)).thread.properties[0].value),
            chat::received_property_text("n", "x", text_of(chat::max_property_text_bytes + 1)));
  EXPECT_EQ(refusal(property(chat::max_tag_bytes + 1, 1)),
            "thread.properties.n." + text_of(60) + "…: a name longer than 1024 bytes");

  const auto thread_id = [&](std::size_t bytes) {
    return R"({"thread":{"id":")" + text_of(bytes) + R"(","created_at":"2021-04-08T12:00:00Z"}})";
  };
  EXPECT_EQ(parsed(thread_id(chat::max_id_bytes)).thread_id.size(), chat::max_id_bytes);
  EXPECT_EQ(refusal(thread_id(chat::max_id_bytes + 1)), "thread.id: longer than 255 bytes");

  const auto list = [](std::string_view element, std::size_t count) {
    std::string elements;
    for (std::size_t i = 0; i < count; ++i) {
      if (i > 0) elements += ',';
      elements += element;
    }
    return "[" + elements + "]";
  };
  EXPECT_THAT(parsed(chat_with(R"(,"tags":)" + list(R"("t")", chat::max_elements))).thread.tags,
              ElementsAre("t"));
  EXPECT_EQ(refusal(chat_with(R"(,"tags":)" + list(R"("t")", chat::max_elements + 1))),
            "thread.tags: more than 10000 elements");
  const std::string event = R"({"created_at":"2021-04-08T12:00:00Z"})";
  EXPECT_EQ(parsed(chat_with(R"(,"events":)" + list(event, chat::max_events))).thread.events.size(),
            chat::max_events);
  EXPECT_EQ(refusal(chat_with(R"(,"events":)" + list(event, chat::max_events + 1))),
            "thread.events: more than 100000 elements");
  const std::string field = R"({"id":"f","answers":)" + list(R"({"id":1})", 6'000) + "}";
  EXPECT_THAT(refusal(chat_with_event(R"("type":"filled_form","fields":)" + list(field, 2))),
              HasSubstr("more than 10000 answers"));
}

TEST(ParseChat, LongKeysAreCutBetweenCharacters) {
  std::string key(59, 'k');
  key += "ł is two bytes";  // the cut at 60 would go through it
  EXPECT_EQ(refusal(chat_with(R"(,"properties":{")" + key + R"(":5})")),
            "thread.properties." + std::string(59, 'k') + "…: must be an object");
  EXPECT_EQ(refusal(chat_with(R"(,"properties":{"a\n\u001b[2J":5})")),
            "thread.properties.a??[2J: must be an object");
}

TEST(ParseChat, ARefusalDoesNotAffectTheNextRecord) {
  RecordParser parser;
  std::vector<Result<chat::Record>> records;
  const auto take = [&](Result<chat::Record> record) { records.push_back(std::move(record)); };
  parser.parse(chat_with(R"(,"tags":5,"properties":{"n":{"x":1}})"), take);
  parser.parse(R"({"thread":{"id":"T","created_at":"2021-04-08T12:00:00Z",
      "events":[{"created_at":"2021-04-08T12:00:00Z","author_id":"a"}]}})",
               take);
  ASSERT_EQ(records.size(), 2U);
  EXPECT_FALSE(records[0].has_value());
  ASSERT_TRUE(records[1].has_value());
  const auto& thread = std::get<ChatRecord>(*records[1]).thread;
  EXPECT_THAT(thread.agents, IsEmpty());
  EXPECT_THAT(thread.properties, IsEmpty());
  EXPECT_EQ(thread.events[0].author, AuthorKind::unlisted);
}

}  // namespace
}  // namespace chatreports::ingest
