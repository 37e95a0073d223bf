#include "chat/known_agents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatreports::chat {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(KnownAgents, AreFoundByTheDigestsOfTheirIds) {
  KnownAgents agents;
  agents.add("bob");
  agents.add("ann");
  const std::vector<std::uint64_t> authors = {author_digest("customer"), author_digest("bob"),
                                              author_digest("ann")};
  EXPECT_THAT(agents.among(authors), ElementsAre("ann", "bob"));
  EXPECT_THAT(KnownAgents().among(authors), IsEmpty());
}

TEST(KnownAgents, AreThoseOfAgentsRecordsAndOfGroupsThatListThem) {
  AgentRecord agent;
  agent.id = "ann";
  EXPECT_THAT(agents_named_in(agent), ElementsAre("ann"));
  GroupRecord group;
  EXPECT_THAT(agents_named_in(group), IsEmpty());
  group.members = {{"ann", "bob"}};
  EXPECT_THAT(agents_named_in(group), ElementsAre("ann", "bob"));
}

}  // namespace
}  // namespace chatreports::chat
