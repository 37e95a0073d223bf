#include "chat/operations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chat/derive.h"
#include "chat/merge.h"

namespace chatreports::chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t second = microseconds_per_second;

// A chat record that knows of the first hundred seconds.
ThreadRecord chat_record(std::vector<std::string> tags = {}) {
  ThreadRecord record;
  record.from_chat_record = true;
  record.agents = {"ann"};
  record.tags = std::move(tags);
  record.events.resize(2);
  record.events[0].key = 1;
  record.events[0].created_at = {10 * second};
  record.events[0].author = AuthorKind::customer;
  record.events[1].key = 2;
  record.events[1].created_at = {100 * second};
  record.events[1].author = AuthorKind::agent;
  record.events[1].agent_id = "ann";
  return record;
}

ToldAt said(std::int64_t seconds) {
  return {{seconds * second}, false};
}
ToldAt received(std::int64_t seconds) {
  return {{seconds * second}, true};
}

EventTold event(std::uint64_t key, std::int64_t seconds, std::string_view author) {
  EventTold told;
  told.event.key = key;
  told.event.created_at = {seconds * second};
  told.author = author_digest(author);
  told.order = static_cast<std::uint32_t>(key);
  return told;
}

std::vector<std::string> tags_of(const ThreadRecord& record) {
  return resolve(record).tags;
}

TEST(Operations, OfATagTheLatestCountsInAnyOrder) {
  const std::vector<std::pair<Operation, ToldAt>> told = {{TagTold{"a", true}, said(200)},
                                                          {TagTold{"a", false}, said(300)},
                                                          {TagTold{"a", true}, said(400)},
                                                          {TagTold{"b", true}, said(200)},
                                                          {TagTold{"b", false}, said(200)}};
  std::vector<std::size_t> order = {0, 1, 2, 3, 4};
  do {
    ThreadRecord record = chat_record();
    for (const std::size_t at : order) apply(record, told[at].first, told[at].second);
    for (const std::size_t at : order) apply(record, told[at].first, told[at].second);
    EXPECT_THAT(tags_of(record), ElementsAre("a"));
  } while (std::ranges::next_permutation(order).found);
}

TEST(Operations, WithoutATimeTheOrderOfComingCounts) {
  ThreadRecord record = chat_record();
  apply(record, TagTold{"a", true}, received(500));
  apply(record, TagTold{"a", false}, received(500));
  EXPECT_THAT(tags_of(record), IsEmpty());
  apply(record, TagTold{"a", true}, received(500));
  EXPECT_THAT(tags_of(record), ElementsAre("a"));
}

TEST(Operations, WhatIsTakenAwayBeforeItIsThereIsStillToCome) {
  ThreadRecord record = chat_record();
  apply(record, TagTold{"a", false}, received(500));
  apply(record, TagTold{"a", true}, received(501));
  EXPECT_THAT(tags_of(record), IsEmpty());
  apply(record, TagTold{"a", true}, received(502));
  EXPECT_THAT(tags_of(record), ElementsAre("a"));
  // It was there.
  ThreadRecord tagged = chat_record({"a"});
  apply(tagged, TagTold{"a", false}, received(500));
  apply(tagged, TagTold{"a", true}, received(501));
  EXPECT_THAT(tags_of(tagged), ElementsAre("a"));
}

TEST(Operations, AChatRecordOutranksWhatIsOlder) {
  ThreadRecord record;
  apply(record, TagTold{"received", true}, received(500));
  apply(record, TagTold{"before", true}, said(100));
  apply(record, TagTold{"after", true}, said(101));
  merge(record, chat_record({"own"}));
  EXPECT_THAT(tags_of(record), ElementsAre("after", "own"));
  apply(record, TagTold{"received", true}, received(501));
  apply(record, TagTold{"before", true}, said(100));
  EXPECT_THAT(tags_of(record), ElementsAre("after", "own", "received"));
}

