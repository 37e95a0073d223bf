#include "chat/hidden_agents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "chat/ids.h"

namespace chatreports::chat {
namespace {

using testing::ElementsAre;

const std::string ann = "ann@example.com";
const std::string hidden_ann = author_id_of(author_digest(ann));

HiddenAgents hiding_ann() {
  HiddenAgents agents;
  agents.add(ann);
  return agents;
}

TEST(HiddenAgents, AreFoundByTheirIdsAndByWhatStandsForThem) {
  EXPECT_TRUE(hiding_ann().has(ann));
  EXPECT_TRUE(hiding_ann().has(hidden_ann));
  EXPECT_FALSE(hiding_ann().has("bob"));
  EXPECT_TRUE(is_replaced_by(ann, hidden_ann));
  EXPECT_FALSE(is_replaced_by(hidden_ann, hidden_ann));
  EXPECT_FALSE(is_replaced_by("bob", hidden_ann));
  EXPECT_TRUE(HiddenAgents().is_empty());
  EXPECT_TRUE(is_digest(hidden_ann));
  EXPECT_FALSE(is_digest(ann));
  EXPECT_TRUE(is_digest("#7"));
}

TEST(HiddenAgents, AreReplacedWhereverAThreadNamesThem) {
  ThreadRecord record;
  record.agents = {ann, "bob"};
  record.supervisors = {ann};
  record.other_agents = {"#zz", ann};
  record.known_agents = {ann};
  record.events.resize(2);
  record.events[0].agent_id = ann;
  record.events[1].agent_id = "bob";
  record.updates = {{PresenceUpdate{ann}, {}}, {PresenceUpdate{"bob"}, {}}, {EndUpdate{}, {}}};
  hiding_ann().hide_in(record);
  EXPECT_THAT(record.agents, ElementsAre(hidden_ann, "bob"));
  EXPECT_THAT(record.supervisors, ElementsAre(hidden_ann));
  EXPECT_THAT(record.other_agents, ElementsAre(hidden_ann, "#zz")) << "they ascend";
  EXPECT_THAT(record.known_agents, ElementsAre(hidden_ann));
  EXPECT_EQ(record.events[0].agent_id, hidden_ann);
  EXPECT_EQ(record.events[1].agent_id, "bob");
  EXPECT_EQ(std::get<PresenceUpdate>(record.updates[0].what).agent_id, hidden_ann);
  EXPECT_EQ(std::get<PresenceUpdate>(record.updates[1].what).agent_id, "bob");
}

TEST(HiddenAgents, AreReplacedInRecords) {
  const auto hide = [](Record record) {
    hiding_ann().hide_in(record);
    return record;
  };
  EXPECT_EQ(hide(AgentRecord{ann, "Anna", "Europe/Warsaw", {{1}}}),
            Record(AgentRecord{hidden_ann, {}, {}, {{1}}}));
  EXPECT_EQ(hide(AgentRecord{"bob", "Bob", "Europe/Warsaw", {}}),
            Record(AgentRecord{"bob", "Bob", "Europe/Warsaw", {}}));
  EXPECT_EQ(hide(GroupRecord{1, "Sales", {{ann, "bob"}}, {}}),
            Record(GroupRecord{1, "Sales", {{hidden_ann, "bob"}}, {}}));
  EXPECT_EQ(hide(AgentStatusRecord{ann, AgentStatus::offline, Instant{}}),
            Record(AgentStatusRecord{hidden_ann, AgentStatus::offline, Instant{}}));
  WebhookRecord webhook{"t", "c", ThreadRecord{}, {PresenceUpdate{ann}}, {}};
  webhook.beginning->agents = {ann};
  WebhookRecord expected{"t", "c", ThreadRecord{}, {PresenceUpdate{hidden_ann}}, {}};
  expected.beginning->agents = {hidden_ann};
  EXPECT_EQ(hide(webhook), Record(expected));
}

TEST(HiddenAgents, AreReplacedInTheUpdatesOfChats) {
  ChatUpdates updates;
  updates.of_running_threads = {{{PresenceUpdate{ann}, {}}, "e", {}}};
  hiding_ann().hide_in(updates);
  EXPECT_EQ(std::get<PresenceUpdate>(updates.of_running_threads[0].update.what).agent_id,
            hidden_ann);
}

}  // namespace
}  // namespace chatreports::chat
