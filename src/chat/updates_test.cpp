#include "chat/updates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chat/derive.h"
#include "chat/merge.h"
#include "chat/resolve.h"

namespace chatreports::chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t second = microseconds_per_second;

// A chat record that covers the first hundred seconds.
ThreadRecord chat_record(std::vector<std::string> tags = {}) {
  ThreadRecord record;
  record.from_chat_record = true;
  record.agents = {"ann"};
  record.tags = std::move(tags);
  record.events.resize(2);
  record.events[0].key = 1;
  record.events[0].created_at = from_unix_microseconds(10 * second);
  record.events[0].author = AuthorKind::customer;
  record.events[1].key = 2;
  record.events[1].created_at = from_unix_microseconds(100 * second);
  record.events[1].author = AuthorKind::agent;
  record.events[1].agent_id = "ann";
  return record;
}

UpdateTime said(std::int64_t seconds) {
  return {from_unix_microseconds(seconds * second), false};
}
UpdateTime received(std::int64_t seconds) {
  return {from_unix_microseconds(seconds * second), true};
}

EventUpdate event(std::uint64_t key, std::int64_t seconds, std::string_view author) {
  EventUpdate update;
  update.event.key = key;
  update.event.created_at = from_unix_microseconds(seconds * second);
  update.author = author_digest(author);
  update.order = static_cast<std::uint32_t>(key);
  return update;
}

std::vector<std::string> tags_of(const ThreadRecord& record) {
  return resolve(record).tags;
}

TEST(Updates, TheLatestOfATagCountsInAnyOrder) {
  const std::vector<std::pair<Update, UpdateTime>> update = {{TagUpdate{"a", true}, said(200)},
                                                             {TagUpdate{"a", false}, said(300)},
                                                             {TagUpdate{"a", true}, said(400)},
                                                             {TagUpdate{"b", true}, said(200)},
                                                             {TagUpdate{"b", false}, said(200)}};
  std::vector<std::size_t> order = {0, 1, 2, 3, 4};
  do {
    ThreadRecord record = chat_record();
    for (const std::size_t at : order) apply(record, update[at].first, update[at].second);
    for (const std::size_t at : order) apply(record, update[at].first, update[at].second);
    EXPECT_THAT(tags_of(record), ElementsAre("a"));
  } while (std::ranges::next_permutation(order).found);
}

TEST(Updates, WithoutATimeCountInTheOrderInWhichTheyCome) {
  ThreadRecord record = chat_record();
  apply(record, TagUpdate{"a", true}, received(500));
  apply(record, TagUpdate{"a", false}, received(500));
  EXPECT_THAT(tags_of(record), IsEmpty());
  apply(record, TagUpdate{"a", true}, received(500));
  EXPECT_THAT(tags_of(record), ElementsAre("a"));
}

TEST(Updates, ARemovalThatArrivesBeforeItsAdditionCancelsThatAddition) {
  ThreadRecord record = chat_record();
  apply(record, TagUpdate{"a", false}, received(500));
  apply(record, TagUpdate{"a", true}, received(501));
  EXPECT_THAT(tags_of(record), IsEmpty());
  apply(record, TagUpdate{"a", true}, received(502));
  EXPECT_THAT(tags_of(record), ElementsAre("a"));
  // The record has the tag.
  ThreadRecord tagged = chat_record({"a"});
  apply(tagged, TagUpdate{"a", false}, received(500));
  apply(tagged, TagUpdate{"a", true}, received(501));
  EXPECT_THAT(tags_of(tagged), ElementsAre("a"));
}

TEST(Updates, AChatRecordOutranksOlderUpdates) {
  ThreadRecord record;
  apply(record, TagUpdate{"received", true}, received(500));
  apply(record, TagUpdate{"before", true}, said(100));
  apply(record, TagUpdate{"after", true}, said(101));
  merge(record, chat_record({"own"}));
  EXPECT_THAT(tags_of(record), ElementsAre("after", "own"));
  apply(record, TagUpdate{"received", true}, received(501));
  apply(record, TagUpdate{"before", true}, said(100));
  EXPECT_THAT(tags_of(record), ElementsAre("after", "own", "received"));
}