TEST(Operations, EventsAreUnitedByTheirIds) {
  const EventTold known = event(2, 100, "somebody else");
  const EventTold missed = event(3, 50, "customer");  // the record knows of the time
  const EventTold at_the_end = event(4, 100, "customer");
  const EventTold later = event(5, 130, "ann");
  for (const bool record_first : {true, false}) {
    ThreadRecord record;
    if (record_first) merge(record, chat_record());
    for (const EventTold& told : {later, at_the_end, missed, known, later}) {
      apply(record, told, received(900));
    }
    if (!record_first) merge(record, chat_record());
    const std::vector<Event> events = resolve(record).events;
    ASSERT_EQ(events.size(), 4U);
    EXPECT_EQ(events[1].agent_id, "ann");
    EXPECT_EQ(events[2].key, 4U);
    EXPECT_EQ(events[2].author, AuthorKind::unlisted);
    EXPECT_EQ(events[3].key, 5U);
    EXPECT_EQ(events[3].agent_id, "ann");
    const Thread thread = derive(record);
    EXPECT_EQ(thread.first_response->wait.microseconds, 90 * second);
    EXPECT_EQ(thread.response_time->microseconds, (90 + 30) * second / 2);
  }
}

TEST(Operations, AnUpdateStandsWhateverCameFirst) {
  EventTold first = event(3, 110, "ann");
  EventTold update = first;
  update.is_update = true;
  update.event.visible_to_customer = false;
  for (const bool update_first : {true, false}) {
    ThreadRecord record = chat_record();
    apply(record, update_first ? update : first, received(500));
    apply(record, update_first ? first : update, received(501));
    EXPECT_FALSE(resolve(record).events[2].visible_to_customer);
  }
  // An operation on an event of the record, which is known to be later.
  ThreadRecord record = chat_record();
  EventTold of_record = event(2, 100, "ann");
  of_record.is_update = true;
  of_record.event.type = EventType::file;
  apply(record, of_record, said(100));
  EXPECT_EQ(resolve(record).events[1].type, EventType::message);
  apply(record, of_record, said(101));
  EXPECT_EQ(resolve(record).events[1].type, EventType::file);
}

TEST(Operations, PropertiesOfAnEventLieOverIt) {
  ThreadRecord record = chat_record();
  apply(record, EventPropertyTold{2, EventProperty::welcome_message, Value(true)}, received(500));
  EXPECT_TRUE(resolve(record).events[1].automatic_welcome);
  EXPECT_FALSE(derive(record).first_response);
  apply(record, EventPropertyTold{2, EventProperty::welcome_message, {}}, received(501));
  EXPECT_FALSE(resolve(record).events[1].automatic_welcome);
}

TEST(Operations, PropertiesOfTheThreadLieOverThoseOfTheChat) {
  ThreadRecord record = chat_record();
  record.properties = {{"n", "own", std::int64_t{1}}};
  record.chat_properties = {{"n", "own", std::int64_t{2}}};
  apply(record, PropertyTold{Layer::chat, "n", "own", Value(std::int64_t{3})}, received(500));
  apply(record, PropertyTold{Layer::chat, "n", "other", Value(true)}, received(500));
  EXPECT_THAT(derive(record).properties,
              ElementsAre(Property{"n", "other", true}, Property{"n", "own", std::int64_t{1}}));
  apply(record, PropertyTold{Layer::thread, "n", "own", {}}, received(501));
  EXPECT_THAT(derive(record).properties,
              ElementsAre(Property{"n", "other", true}, Property{"n", "own", std::int64_t{3}}));
}

TEST(Operations, TheLatestGroupsCount) {
  ThreadRecord record = chat_record();
  record.groups = {1};
  apply(record, GroupsTold{Layer::thread, {2, 3}}, said(300));
  apply(record, GroupsTold{Layer::chat, {4}}, said(200));
  EXPECT_THAT(derive(record).groups, ElementsAre(2, 3));
  apply(record, GroupsTold{Layer::chat, {}}, said(400));
  EXPECT_THAT(derive(record).groups, IsEmpty());
}

