#include "chat/merge.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "chat/derive.h"

namespace chatreports::chat {
namespace {

using namespace std::chrono_literals;

ThreadRecord chat_record(std::vector<Achievement> goals = {}) {
  ThreadRecord record;
  record.from_chat_record = true;
  record.started_at = from_unix_microseconds(100);
  record.goals = std::move(goals);
  return record;
}

TEST(Merge, AChatRecordReplacesWhatItContains) {
  ThreadRecord known = chat_record();
  known.tags = {"spam"};
  known.ended_at = from_unix_microseconds(500);
  known.greeting_displayed_at = from_unix_microseconds(50);
  ThreadRecord incoming = chat_record();
  incoming.tags = {"sales"};
  merge(known, incoming);
  EXPECT_EQ(known.tags, std::vector<std::string>{"sales"});
  EXPECT_EQ(known.ended_at, from_unix_microseconds(500));
  EXPECT_EQ(known.greeting_displayed_at, from_unix_microseconds(50));
  incoming.ended_at = from_unix_microseconds(600);
  merge(known, incoming);
  EXPECT_EQ(known.ended_at, from_unix_microseconds(600));
}

TEST(Merge, KeepsTheFirstCountryOfAVisit) {
  ThreadRecord known = chat_record();
  ThreadRecord incoming = chat_record();
  incoming.visit_country = country_of("NO");
  incoming.country = country_of("PL");
  merge(known, incoming);
  EXPECT_EQ(known.visit_country, country_of("NO"));
  incoming.visit_country = country_of("SE");
  incoming.country.reset();
  merge(known, incoming);
  EXPECT_EQ(known.visit_country, country_of("NO"));
  EXPECT_EQ(known.country, std::nullopt);
}

TEST(NeedsCustomer, IfAWaitMayHaveEndedOrWebhooksNameAuthors) {
  ThreadRecord record = chat_record();
  EXPECT_TRUE(needs_customer(record));
  record.agents = {"ann"};
  EXPECT_FALSE(needs_customer(record));
  const auto needs = [&record](auto change) {
    ThreadRecord changed = record;
    change(changed);
    return needs_customer(changed);
  };
  EXPECT_TRUE(needs([](ThreadRecord& one) { one.is_active = true; }));
  EXPECT_TRUE(needs([](ThreadRecord& one) { one.is_beginning = true; }));
  EXPECT_TRUE(needs([](ThreadRecord& one) { one.queues_duration = 0; }));
  EXPECT_TRUE(needs([](ThreadRecord& one) { one.queued_at = {Instant(5us)}; }));
  EXPECT_TRUE(
      needs([](ThreadRecord& one) { one.queue_stays = {{Instant(5us), Instant(6us), true}}; }));
  EXPECT_TRUE(needs([](ThreadRecord& one) { one.updates = {{EndUpdate(), {Instant(7us)}}}; }));
  EXPECT_TRUE(needs([](ThreadRecord& one) {
    one.properties = {{"routing", "group_status_at_start", std::string("online_for_queue")}};
  }));
  EXPECT_TRUE(needs([](ThreadRecord& one) {
    one.events.resize(1);
    one.events[0].system_message = SystemMessage::unassigned;
  }));
  EXPECT_FALSE(needs([](ThreadRecord& one) {
    one.properties = {{"routing", "group_status_at_start", std::string("online")}};
    one.events.resize(1);
  }));
}

TEST(Merge, ARestrictedThreadAddsWhatIsNotKnown) {
  ThreadRecord known = chat_record({{5, from_unix_microseconds(7), true}});
  known.agents = {"ann"};
  known.supervisors = {"sue"};
  known.properties = {{"rating", "score", std::int64_t{0}}, {"shop", "plan", "pro"}};
  known.country = country_of("NO");
  ThreadRecord restricted = chat_record({{5, from_unix_microseconds(8), true}, {6, {}, true}});
  restricted.started_at = from_unix_microseconds(200);
  restricted.ended_at = from_unix_microseconds(900);
  restricted.agents = {"bob", "sue"};
  restricted.groups = {1};
  restricted.properties = {{"rating", "score", std::int64_t{1}}};
  restricted.country = country_of("SE");
  restricted.queues_duration = 3;
  add_restricted(known, restricted);
  EXPECT_EQ(known.started_at, from_unix_microseconds(100));
  EXPECT_EQ(known.ended_at, from_unix_microseconds(900));
  EXPECT_EQ(known.agents, (std::vector<std::string>{"ann", "bob", "sue"}));
  EXPECT_TRUE(known.supervisors.empty());
  EXPECT_EQ(known.groups, std::vector<std::int64_t>{1});
  EXPECT_EQ(known.properties,
            (std::vector<Property>{{"rating", "score", std::int64_t{1}}, {"shop", "plan", "pro"}}));
  EXPECT_EQ(known.goals,
            (std::vector<Achievement>{{5, from_unix_microseconds(7), true}, {6, {}, true}}));
  EXPECT_EQ(known.country, country_of("NO"));
  EXPECT_EQ(known.queues_duration, 3);
}

TEST(Merge, GoalsAreTheSameInAnyOrder) {
  const AchievementRecord five{AchievementKind::goal, "t", 5, from_unix_microseconds(7)};
  const AchievementRecord six{AchievementKind::goal, "t", 6, std::nullopt};
  const ThreadRecord chat =
      chat_record({{5, from_unix_microseconds(9), true}, {8, std::nullopt, true}});
  std::vector<int> order = {0, 1, 2};
  std::vector<ThreadRecord> results;
  do {
    ThreadRecord known;
    for (const int step : order) {
      if (step == 0) merge(known, chat);
      if (step == 1) merge(known, five);
      if (step == 2) merge(known, six);
    }
    results.push_back(known);
  } while (std::next_permutation(order.begin(), order.end()));
  for (const ThreadRecord& result : results) EXPECT_EQ(result, results[0]);
  EXPECT_EQ(derive(results[0]).goals, (std::vector<std::int64_t>{5, 6, 8}));
}

TEST(Merge, ANewerChatRecordReplacesItsOwnGoalsOnly) {
  ThreadRecord known;
  merge(known, AchievementRecord{AchievementKind::goal, "t", 5, std::nullopt});
  merge(known, chat_record({{8, std::nullopt, true}}));
  merge(known, chat_record());
  EXPECT_EQ(derive(known).goals, (std::vector<std::int64_t>{5, 8}));
  merge(known, chat_record({{9, std::nullopt, true}}));
  EXPECT_EQ(derive(known).goals, (std::vector<std::int64_t>{5, 9}));
}

TEST(Merge, SalesAreNotGoals) {
  ThreadRecord known = chat_record();
  merge(known, AchievementRecord{AchievementKind::sale, "t", 5, std::nullopt});
  EXPECT_TRUE(derive(known).goals.empty());
  EXPECT_EQ(derive(known).sales, std::vector<std::int64_t>{5});
}

}  // namespace
}  // namespace chatreports::chat
