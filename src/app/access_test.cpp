#include "app/access.h"

#include <gtest/gtest.h>

#include "store/store.h"
#include "store/temporary_folder_test.h"

namespace chatreports::app {
namespace {

class AccessTest : public testing::Test {
 protected:
  void SetUp() override {
    auto store = store::Store::open_locked(folder_.data(), [](const std::string&) {});
    ASSERT_TRUE(store.has_value());
    store_ = *std::move(store);
    auto tokens = store::Tokens::open(folder_.data());
    ASSERT_TRUE(tokens.has_value());
    tokens_ = *std::move(tokens);
  }
  void open() {
    auto access = Access::open(folder_.data(), store_->files());
    ASSERT_TRUE(access.has_value());
    access_ = *std::move(access);
  }
  std::string create(std::optional<Instant> expires_at = std::nullopt) {
    return tokens_
        ->create({.license = {7},
                  .scopes = {Scope::reports_read},
                  .agent_id = "ann",
                  .created_at = now_,
                  .expires_at = expires_at})
        .value()
        .text;
  }
  // Whether the caller is known at that time, after the token was found now.
  std::optional<api::Caller> judge(const std::string& token, const api::FoundToken& found,
                                   Instant at) {
    return access_->caller(token, found, at).value();
  }

  const Instant now_ = from_unix_microseconds(1'000);
  store::TemporaryFolder folder_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<store::Tokens> tokens_;
  std::unique_ptr<Access> access_;
};

TEST_F(AccessTest, KnowsWhomATokenStandsFor) {
  const std::string token = create();
  open();
  const api::FoundToken found = access_->find(token, now_);
  EXPECT_EQ(found.token_id, 1);
  EXPECT_EQ(found.license, LicenseId{7});
  const auto caller = judge(token, found, now_);
  ASSERT_TRUE(caller.has_value());
  EXPECT_EQ(caller->license, LicenseId{7});
  EXPECT_EQ(caller->scopes, Scopes{Scope::reports_read});
  EXPECT_EQ(caller->agent_id, "ann");
  EXPECT_EQ(access_->find("another", now_).token_id, 0);
  EXPECT_FALSE(judge("another", access_->find("another", now_), now_).has_value());
}

// What was found when the request came grants nothing when it runs.
TEST_F(AccessTest, RefusesATokenThatWasRevokedSinceItWasFound) {
  const std::string token = create();
  open();
  const api::FoundToken found = access_->find(token, now_);
  ASSERT_TRUE(tokens_->revoke(found.token_id).has_value());
  // An unknown token makes Access read them again at once; else it does so a few times a second.
  EXPECT_FALSE(judge("another", {}, now_).has_value());
  EXPECT_EQ(access_->find(token, now_).token_id, 0);
  EXPECT_FALSE(judge(token, found, now_).has_value());
}

TEST_F(AccessTest, RefusesATokenThatHasExpiredSinceItWasFound) {
  const std::string token = create(from_unix_microseconds(2'000));
  open();
  const api::FoundToken found = access_->find(token, now_);
  EXPECT_TRUE(judge(token, found, from_unix_microseconds(1'999)).has_value());
  EXPECT_FALSE(judge(token, found, from_unix_microseconds(2'000)).has_value());
  EXPECT_EQ(access_->find(token, from_unix_microseconds(2'000)).token_id, 0);
}

TEST_F(AccessTest, KnowsATokenThatWasJustCreated) {
  open();
  const api::FoundToken before = access_->find("later", now_);
  const std::string token = create();
  EXPECT_TRUE(judge(token, before, now_).has_value());
  EXPECT_EQ(access_->find(token, now_).token_id, 1);
}

TEST_F(AccessTest, TakesASecretForNoToken) {
  ASSERT_TRUE(tokens_->create_webhook_secret({8}, "secret", now_).has_value());
  const std::string token = create();
  open();
  EXPECT_EQ(access_->license_of_webhook("secret", now_).value(), LicenseId{8});
  EXPECT_FALSE(judge("secret", access_->find("secret", now_), now_).has_value());
  EXPECT_FALSE(access_->license_of_webhook(token, now_).value().has_value());
}

}  // namespace
}  // namespace chatreports::app
