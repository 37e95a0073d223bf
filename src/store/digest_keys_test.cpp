#include "store/digest_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/sqlite.h"
#include "store/temporary_folder_test.h"
#include "store/tokens.h"

namespace chatreports::store {
namespace {

TEST(DigestKeys, are_random_and_made_once_for_each_licence) {
  const TemporaryFolder folder;
  chat::DigestKey first;
  {
    const auto keys = DigestKeys::open(folder.data());
    ASSERT_TRUE(keys.has_value()) << keys.error().message;
    EXPECT_TRUE((*keys)->list()->empty());
    first = (*keys)->find_or_make({1}).value();
    EXPECT_NE(first, chat::DigestKey{});
    EXPECT_EQ((*keys)->find_or_make({1}), first);
    EXPECT_NE((*keys)->find_or_make({2}), first);
  }
  const auto again = DigestKeys::open(folder.data());
  EXPECT_EQ((*again)->find_or_make({1}), first);
  EXPECT_EQ((*again)->list()->size(), 2u);
}

TEST(DigestKeys, of_another_folder_are_accepted_if_there_is_none_yet) {
  const TemporaryFolder folder;
  const auto keys = DigestKeys::open(folder.data());
  const chat::DigestKey key{{7, 8, 9}};
  EXPECT_TRUE((*keys)->set({1}, key).has_value());
  EXPECT_TRUE((*keys)->set({1}, key).has_value());
  EXPECT_EQ((*keys)->find_or_make({1}), key);
  const auto refused = (*keys)->set({1}, chat::DigestKey{});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::invalid);
  EXPECT_THAT(refused.error().message, testing::HasSubstr("licence 1 has another digest key"));
  EXPECT_EQ((*keys)->find_or_make({1}), key);
}

TEST(DigestKeys, that_are_damaged_are_refused) {
  const char* const damages[] = {"UPDATE digest_keys SET key = randomblob(32)",
                                 "UPDATE digest_keys SET key = x'00'",
                                 "UPDATE digest_keys SET license = 2"};
  for (const char* damage : damages) {
    const TemporaryFolder folder;
    const auto keys = DigestKeys::open(folder.data());
    ASSERT_TRUE((*keys)->find_or_make({1}).has_value());
    auto database = Database::open(folder.data() + "/access.sqlite");
    ASSERT_TRUE(database->execute(damage).has_value());
    const auto list = (*keys)->list();
    ASSERT_FALSE(list.has_value());
    EXPECT_THAT(list.error().message, testing::HasSubstr("access.sqlite is damaged: the digest key "
                                                         "of licence"));
  }
}

TEST(DigestKeys, are_in_the_file_of_the_tokens) {
  const TemporaryFolder folder;
  const auto tokens = Tokens::open(folder.data());
  const auto keys = DigestKeys::open(folder.data());
  ASSERT_TRUE((*tokens)->create({.license = {1}, .scopes = {Scope::reports_read}}).has_value());
  EXPECT_TRUE((*keys)->find_or_make({1}).has_value());
  EXPECT_EQ((*tokens)->list()->size(), 1u);
}

}  // namespace
}  // namespace chatreports::store
