#include "store/rating_scales.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/check.h"
#include "store/sqlite.h"
#include "store/temporary_folder_test.h"
#include "store/tokens.h"

namespace chatreports::store {
namespace {

TEST(RatingScales, AreKeptForEachLicence) {
  const TemporaryFolder folder;
  {
    const auto scales = RatingScales::open(folder.data());
    ASSERT_TRUE(scales.has_value()) << scales.error().message;
    EXPECT_TRUE((*scales)->list()->empty());
    EXPECT_TRUE((*scales)->set({1}, {5, 3}).has_value());
    EXPECT_TRUE((*scales)->set({1}, {5, 4}).has_value());
    EXPECT_TRUE((*scales)->set({2}, {10, 9}).has_value());
  }
  const auto again = RatingScales::open(folder.data());
  using testing::Pair;
  EXPECT_THAT(*(*again)->list(),
              testing::ElementsAre(Pair(LicenseId{1}, chat::RatingScale{5, 4}),
                                   Pair(LicenseId{2}, chat::RatingScale{10, 9})));
  EXPECT_EQ(RatingScales::read(folder.data()), (*again)->list());
  EXPECT_EQ((*again)->remove({2}), true);
  EXPECT_EQ((*again)->remove({2}), false);
  EXPECT_EQ((*again)->list()->size(), 1u);
}

TEST(RatingScales, TellWhenAnotherProcessHasChangedThem) {
  const TemporaryFolder folder;
  const auto scales = RatingScales::open(folder.data());
  const auto others = RatingScales::open(folder.data());
  EXPECT_TRUE((*scales)->read_if_changed()->has_value());
  EXPECT_FALSE((*scales)->read_if_changed()->has_value());
  ASSERT_TRUE((*others)->set({1}, {5, 4}).has_value());
  const auto changed = (*scales)->read_if_changed();
  ASSERT_TRUE(changed.has_value() && changed->has_value());
  EXPECT_EQ((*changed)->size(), 1u);
}

TEST(RatingScales, ThatAreDamagedAreRefused) {
  for (const char* damage :
       {"UPDATE rating_scales SET good_from = 2", "UPDATE rating_scales SET highest = 6",
        "UPDATE rating_scales SET license = 2"}) {
    const TemporaryFolder folder;
    const auto scales = RatingScales::open(folder.data());
    ASSERT_TRUE((*scales)->set({1}, {5, 4}).has_value());
    ASSERT_TRUE(faults_of_access_file(folder.data())->empty());
    auto database = Database::open(folder.data() + "/access.sqlite");
    ASSERT_TRUE(database->execute(damage).has_value());
    const auto list = (*scales)->list();
    ASSERT_FALSE(list.has_value());
    EXPECT_THAT(list.error().message,
                testing::HasSubstr("access.sqlite is damaged: the rating scale of licence"));
    EXPECT_THAT(*faults_of_access_file(folder.data()),
                testing::ElementsAre(testing::HasSubstr("the rating scale of licence")));
  }
}

// The table came later than the others.
TEST(RatingScales, AreAddedToAFileThatHasNoneYet) {
  const TemporaryFolder folder;
  {
    const auto tokens = Tokens::open(folder.data());
    ASSERT_TRUE((*tokens)->create({.license = {1}, .scopes = {Scope::reports_read}}).has_value());
    auto database = Database::open(folder.data() + "/access.sqlite");
    ASSERT_TRUE(database->execute("DROP TABLE rating_scales").has_value());
  }
  EXPECT_TRUE(faults_of_access_file(folder.data())->empty());
  EXPECT_TRUE(RatingScales::read(folder.data())->empty());
  const auto scales = RatingScales::open(folder.data());
  ASSERT_TRUE(scales.has_value()) << scales.error().message;
  EXPECT_TRUE((*scales)->set({1}, {5, 4}).has_value());
  const auto tokens = Tokens::open(folder.data());
  EXPECT_EQ((*tokens)->list()->size(), 1u);
}

}  // namespace
}  // namespace chatreports::store
