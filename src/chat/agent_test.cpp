#include "chat/agent.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatreports::chat {
namespace {

using testing::ElementsAre;

AgentRecord record(AgentUpdate update, std::int64_t at, std::optional<std::string> name = {}) {
  AgentRecord agent;
  agent.id = "ann";
  agent.update = update;
  agent.name = std::move(name);
  agent.time.at = from_unix_microseconds(at);
  return agent;
}

Agent after(const std::vector<AgentRecord>& records) {
  std::optional<Agent> known;
  for (const AgentRecord& one : records) known = merge(known, one);
  return known.value();
}

TEST(Agents, AWebhookReplacesWhatEarlierOnesSaid) {
  const auto first = record(AgentUpdate::updated, 10, "Ann");
  const auto second = record(AgentUpdate::updated, 20, "Anna");
  EXPECT_EQ(after({first, second}).name, "Anna");
  EXPECT_EQ(after({second, first}).name, "Anna");
  EXPECT_EQ(after({second, record(AgentUpdate::record, 0, "A.")}).name, "A.");
}

TEST(Agents, ACreationAddsOnlyWhatIsNotKnown) {
  AgentRecord created = record(AgentUpdate::created, 10, "New");
  created.timezone = "Europe/Oslo";
  const Agent agent = after({record(AgentUpdate::updated, 5, "Ann"), created});
  EXPECT_EQ(agent.name, "Ann");
  EXPECT_EQ(agent.timezone, "Europe/Oslo");
}

TEST(Agents, ADeletedAgentKeepsItsGroupsAndComesBackByALaterCreation) {
  AgentRecord created = record(AgentUpdate::created, 10);
  created.groups = {{1, 2}};
  const auto deleted = record(AgentUpdate::deleted, 20);
  EXPECT_TRUE(after({created, deleted}).is_deleted);
  EXPECT_THAT(groups_of(after({created, deleted})), ElementsAre(1, 2));
  AgentRecord again = record(AgentUpdate::created, 20);
  again.groups = {{3}};
  EXPECT_TRUE(after({created, deleted, again}).is_deleted) << "it is not later";
  again.time.at = from_unix_microseconds(21);
  EXPECT_FALSE(after({created, deleted, again}).is_deleted);
  EXPECT_THAT(groups_of(after({created, deleted, again})), ElementsAre(3));
}

TEST(Agents, AWebhookThatChangesNothingIsNotTheLastOne) {
  const auto at_10 = record(AgentUpdate::updated, 10, "Ann");
  EXPECT_EQ(after({at_10, record(AgentUpdate::updated, 20, "Ann")}), after({at_10}));
}

TEST(Agents, StayBots) {
  AgentRecord bot = record(AgentUpdate::named, 10);
  bot.is_bot = true;
  EXPECT_TRUE(after({bot, record(AgentUpdate::record, 0)}).is_bot);
  EXPECT_TRUE(after({record(AgentUpdate::record, 0), bot}).is_bot);
}

TEST(Agents, GoOfflineWhenTheyAreDeletedOrSuspended) {
  const AgentStatusRecord offline{"ann", AgentStatus::offline, from_unix_microseconds(10)};
  EXPECT_EQ(status_after(record(AgentUpdate::deleted, 10)), offline);
  EXPECT_EQ(status_after(record(AgentUpdate::suspended, 10)), offline);
  for (const AgentUpdate update :
       {AgentUpdate::record, AgentUpdate::created, AgentUpdate::updated, AgentUpdate::named}) {
    EXPECT_EQ(status_after(record(update, 10)), std::nullopt);
  }
}

TEST(Groups, OfAnAgentAreThoseOfItsRecordAndThoseThatListIt) {
  AgentRecord ann = record(AgentUpdate::record, 0);
  ann.groups = {{2, 5}};
  Agent agent = set_member(after({ann}), "ann", 3, true);
  agent = set_member(agent, "ann", 2, true);
  EXPECT_THAT(groups_of(agent), ElementsAre(2, 3, 5));
  agent = set_member(agent, "ann", 2, false);
  EXPECT_THAT(groups_of(agent), ElementsAre(2, 3, 5)) << "its record has the group, too";
  EXPECT_THAT(groups_of(set_member(agent, "ann", 3, false)), ElementsAre(2, 5));
}

GroupRecord group(std::int64_t at, std::optional<std::vector<std::string>> members) {
  GroupRecord record;
  record.id = 7;
  record.members = std::move(members);
  record.time.at = from_unix_microseconds(at);
  return record;
}

TEST(Groups, HaveTheMembersOfTheLatestWebhookThatListsThem) {
  const Group first = merge(std::optional<Group>(), group(10, {{"ann", "bob"}}));
  EXPECT_THAT(member_changes({}, first),
              ElementsAre(MemberChange{"ann", true}, MemberChange{"bob", true}));
  const Group second = merge(std::optional(first), group(20, {{"bob", "cid"}}));
  EXPECT_THAT(member_changes(first, second),
              ElementsAre(MemberChange{"ann", false}, MemberChange{"cid", true}));
  EXPECT_EQ(merge(std::optional(second), group(15, {{"dora"}})), second);
  EXPECT_EQ(merge(std::optional(second), group(30, {})), second) << "it lists none";
}

}  // namespace
}  // namespace chatreports::chat
