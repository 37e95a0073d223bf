#include "app/record_counts.h"

#include <gtest/gtest.h>

#include <vector>

#include "time/rfc3339.h"

namespace chatreports::app {
namespace {

chat::ChatRecord chat_at(std::string_view started_at) {
  chat::ChatRecord record;
  record.thread_id = "T";
  record.thread.from_chat_record = true;
  record.thread.started_at = parse_rfc3339(started_at).value().instant;
  return record;
}

TEST(RecordCounts, SaysNothingOfNothing) {
  RecordCounts counts;
  EXPECT_EQ(counts.text(), "");
  counts.add({});
  EXPECT_EQ(counts.text(), "");
}

TEST(RecordCounts, CountsWhatChatsHold) {
  chat::ChatRecord rated = chat_at("2021-04-09T10:00:00Z");
  rated.thread.agents = {"ann"};
  rated.thread.properties = {{"rating", "score", std::int64_t{1}}};
  rated.thread.events.resize(3);
  chat::ChatRecord active = chat_at("2021-04-08T10:00:00Z");
  active.thread.is_active = true;
  active.thread.agents = {"ann", "bob"};
  RecordCounts counts;
  counts.add(std::vector<chat::Record>{rated, active});
  EXPECT_EQ(counts.text(),
            "           2  chats, which began from 2021-04-08T10:00:00Z to 2021-04-09T10:00:00Z\n"
            "           1  of these chats are active\n"
            "           3  events of chats\n"
            "           1  rated chats: 1 good, 0 bad\n"
            "           2  agents of chats, records and statuses\n");
}

TEST(RecordCounts, CountsRecordsByTheirKind) {
  RecordCounts counts;
  counts.add(std::vector<chat::Record>{
      chat::AgentRecord{.id = "ann", .name = {}, .timezone = {}, .groups = {}},
      chat::GroupRecord{1, {}}, chat::GroupRecord{2, {}},
      chat::AgentStatusRecord{"ann", chat::AgentStatus::offline, {}},
      chat::AchievementRecord{chat::AchievementKind::goal, "T", 1, {}},
      chat::AchievementRecord{chat::AchievementKind::sale, "T", 1, {}},
      chat::IgnoredWebhook{"customer_created"}});
  EXPECT_EQ(counts.text(),
            "           1  agents of chats, records and statuses\n"
            "           1  records of agents and bots\n"
            "           2  records of groups\n"
            "           1  statuses of agents\n"
            "           1  goals\n"
            "           1  sales\n"
            "           1  webhooks that no figure needs\n");
}

}  // namespace
}  // namespace chatreports::app
