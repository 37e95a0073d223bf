#include "chat/queue.h"

#include <gtest/gtest.h>

#include "chat/derive.h"

namespace chatreports::chat {
namespace {

constexpr Instant start =
    from_unix_microseconds(1'617'840'000 * microseconds_per_second);  // 2021-04-08T00:00:00Z

Instant seconds_in(std::int64_t seconds) {
  return start + std::chrono::seconds(seconds);
}

Event event_of(AuthorKind author, std::int64_t seconds, const std::string& agent_id = "") {
  Event event;
  event.author = author;
  event.agent_id = agent_id;
  event.created_at = seconds_in(seconds);
  return event;
}

Event of_agent(std::int64_t seconds, const std::string& id = "ann") {
  return event_of(AuthorKind::agent, seconds, id);
}

Event of_system(std::int64_t seconds, SystemMessage message) {
  Event event = event_of(AuthorKind::nobody, seconds);
  event.type = EventType::system_message;
  event.system_message = message;
  return event;
}

// A chat that began in the queue and whose last event is 100 s after its start.
ThreadRecord queued_at_start() {
  ThreadRecord record;
  record.from_chat_record = true;
  record.started_at = start;
  record.properties = {{"routing", "group_status_at_start", "online_for_queue"}};
  record.events = {event_of(AuthorKind::customer, 100)};
  return record;
}

Queue queue_of(QueueOutcome outcome, std::int64_t waited, std::int64_t began = 0) {
  return {outcome, seconds_in(began), std::chrono::seconds(waited)};
}

using enum QueueOutcome;

TEST(Queued, BySigns) {
  ThreadRecord record = queued_at_start();
  EXPECT_EQ(derive(record).queue, queue_of(left, 100));
  record.properties.clear();
  EXPECT_FALSE(derive(record).queue);
  record.queues_duration = 0;
  EXPECT_FALSE(derive(record).queue);
  record.queues_duration = 7;
  EXPECT_EQ(derive(record).queue, queue_of(left, 7));
  record.queues_duration.reset();
  record.queued_at = {seconds_in(-5)};
  EXPECT_EQ(derive(record).queue, queue_of(left, 105, -5));
  record.queued_at.clear();
  record.events.push_back(of_system(60, SystemMessage::unassigned));
  EXPECT_EQ(derive(record).queue, queue_of(left, 40, 60));
  record.chat_properties = {{"routing", "offline_message", true}};
  record.queue_stays = {{start, seconds_in(5), true}};
  EXPECT_FALSE(derive(record).queue);
}

TEST(Queued, EndsByAnEventStrictlyAfterItsBeginning) {
  ThreadRecord record = queued_at_start();
  record.events.push_back(of_agent(0));
  EXPECT_EQ(derive(record).queue, queue_of(left, 100));
  record.events.push_back(of_agent(30));
  EXPECT_EQ(derive(record).queue, queue_of(entered, 30));
}

TEST(Queued, ByWhispersWelcomesAndJoiningButNotByGreetingsOrSupervisors) {
  const auto with = [](Event event) {
    ThreadRecord record = queued_at_start();
    record.supervisors = {"boss"};
    record.events.push_back(std::move(event));
    return derive(record).queue;
  };
  Event whisper = of_agent(10);
  whisper.visible_to_customer = false;
  EXPECT_EQ(with(whisper), queue_of(entered, 10));
  whisper.agent_id = "boss";
  EXPECT_EQ(with(whisper), queue_of(left, 100));
  EXPECT_EQ(with(of_agent(10, "boss")), queue_of(entered, 10));  // the customer saw it
  Event automatic = of_agent(10);
  automatic.automatic_greeting = true;
  EXPECT_EQ(with(automatic), queue_of(left, 100));
  automatic.automatic_greeting = false;
  automatic.automatic_welcome = true;
  EXPECT_EQ(with(automatic), queue_of(entered, 10));
  automatic.author = AuthorKind::customer;  // nobody knows its author as an agent
  EXPECT_EQ(with(automatic), queue_of(entered, 10));
  automatic.author = AuthorKind::nobody;
  EXPECT_EQ(with(automatic), queue_of(left, 100));

  ThreadRecord joined = queued_at_start();
  joined.updates = {{PresenceUpdate{"ann", true}, {seconds_in(20)}, false, false}};
  EXPECT_EQ(derive(joined).queue, queue_of(entered, 20));
}

TEST(Queued, WaitsStillUntilTheChatEnds) {
  ThreadRecord record = queued_at_start();
  record.is_active = true;
  EXPECT_FALSE(derive(record).queue);
  record.events.push_back(of_system(50, SystemMessage::closing));
  EXPECT_EQ(derive(record).queue, queue_of(left, 50));
  record.events.pop_back();
  record.ended_at = seconds_in(70);
  EXPECT_EQ(derive(record).queue, queue_of(left, 70));
}

TEST(Queued, SeveralTimesAddsUp) {
  ThreadRecord record = queued_at_start();
  record.events = {of_agent(10),
                   of_system(40, SystemMessage::unassigned),
                   of_system(45, SystemMessage::unassigned),
                   of_agent(60),
                   of_system(90, SystemMessage::unassigned),
                   event_of(AuthorKind::customer, 100)};
  EXPECT_EQ(derive(record).queue, queue_of(entered, 10 + 20 + 10));
  // A sign at the instant at which a wait ends belongs to that wait.
  record.events.push_back(of_system(60, SystemMessage::unassigned));
  EXPECT_EQ(derive(record).queue, queue_of(entered, 10 + 20 + 10));
  record.queues_duration = 33;
  EXPECT_EQ(derive(record).queue, queue_of(entered, 33));
}

TEST(Queued, AsOwnRecordsSayWhateverElseSays) {
  ThreadRecord record = queued_at_start();
  record.events.push_back(of_agent(30));
  record.queues_duration = 7;
  record.queue_stays = {{seconds_in(1), seconds_in(5), true},
                        {seconds_in(20), seconds_in(22), false}};
  EXPECT_EQ(derive(record).queue, queue_of(left, 6, 1));
}

TEST(Queued, ForNoLongerThanThereIsTime) {
  ThreadRecord record = queued_at_start();
  for (int number = 0; number < 59; ++number) {
    record.queue_stays.push_back({earliest_instant + Duration{number}, latest_instant, false});
  }
  EXPECT_EQ(derive(record).queue->waited, latest_instant - earliest_instant);
}

TEST(Queued, HasIdsIfTheCustomerLeft) {
  ThreadRecord record = queued_at_start();
  record.customer = CustomerDigest{1, 2, 3};
  const Queue gone = *derive(record, {"T1", "C1"}).queue;
  EXPECT_EQ(gone.thread_id, "T1");
  EXPECT_EQ(gone.chat_id, "C1");
  EXPECT_EQ(gone.customer, record.customer);
  record.events.push_back(of_agent(30));
  const Queue served = *derive(record, {"T1", "C1"}).queue;
  EXPECT_TRUE(served.thread_id.empty() && served.chat_id.empty() && !served.customer);
}

TEST(Countries, OfTheVisitOutrankThoseOfTheCustomer) {
  ThreadRecord record = queued_at_start();
  EXPECT_EQ(derive(record).country, Country{});
  record.visit_country = country_of("se");
  EXPECT_EQ(derive(record).country.code(), "SE");
  record.country = country_of("no");
  EXPECT_EQ(derive(record).country.code(), "NO");
  record.country = country_of("Norway");  // unknown, and the end of the search
  EXPECT_EQ(derive(record).country, Country{});
}

}  // namespace
}  // namespace chatreports::chat
