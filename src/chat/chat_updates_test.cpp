#include "chat/chat_updates.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace chatreports::chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

WebhookRecord tagged(const std::string& tag, std::int64_t at, bool is_receipt = false) {
  WebhookRecord webhook;
  webhook.chat_id = "C";
  webhook.updates = {TagUpdate{tag}};
  webhook.time = {from_unix_microseconds(at), is_receipt};
  return webhook;
}

ChatUpdates updates_of(const std::vector<WebhookRecord>& webhooks) {
  ChatUpdates updates;
  for (const WebhookRecord& webhook : webhooks) add(updates, webhook);
  return updates;
}

std::vector<std::string> tags_of(const std::vector<TimedUpdate>& updates) {
  std::vector<std::string> tags;
  for (const TimedUpdate& update : updates) tags.push_back(std::get<TagUpdate>(update.what).tag);
  return tags;
}

std::vector<std::string> tags_of(const ChatUpdates& updates,
                                 const std::vector<ThreadStart>& threads, std::size_t at) {
  return tags_of(updates_of_thread(updates, threads, at, "T"));
}

TEST(ChatUpdates, BelongToTheThreadThatWasRunningThen) {
  std::vector<WebhookRecord> webhooks = {tagged("before", 9), tagged("first", 10),
                                         tagged("also first", 19), tagged("second", 20),
                                         tagged("second later", 99)};
  const std::vector<ThreadStart> threads = {{from_unix_microseconds(10), 1},
                                            {from_unix_microseconds(20), 2}};
  do {
    const ChatUpdates updates = updates_of(webhooks);
    EXPECT_THAT(tags_of(updates, threads, 0), ElementsAre("first", "also first"));
    EXPECT_THAT(tags_of(updates, threads, 1), ElementsAre("second", "second later"));
    // As long as nobody knows of the second thread, the first was running.
    EXPECT_THAT(tags_of(updates, {threads[0]}, 0),
                ElementsAre("first", "also first", "second", "second later"));
    std::ranges::rotate(webhooks, webhooks.begin() + 1);
  } while (webhooks[0].time.at != from_unix_microseconds(9));
}

TEST(ChatUpdates, OfTwoThreadsThatBeginTogetherBelongToTheOneWithTheGreaterNumber) {
  const std::vector<ThreadStart> threads = {{from_unix_microseconds(10), 1},
                                            {from_unix_microseconds(10), 2}};
  const ChatUpdates updates = updates_of({tagged("t", 15)});
  EXPECT_THAT(tags_of(updates, threads, 0), IsEmpty());
  EXPECT_THAT(tags_of(updates, threads, 1), ElementsAre("t"));
}

TEST(ChatUpdates, ThatComeTwiceCountOnce) {
  const ChatUpdates once = updates_of({tagged("t", 15)});
  EXPECT_EQ(updates_of({tagged("t", 15), tagged("t", 15)}), once);
  EXPECT_EQ(updates_of({tagged("t", 15), tagged("t", 16)}).of_running_threads.size(), 2U);
}

TEST(ChatUpdates, WithoutATimeAreOlderThanAChatRecordThatComesAfterThem) {
  ChatUpdates updates = updates_of({tagged("with time", 15), tagged("received", 16, true)});
  WebhookRecord end;
  end.updates = {EndUpdate{}};
  end.time = {from_unix_microseconds(17), true};
  add(updates, end);
  outrank(updates, 1);
  const std::vector<ThreadStart> threads = {{from_unix_microseconds(10), 1}};
  const auto left = updates_of_thread(updates, threads, 0, "T");
  ASSERT_EQ(left.size(), 2U);
  EXPECT_EQ(std::get<TagUpdate>(left[0].what).tag, "with time");
  EXPECT_TRUE(std::holds_alternative<EndUpdate>(left[1].what)) << "no record contains it";
  const std::vector<ThreadStart> another = {{from_unix_microseconds(10), 2}};
  EXPECT_EQ(updates_of_thread(updates, another, 0, "T").size(), 3U);
}

TEST(ChatUpdates, OfAnEventGetItsKeyInTheThread) {
  WebhookRecord webhook = tagged("", 15);
  webhook.event_id = "T_7";
  webhook.updates = {EventPropertyUpdate{0, EventProperty::welcome_message, true}};
  const std::vector<ThreadStart> threads = {{from_unix_microseconds(10), 1}};
  const auto found = updates_of_thread(updates_of({webhook}), threads, 0, "T");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(std::get<EventPropertyUpdate>(found[0].what).event_key, 7U);
  EXPECT_TRUE(found[0].is_of_chat);
}

TEST(ChatUpdates, OfPropertiesBelongToAllThreads) {
  WebhookRecord webhook = tagged("t", 15);
  const PropertyUpdate plan{Layer::chat, "shop", "plan", std::string("pro")};
  webhook.updates.emplace_back(plan);
  EXPECT_THAT(updates_of_all_threads(webhook), ElementsAre(Update(plan)));
  const ChatUpdates updates = updates_of({webhook});
  ASSERT_EQ(updates.of_all_threads.size(), 1U);
  EXPECT_EQ(updates.of_all_threads[0].what, Update(plan));
  EXPECT_EQ(updates.of_running_threads.size(), 1U);
}

TEST(ChatUpdates, CountTheThreadsThatOutrankThem) {
  const ChatUpdates updates = updates_of({tagged("t", 15), tagged("u", 16)});
  EXPECT_EQ(size_of(updates, 3), size_of(updates) + 6 * sizeof(std::int64_t));
}

}  // namespace
}  // namespace chatreports::chat