TEST(Operations, AGroupIsAddedToTheLatestGroupsOrTakenFromThem) {
  const std::vector<std::pair<Operation, ToldAt>> told = {
      {GroupTold{9, true}, said(200)},
      {GroupsTold{Layer::chat, {2, 3}}, said(300)},
      {GroupTold{4, true}, said(400)},
      {GroupTold{2, false}, said(500)},
      {GroupTold{3, false}, said(250)}};
  std::vector<std::size_t> order = {0, 1, 2, 3, 4};
  do {
    ThreadRecord record = chat_record();
    record.groups = {1};
    for (const std::size_t at : order) apply(record, told[at].first, told[at].second);
    EXPECT_THAT(resolve(record).groups, ElementsAre(3, 4));
  } while (std::ranges::next_permutation(order).found);

  ThreadRecord record = chat_record();
  record.groups = {1};
  apply(record, GroupTold{1, false}, said(50));  // the record knows better
  apply(record, GroupTold{5, true}, said(150));
  EXPECT_THAT(resolve(record).groups, ElementsAre(1, 5));
  // By receipt they apply in the order in which they come, at one time, too.
  apply(record, GroupTold{6, true}, received(600));
  apply(record, GroupsTold{Layer::chat, {7}}, received(600));
  apply(record, GroupTold{8, true}, received(600));
  EXPECT_THAT(resolve(record).groups, ElementsAre(7, 8));
}

TEST(Operations, WhatWasToldOfTheChatStandsBesideWhatWasToldOfTheThread) {
  for (const bool is_of_chat_first : {true, false}) {
    ThreadRecord record = chat_record();
    if (is_of_chat_first) apply(record, TagTold{"a", false}, said(300), true);
    apply(record, TagTold{"a", true}, said(200));
    apply(record, TagTold{"b", true}, said(400));
    if (!is_of_chat_first) apply(record, TagTold{"a", false}, said(300), true);
    apply(record, TagTold{"b", false}, said(350), true);
    EXPECT_THAT(tags_of(record), ElementsAre("b"));
    std::erase_if(record.operations, [](const ToldOperation& told) { return told.is_of_chat; });
    EXPECT_THAT(tags_of(record), ElementsAre("a", "b"));
  }
}

TEST(Operations, TheFirstEndCountsAndAChatRecordLeavesIt) {
  ThreadRecord record;
  apply(record, EndTold{}, received(700));
  apply(record, EndTold{}, said(200));
  apply(record, EndTold{}, received(300));
  merge(record, chat_record());
  EXPECT_EQ(derive(record).duration.microseconds, 200 * second);
  ThreadRecord with_end = chat_record();
  with_end.ended_at = Instant{400 * second};
  merge(record, with_end);
  EXPECT_EQ(derive(record).duration.microseconds, 400 * second);
}

TEST(Operations, AUserWhoLeavesIsAnAgentWhereTheThreadHasOne) {
  ThreadRecord record;
  for (const char* user : {"ann", "customer", "bob"}) {
    apply(record, UserPresenceTold{author_digest(user), false}, said(200));
  }
  apply(record, PresenceTold{"bob", true}, said(150));
  apply(record, EndTold{}, said(400));
  merge(record, chat_record());
  const Thread facts = derive(record);
  EXPECT_THAT(facts.chatting, ElementsAre(ChattingInterval{"ann", {100 * second}, {200 * second}},
                                          ChattingInterval{"bob", {150 * second}, {200 * second}}));
  EXPECT_THAT(facts.agents, ElementsAre("ann", "bob"));
  // Told again by a webhook that came twice, nobody leaves twice.
  ThreadRecord twice = chat_record();
  apply(twice, UserPresenceTold{author_digest("ann"), false}, received(200));
  apply(twice, UserPresenceTold{author_digest("ann"), false}, received(300));
  EXPECT_EQ(twice.operations.size(), 1);
}

