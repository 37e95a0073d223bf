#include "access/token_rules.h"

#include <gtest/gtest.h>

namespace chatreports::access {
namespace {

constexpr Instant now = from_unix_microseconds(1'000);

TEST(TokenRules, LimitNamesAndIds) {
  EXPECT_EQ(fault_of_token_name(std::string(100, 'x')), "");
  EXPECT_EQ(fault_of_token_name(std::string(101, 'x')), "longer than 100 bytes");
  EXPECT_EQ(fault_of_token_name("\xff"), "not UTF-8");
  EXPECT_EQ(fault_of_agent_id(std::string(255, 'x')), "");
  EXPECT_EQ(fault_of_agent_id(std::string(256, 'x')), "longer than 255 bytes");
}

TEST(TokenRules, LetANarrowedTokenReadAlone) {
  EXPECT_EQ(check_token({}).error().message, "a token needs a scope");
  for (const Scope scope : token_scopes) {
    EXPECT_TRUE(check_token({.scopes = {scope}}).has_value());
    const bool reads = scope == Scope::reports_read;
    EXPECT_EQ(check_token({.scopes = {scope}, .only_groups = {1}}).has_value(), reads);
    EXPECT_EQ(check_token({.scopes = {scope}, .only_agents = {"ann"}}).has_value(), reads);
    EXPECT_EQ(check_token({.scopes = {Scope::reports_read, scope}, .only_groups = {1}}).has_value(),
              reads);
  }
}

TEST(TokenRules, NarrowATokenToSoManyGroupsAndAgents) {
  Token token{.scopes = {Scope::reports_read}};
  token.only_groups.resize(max_narrowing_values);
  token.only_agents.resize(max_narrowing_values);
  EXPECT_TRUE(check_token(token).has_value());
  token.only_agents.emplace_back();
  EXPECT_EQ(check_token(token).error().message,
            "a token is narrowed to at most 100 groups and 100 agents");
}

TEST(TokenRules, ASuccessorIsLikeTheOldOne) {
  const Token old{.id = 3,
                  .license = {7},
                  .scopes = {Scope::reports_read},
                  .agent_id = "ann",
                  .created_at = from_unix_microseconds(1),
                  .expires_at = from_unix_microseconds(1'001),
                  .name = "sheet",
                  .only_groups = {5},
                  .only_agents = {"bob"}};
  Token expected = old;
  expected.created_at = now;
  expected.expires_at = now + std::chrono::microseconds(1'000);
  EXPECT_EQ(successor_of(old, now, std::nullopt).value(), expected);
  expected.expires_at = now + std::chrono::microseconds(5);
  EXPECT_EQ(successor_of(old, now, expected.expires_at).value(), expected);
  Token without_end = old;
  without_end.expires_at.reset();
  EXPECT_EQ(successor_of(without_end, now, std::nullopt)->expires_at, std::nullopt);
  EXPECT_EQ(successor_of(old, *old.expires_at, now).error().message,
            "token 3 has expired; create another one");
}

}  // namespace
}  // namespace chatreports::access
