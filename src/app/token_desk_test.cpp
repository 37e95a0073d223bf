#include "app/token_desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "store/store.h"
#include "store/temporary_folder_test.h"

namespace chatreports::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class TokenDeskTest : public testing::Test {
 protected:
  void SetUp() override {
    auto store = store::Store::open_locked(folder_.data(), [](const std::string&) {});
    ASSERT_TRUE(store.has_value());
    store_ = *std::move(store);
    auto access = Access::open(folder_.data(), store_->files());
    ASSERT_TRUE(access.has_value());
    access_ = *std::move(access);
    auto desk = TokenDesk::open(folder_.data(), store_->files(), *access_);
    ASSERT_TRUE(desk.has_value());
    desk_ = *std::move(desk);
  }
  api::NewToken create(std::int64_t license = 7) {
    return desk_
        ->create({.license = {license}, .scopes = {Scope::reports_read}, .created_at = now_})
        .value();
  }
  // Returns the number of the token, 0 if it is not known. Reads no file.
  std::int64_t known(const std::string& token, Instant at) const {
    return access_->find(token, at).token_id;
  }

  const Instant now_ = from_unix_microseconds(1'000);
  store::TemporaryFolder folder_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Access> access_;
  std::unique_ptr<TokenDesk> desk_;
};

TEST_F(TokenDeskTest, ChangesAreKnownAtOnce) {
  const api::NewToken first = create();
  EXPECT_EQ(known(first.text, now_), first.id);
  const Instant end = now_ + std::chrono::seconds(1);
  const api::NewToken second =
      desk_
          ->replace(first.id, {.license = {7}, .scopes = {Scope::reports_read}, .created_at = now_},
                    end)
          .value();
  EXPECT_EQ(known(first.text, now_), first.id);
  EXPECT_EQ(known(first.text, end), 0);
  EXPECT_EQ(known(second.text, end), second.id);
  ASSERT_TRUE(desk_->revoke(second.id).has_value());
  EXPECT_EQ(known(second.text, now_), 0);
  EXPECT_EQ(desk_->revoke(second.id).error().kind, ErrorKind::not_found);
}

TEST_F(TokenDeskTest, ListsOneLicence) {
  create();
  create(8);
  create();
  const auto ids_of = [this](std::int64_t license) {
    const auto tokens = desk_->list({license}).value();
    std::vector<std::int64_t> ids;
    for (const access::Token& token : tokens) ids.push_back(token.id);
    return ids;
  };
  EXPECT_THAT(ids_of(7), ElementsAre(1, 3));
  EXPECT_THAT(ids_of(8), ElementsAre(2));
  EXPECT_THAT(ids_of(9), IsEmpty());
}

TEST_F(TokenDeskTest, DoesNotAcknowledgeWhatIsWrittenToAReplacedFile) {
  const api::NewToken token = create();
  const std::string file = folder_.data() + "/access.sqlite";
  std::filesystem::rename(file, file + "-away");
  std::filesystem::copy(file + "-away", file);
  const access::Token another{.license = {7}, .scopes = {Scope::reports_read}};
  EXPECT_EQ(desk_->create(another).error().kind, ErrorKind::failed);
  EXPECT_EQ(desk_->replace(token.id, another, now_).error().kind, ErrorKind::failed);
  EXPECT_EQ(desk_->revoke(token.id).error().kind, ErrorKind::failed);
  EXPECT_FALSE(desk_->list({7}).has_value());
  std::filesystem::rename(file + "-away", file);
  EXPECT_EQ(desk_->list({7})->size(), 1u);
}

}  // namespace
}  // namespace chatreports::app