// Ann speaks at 100 s, and the thread ends at 400 s.
std::vector<std::pair<std::int64_t, std::int64_t>> intervals(
    const std::vector<std::pair<bool, ToldAt>>& presence) {
  ThreadRecord record = chat_record();
  record.ended_at = Instant{400 * second};
  for (const auto& [has_joined, at] : presence) apply(record, PresenceTold{"ann", has_joined}, at);
  std::vector<std::pair<std::int64_t, std::int64_t>> seconds;
  for (const ChattingInterval& interval : derive(record).chatting) {
    seconds.emplace_back(interval.from.microseconds / second, interval.to.microseconds / second);
  }
  return seconds;
}

TEST(Operations, AnAgentChatsFromJoiningToLeaving) {
  using testing::Pair;
  EXPECT_THAT(intervals({}), ElementsAre(Pair(100, 400)));
  EXPECT_THAT(intervals({{true, said(50)}}), ElementsAre(Pair(50, 400)));
  EXPECT_THAT(intervals({{false, said(150)}}), ElementsAre(Pair(100, 150)));
  EXPECT_THAT(intervals({{false, said(50)}}), IsEmpty());
  EXPECT_THAT(intervals({{false, said(150)}, {true, said(50)}}), ElementsAre(Pair(50, 150)));
  EXPECT_THAT(intervals({{true, said(50)}, {false, said(150)}, {true, said(300)}}),
              ElementsAre(Pair(50, 150), Pair(300, 400)));
  EXPECT_THAT(intervals({{true, said(-50)}, {false, said(900)}}), ElementsAre(Pair(0, 400)));
  EXPECT_THAT(intervals({{true, said(500)}}), IsEmpty());
  // Told twice.
  EXPECT_THAT(intervals({{true, said(50)}, {true, said(50)}}), ElementsAre(Pair(50, 400)));
  EXPECT_THAT(intervals({{true, received(50)},
                         {true, received(51)},
                         {false, received(150)},
                         {false, received(160)}}),
              ElementsAre(Pair(50, 150)));
}

TEST(Operations, WhoJoinedIsAnAgentOfTheThread) {
  ThreadRecord record = chat_record();
  apply(record, PresenceTold{"bob", true}, received(500));
  apply(record, event(3, 120, "bob"), received(500));
  const Thread thread = derive(record);
  EXPECT_THAT(thread.agents, ElementsAre("ann", "bob"));
}

TEST(Operations, ABeginningIsTheLeastThatIsKnown) {
  ThreadRecord record;
  apply(record, TagTold{"a", false}, said(-5));
  apply(record, event(5, 5, "ann"), received(1));
  merge_beginning(record, chat_record({"a", "b"}));
  EXPECT_TRUE(record.is_beginning);
  EXPECT_THAT(tags_of(record), ElementsAre("b"));
  EXPECT_EQ(resolve(record).events.size(), 3U);
  const ThreadRecord before = record;
  merge_beginning(record, chat_record({"c"}));
  EXPECT_EQ(record, before);
  merge(record, chat_record({"a", "b"}));
  EXPECT_FALSE(record.is_beginning);
  EXPECT_THAT(tags_of(record), ElementsAre("a", "b"));
  EXPECT_EQ(resolve(record).events.size(), 2U);
  const ThreadRecord of_record = record;
  merge_beginning(record, chat_record({"c"}));
  EXPECT_EQ(record, of_record);
}

TEST(Operations, TheLimitsOfARecordHold) {
  ThreadRecord record = chat_record();
  for (std::size_t n = 0; n < max_elements + 5; ++n) {
    apply(record, TagTold{std::to_string(n), true}, said(200));
  }
  EXPECT_EQ(record.operations.size(), max_elements);
}

}  // namespace
}  // namespace chatreports::chat