TEST(Updates, EventsAreUnitedByTheirIds) {
  const EventUpdate known = event(2, 100, "somebody else");
  const EventUpdate missed = event(3, 50, "customer");  // within the time of the record
  const EventUpdate at_the_end = event(4, 100, "customer");
  const EventUpdate later = event(5, 130, "ann");
  for (const bool record_first : {true, false}) {
    ThreadRecord record;
    if (record_first) merge(record, chat_record());
    for (const EventUpdate& update : {later, at_the_end, missed, known, later}) {
      apply(record, update, received(900));
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
    EXPECT_EQ(thread.first_response->wait.count(), 90 * second);
    EXPECT_EQ(thread.response_time->count(), (90 + 30) * second / 2);
  }
}

TEST(Updates, AnEditCountsWhicheverCameFirst) {
  EventUpdate first = event(3, 110, "ann");
  EventUpdate update = first;
  update.is_edit = true;
  update.event.visible_to_customer = false;
  for (const bool update_first : {true, false}) {
    ThreadRecord record = chat_record();
    apply(record, update_first ? update : first, received(500));
    apply(record, update_first ? first : update, received(501));
    EXPECT_FALSE(resolve(record).events[2].visible_to_customer);
  }
  // An edit of an event of the record, at a later time.
  ThreadRecord record = chat_record();
  EventUpdate of_record = event(2, 100, "ann");
  of_record.is_edit = true;
  of_record.event.type = EventType::file;
  apply(record, of_record, said(100));
  EXPECT_EQ(resolve(record).events[1].type, EventType::message);
  apply(record, of_record, said(101));
  EXPECT_EQ(resolve(record).events[1].type, EventType::file);
}

TEST(Updates, PropertiesOfAnEventReplaceThoseInIt) {
  ThreadRecord record = chat_record();
  apply(record, EventPropertyUpdate{2, EventProperty::welcome_message, Value(true)}, received(500));
  EXPECT_TRUE(resolve(record).events[1].automatic_welcome);
  EXPECT_FALSE(derive(record).first_response);
  apply(record, EventPropertyUpdate{2, EventProperty::welcome_message, {}}, received(501));
  EXPECT_FALSE(resolve(record).events[1].automatic_welcome);
}

TEST(Updates, PropertiesOfTheThreadOutrankThoseOfTheChat) {
  ThreadRecord record = chat_record();
  record.properties = {{"n", "own", std::int64_t{1}}};
  record.chat_properties = {{"n", "own", std::int64_t{2}}};
  apply(record, PropertyUpdate{Layer::chat, "n", "own", Value(std::int64_t{3})}, received(500));
  apply(record, PropertyUpdate{Layer::chat, "n", "other", Value(true)}, received(500));
  EXPECT_THAT(derive(record).properties,
              ElementsAre(Property{"n", "other", true}, Property{"n", "own", std::int64_t{1}}));
  apply(record, PropertyUpdate{Layer::thread, "n", "own", {}}, received(501));
  EXPECT_THAT(derive(record).properties,
              ElementsAre(Property{"n", "other", true}, Property{"n", "own", std::int64_t{3}}));
}

TEST(Updates, TheLatestGroupsCount) {
  ThreadRecord record = chat_record();
  record.groups = {1};
  apply(record, GroupsUpdate{Layer::thread, {2, 3}}, said(300));
  apply(record, GroupsUpdate{Layer::chat, {4}}, said(200));
  EXPECT_THAT(derive(record).groups, ElementsAre(2, 3));
  apply(record, GroupsUpdate{Layer::chat, {}}, said(400));
  EXPECT_THAT(derive(record).groups, IsEmpty());
}

TEST(Updates, AGroupIsAddedToTheLatestGroupsOrRemovedFromThem) {
  const std::vector<std::pair<Update, UpdateTime>> update = {
      {GroupUpdate{9, true}, said(200)},
      {GroupsUpdate{Layer::chat, {2, 3}}, said(300)},
      {GroupUpdate{4, true}, said(400)},
      {GroupUpdate{2, false}, said(500)},
      {GroupUpdate{3, false}, said(250)}};
  std::vector<std::size_t> order = {0, 1, 2, 3, 4};
  do {
    ThreadRecord record = chat_record();
    record.groups = {1};
    for (const std::size_t at : order) apply(record, update[at].first, update[at].second);
    EXPECT_THAT(resolve(record).groups, ElementsAre(3, 4));
  } while (std::ranges::next_permutation(order).found);

  ThreadRecord record = chat_record();
  record.groups = {1};
  apply(record, GroupUpdate{1, false}, said(50));  // the record outranks it
  apply(record, GroupUpdate{5, true}, said(150));
  EXPECT_THAT(resolve(record).groups, ElementsAre(1, 5));
  // Without a time of their own they apply in the order in which they come, also at one time.
  apply(record, GroupUpdate{6, true}, received(600));
  apply(record, GroupsUpdate{Layer::chat, {7}}, received(600));
  apply(record, GroupUpdate{8, true}, received(600));
  EXPECT_THAT(resolve(record).groups, ElementsAre(7, 8));
}

void apply_of_chat(ThreadRecord& record, const Update& update, UpdateTime time) {
  RecordUpdater updater(record);
  updater.apply_of_chat(update, time);
  updater.close();
}

TEST(Updates, OfTheChatAreKeptBesideThoseOfTheThread) {
  for (const bool is_of_chat_first : {true, false}) {
    ThreadRecord record = chat_record();
    if (is_of_chat_first) apply_of_chat(record, TagUpdate{"a", false}, said(300));
    apply(record, TagUpdate{"a", true}, said(200));
    apply(record, TagUpdate{"b", true}, said(400));
    if (!is_of_chat_first) apply_of_chat(record, TagUpdate{"a", false}, said(300));
    apply_of_chat(record, TagUpdate{"b", false}, said(350));
    EXPECT_THAT(tags_of(record), ElementsAre("b"));
    std::erase_if(record.updates, [](const TimedUpdate& update) { return update.is_of_chat; });
    EXPECT_THAT(tags_of(record), ElementsAre("a", "b"));
  }
}

TEST(Updates, TheFirstEndCountsAndAChatRecordLeavesIt) {
  ThreadRecord record;
  apply(record, EndUpdate{}, received(700));
  apply(record, EndUpdate{}, said(200));
  apply(record, EndUpdate{}, received(300));
  merge(record, chat_record());
  EXPECT_EQ(derive(record).duration.count(), 200 * second);
  ThreadRecord with_end = chat_record();
  with_end.ended_at = from_unix_microseconds(400 * second);
  merge(record, with_end);
  EXPECT_EQ(derive(record).duration.count(), 400 * second);
}

TEST(Updates, AUserWhoLeavesIsAnAgentIfTheThreadHasOne) {
  ThreadRecord record;
  for (const char* user : {"ann", "customer", "bob"}) {
    apply(record, UserPresenceUpdate{author_digest(user), false}, said(200));
  }
  apply(record, PresenceUpdate{"bob", true}, said(150));
  apply(record, EndUpdate{}, said(400));
  merge(record, chat_record());
  const Thread facts = derive(record);
  EXPECT_THAT(facts.chatting,
              ElementsAre(ChattingInterval{"ann", from_unix_microseconds(100 * second),
                                           from_unix_microseconds(200 * second)},
                          ChattingInterval{"bob", from_unix_microseconds(150 * second),
                                           from_unix_microseconds(200 * second)}));
  EXPECT_THAT(facts.agents, ElementsAre("ann", "bob"));
  // A webhook that comes twice is one leaving.
  ThreadRecord twice = chat_record();
  apply(twice, UserPresenceUpdate{author_digest("ann"), false}, received(200));
  apply(twice, UserPresenceUpdate{author_digest("ann"), false}, received(300));
  EXPECT_EQ(twice.updates.size(), 1);
}

// Ann speaks at 100 s, and the thread ends at 400 s.
std::vector<std::pair<std::int64_t, std::int64_t>> intervals(
    const std::vector<std::pair<bool, UpdateTime>>& presence) {
  ThreadRecord record = chat_record();
  record.ended_at = from_unix_microseconds(400 * second);
  for (const auto& [has_joined, at] : presence)
    apply(record, PresenceUpdate{"ann", has_joined}, at);
  std::vector<std::pair<std::int64_t, std::int64_t>> seconds;
  for (const ChattingInterval& interval : derive(record).chatting) {
    seconds.emplace_back(unix_microseconds(interval.from) / second,
                         unix_microseconds(interval.to) / second);
  }
  return seconds;
}

TEST(Updates, AnAgentChatsFromJoiningToLeaving) {
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
  // The same webhook twice.
  EXPECT_THAT(intervals({{true, said(50)}, {true, said(50)}}), ElementsAre(Pair(50, 400)));
  EXPECT_THAT(intervals({{true, received(50)},
                         {true, received(51)},
                         {false, received(150)},
                         {false, received(160)}}),
              ElementsAre(Pair(50, 150)));
}

TEST(Updates, AnAgentWhoJoinedIsAnAgentOfTheThread) {
  ThreadRecord record = chat_record();
  apply(record, PresenceUpdate{"bob", true}, received(500));
  apply(record, event(3, 120, "bob"), received(500));
  const Thread thread = derive(record);
  EXPECT_THAT(thread.agents, ElementsAre("ann", "bob"));
}

TEST(Updates, AChatRecordOutranksABeginning) {
  ThreadRecord record;
  apply(record, TagUpdate{"a", false}, said(-5));
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

TEST(Updates, TheLimitsOfARecordHold) {
  ThreadRecord record = chat_record();
  for (std::size_t n = 0; n < max_elements + 5; ++n) {
    apply(record, TagUpdate{std::to_string(n), true}, said(200));
  }
  EXPECT_EQ(record.updates.size(), max_elements);
}

}  // namespace
}  // namespace chatreports::chat
