#include "chat/derive.h"

#include <gtest/gtest.h>

namespace chatreports::chat {
namespace {

constexpr Instant start =
    from_unix_microseconds(1'617'840'000 * microseconds_per_second);  // 2021-04-08T00:00:00Z

Instant seconds_in(double seconds) {
  return start + Duration{static_cast<std::int64_t>(seconds * 1e6)};
}

Event said(AuthorKind who, double seconds, const std::string& agent_id = "") {
  Event event;
  event.author = who;
  event.agent_id = agent_id;
  event.created_at = seconds_in(seconds);
  return event;
}

Event customer(double seconds) {
  return said(AuthorKind::customer, seconds);
}
Event agent(double seconds, const std::string& id = "ann") {
  return said(AuthorKind::agent, seconds, id);
}

Thread derived(std::vector<Event> events) {
  ThreadRecord record;
  record.from_chat_record = true;
  record.started_at = start;
  record.events = std::move(events);
  return derive(record);
}

TEST(Responses, WaitFromTheEarliestUnansweredWord) {
  const Thread thread =
      derived({customer(0), customer(5), agent(12.5), agent(13), customer(20), agent(21, "bob")});
  ASSERT_TRUE(thread.first_response);
  EXPECT_EQ(thread.first_response->agent_id, "ann");
  EXPECT_EQ(thread.first_response->wait, Duration{12'500'000});
  EXPECT_EQ(thread.response_time, Duration{(12'500'000 + 1'000'000) / 2});
}

TEST(Responses, AreFlooredToTheMicrosecond) {
  Event second = agent(0);
  second.created_at = start + Duration{1};
  Event fourth = agent(0);
  fourth.created_at = start + Duration{5};
  Event third = customer(0);
  third.created_at = start + Duration{3};
  // Waits of 1 and 2 microseconds.
  EXPECT_EQ(derived({customer(0), second, third, fourth}).response_time, Duration{1});
}

TEST(Responses, NeedACustomerWhoSpokeBefore) {
  EXPECT_FALSE(derived({agent(0), agent(3), customer(9)}).first_response);
  EXPECT_FALSE(derived({agent(0), agent(3), customer(9)}).response_time);
}

TEST(Responses, AreNotWhispersWelcomesOrSystemMessages) {
  Event whisper = agent(2);
  whisper.visible_to_customer = false;
  Event welcome = agent(3);
  welcome.automatic_welcome = true;
  Event system = agent(4);
  system.type = EventType::system_message;
  Event form = agent(5);
  form.type = EventType::filled_form;
  EXPECT_FALSE(derived({customer(0), whisper, welcome, system, form}).first_response);
  Event file = agent(6);
  file.type = EventType::file;
  EXPECT_EQ(derived({customer(0), whisper, welcome, system, form, file}).first_response->wait,
            Duration{6'000'000});
}

TEST(Responses, FollowTimeAndNotTheOrderInTheRecord) {
  EXPECT_EQ(derived({agent(10), customer(4)}).first_response->wait, Duration{6'000'000});
  // At the same time, the order given decides.
  EXPECT_EQ(derived({customer(4), agent(4)}).first_response->wait, Duration{0});
  EXPECT_FALSE(derived({agent(4), customer(4)}).first_response);
}

TEST(Durations, RunToTheLastEventIfTheEndIsNotKnown) {
  EXPECT_EQ(derived({customer(0), customer(30)}).duration, Duration{30'000'000});
  EXPECT_EQ(derived({}).duration, Duration{0});
  EXPECT_EQ(derived({customer(-10)}).duration, Duration{0});
  ThreadRecord record;
  record.from_chat_record = true;
  record.started_at = start;
  record.events = {customer(50)};
  record.ended_at = seconds_in(40);
  EXPECT_EQ(derive(record).duration, Duration{40'000'000});
}

TEST(Durations, OfAgentsBeginWithTheFirstWord) {
  EXPECT_EQ(
      derived({customer(0), agent(10), agent(20, "bob"), customer(30)}).agents_chatting_duration,
      Duration{20'000'000});
  EXPECT_EQ(derived({customer(0), customer(30)}).agents_chatting_duration, Duration{0});
  // Not before the thread.
  EXPECT_EQ(derived({agent(-5), customer(30)}).agents_chatting_duration, Duration{30'000'000});
}

TEST(Chatting, RunsFromAnAgentsFirstWordToTheEnd) {
  const Thread thread =
      derived({customer(0), agent(10, "bob"), agent(20), agent(25, "bob"), customer(30)});
  EXPECT_EQ(thread.chatting,
            (std::vector<ChattingInterval>{{"ann", seconds_in(20), seconds_in(30)},
                                           {"bob", seconds_in(10), seconds_in(30)}}));
  // An agent who speaks only at the end has not chatted for any time.
  EXPECT_TRUE(derived({customer(0), agent(10)}).chatting.empty());
}

TEST(StartedBy, IsTheAuthorOfTheFirstEventThatIsNotAutomatic) {
  Event system = agent(0);
  system.type = EventType::system_message;
  Event welcome = agent(1);
  welcome.automatic_welcome = true;
  EXPECT_EQ(derived({system, welcome, customer(2), agent(3)}).started_by,
            StartedBy::customer_without_greeting);
  EXPECT_EQ(derived({system, welcome, agent(2), customer(3)}).started_by, StartedBy::agent);
  EXPECT_EQ(derived({}).started_by, StartedBy::customer_without_greeting);
}

TEST(Greetings, AreSentWhenTheyWereDisplayedOrAtTheStart) {
  ThreadRecord record;
  record.from_chat_record = true;
  record.started_at = start;
  record.events = {agent(0)};
  record.properties = {{"lc2", "greeting_id", std::int64_t{7}}};
  EXPECT_EQ(derive(record).greeting, (Greeting{7, start}));
  EXPECT_EQ(derive(record).started_by, StartedBy::customer_from_greeting);
  record.greeting_displayed_at = seconds_in(-60);
  EXPECT_EQ(derive(record).greeting, (Greeting{7, seconds_in(-60)}));
  record.properties = {{"lc2", "greeting_id", "7"}};  // a text is not an id
  EXPECT_FALSE(derive(record).greeting);
}

TEST(Authors, WhoAreNotListedAreAgentsIfTheLicenceKnowsThem) {
  Event unlisted;
  unlisted.created_at = seconds_in(4);
  unlisted.author = AuthorKind::unlisted;
  unlisted.author_digest = author_digest("bob");
  ThreadRecord record;
  record.from_chat_record = true;
  record.started_at = start;
  record.events = {customer(1), unlisted};
  EXPECT_TRUE(derive(record).agents.empty());
  EXPECT_FALSE(derive(record).first_response);
  record.known_agents = {"ann", "bob"};
  EXPECT_EQ(derive(record).agents, std::vector<std::string>{"bob"});
  EXPECT_EQ(derive(record).first_response, (FirstResponse{"bob", Duration{3'000'000}}));
}

TEST(Authors, OfAutomaticEventsAloneAreNotAgents) {
  Event greeting = agent(0, "cid");
  greeting.automatic_greeting = true;
  const Thread thread = derived({greeting, customer(1), agent(2)});
  EXPECT_EQ(thread.agents, std::vector<std::string>{"ann"});
  EXPECT_EQ(thread.started_by, StartedBy::customer_without_greeting);
  EXPECT_EQ(thread.chatting.size(), 0u);
}

TEST(Supervisors, AreAgentsOnlyIfTheCustomerCouldSeeTheirEvents) {
  Event whisper = agent(1, "sue");
  whisper.visible_to_customer = false;
  ThreadRecord record;
  record.from_chat_record = true;
  record.started_at = start;
  record.ended_at = seconds_in(60);
  record.events = {whisper};
  record.updates = {{PresenceUpdate{"sue", true, true}, {seconds_in(10), false}, false}};
  for (const bool is_in_users : {false, true}) {
    if (is_in_users) record.supervisors = {"sue"};
    record.events[0] = whisper;
    EXPECT_TRUE(derive(record).agents.empty());
    EXPECT_TRUE(derive(record).chatting.empty());
    record.events[0].visible_to_customer = true;
    record.events[0].type = EventType::custom;
    EXPECT_EQ(derive(record).agents, std::vector<std::string>{"sue"});
    EXPECT_EQ(derive(record).agents_chatting_duration, Duration{50'000'000});
  }
  // The users outrank a joining.
  record.supervisors.clear();
  record.agents = {"sue"};
  record.events[0] = whisper;
  EXPECT_EQ(derive(record).agents, std::vector<std::string>{"sue"});
}

TEST(Sets, HoldEachThingOnce) {
  ThreadRecord record;
  record.from_chat_record = true;
  record.agents = {"ann"};
  record.events = {agent(0, "bob"), agent(1, "ann"), agent(2, "bob")};
  record.events[2].type = EventType::other;
  record.goals = {{5, std::nullopt, false}, {5, start, true}, {6, start, true}};
  const Thread thread = derive(record);
  EXPECT_EQ(thread.agents, (std::vector<std::string>{"ann", "bob"}));
  EXPECT_EQ(thread.event_types, std::vector{EventType::message});
  EXPECT_EQ(thread.goals, (std::vector<std::int64_t>{5, 6}));
}

TEST(Submissions, AreFormsOfAKnownType) {
  Event form = customer(1);
  form.type = EventType::filled_form;
  form.filled_form = FilledForm{"10", SurveyType::pre_chat, {"b:1", "a:0", "b:1"}};
  Event unknown = form;
  unknown.filled_form->type = std::nullopt;
  const Thread thread = derived({form, unknown});
  ASSERT_EQ(thread.submissions.size(), 1U);
  EXPECT_EQ(thread.submissions[0],
            (SurveySubmission{"10", SurveyType::pre_chat, seconds_in(1), {"a:0", "b:1"}}));
}

}  // namespace
}  // namespace chatreports::chat
