#include "store/row_index.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "store/change_counter.h"
#include "store/schema.h"
#include "store/temporary_folder_test.h"

namespace chatreports::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr LicenseId license{1};

// The index of a new store, and each transaction whole.
class RowIndexTest : public testing::Test {
 protected:
  void write(const std::vector<std::pair<std::string, std::int64_t>>& rows, std::int64_t last) {
    auto transaction = Transaction::begin_write(database_);
    ASSERT_TRUE(transaction);
    ASSERT_TRUE(index_.begin({last_}));
    for (const auto& [id, number] : rows) {
      ASSERT_TRUE(index_.add(RowKind::thread, license, id, number));
    }
    ASSERT_TRUE(index_.end({last}));
    ASSERT_TRUE(totals_.save());
    ASSERT_TRUE(transaction->commit());
    last_ = last;
  }

  std::vector<std::int64_t> find(RowIndex& index, const std::string& id,
                                 RowKind kind = RowKind::thread, LicenseId of = license) {
    const auto numbers = index.find(kind, of, id);
    EXPECT_TRUE(numbers);
    return {numbers->begin(), numbers->end()};
  }
  std::vector<std::int64_t> find(const std::string& id) { return find(index_, id); }

  std::int64_t rows_in_table() {
    Statement count = prepare_("SELECT count(*) FROM row_index");
    EXPECT_TRUE(count.step());
    return count.integer(0);
  }

  TemporaryFolder folder_;
  Database database_ = *open_database(folder_.data(), facts_schema());
  StatementPreparer prepare_{database_};
  Totals totals_{database_, prepare_};
  RowIndex index_{database_, totals_, prepare_};
  std::int64_t last_ = 0;
};

TEST_F(RowIndexTest, finds_the_rows_of_an_id) {
  write({{"a", 1}, {"b", 2}, {"a", 3}}, 3);
  EXPECT_THAT(find("a"), ElementsAre(1, 3));
  EXPECT_THAT(find("b"), ElementsAre(2));
  EXPECT_THAT(find("c"), IsEmpty());
  EXPECT_EQ(rows_in_table(), 3);
}

TEST_F(RowIndexTest, tells_kinds_and_licences_apart) {
  write({{"a", 1}}, 1);
  EXPECT_THAT(find(index_, "a", RowKind::greeting_event), IsEmpty());
  EXPECT_THAT(find(index_, "a", RowKind::thread, {2}), IsEmpty());
}

TEST_F(RowIndexTest, keeps_the_latest_rows_of_an_import_in_memory) {
  write({{"old", 1}}, 1);
  index_.begin_import(2);
  write({{"a", 2}}, 2);
  EXPECT_EQ(rows_in_table(), 1);
  EXPECT_THAT(find("a"), ElementsAre(2));
  EXPECT_THAT(find("old"), ElementsAre(1));
  write({{"b", 3}, {"a", 4}}, 4);
  EXPECT_EQ(rows_in_table(), 4) << "there were as many as it may keep";
  EXPECT_THAT(find("a"), ElementsAre(2, 4));
  index_.end_import();
  EXPECT_THAT(find("a"), ElementsAre(2, 4));
}

TEST_F(RowIndexTest, has_the_next_writer_add_what_an_import_left_out) {
  write({{"old", 1}}, 1);
  index_.begin_import(100);
  write({{"a", 2}, {"b", 3}}, 3);
  RowIndex next(database_, totals_, prepare_);
  auto transaction = Transaction::begin_write(database_);
  const auto after = next.begin({3});
  ASSERT_TRUE(after);
  EXPECT_EQ(*after, 1) << "the rows after this number have to be added again";
  EXPECT_THAT(find(next, "a"), IsEmpty());
  ASSERT_TRUE(next.add(RowKind::thread, license, "a", 2));
  ASSERT_TRUE(next.add(RowKind::thread, license, "b", 3));
  ASSERT_TRUE(next.end({3}));
  ASSERT_TRUE(totals_.save());
  ASSERT_TRUE(transaction->commit());
  EXPECT_THAT(find(next, "a"), ElementsAre(2));
  EXPECT_EQ(rows_in_table(), 3);
}

TEST_F(RowIndexTest, forgets_what_was_rolled_back) {
  write({{"a", 1}}, 1);
  {
    auto transaction = Transaction::begin_write(database_);
    ASSERT_TRUE(index_.begin({1}));
    ASSERT_TRUE(index_.add(RowKind::thread, license, "b", 2));
  }
  index_.roll_back();
  totals_.roll_back();
  write({}, 1);
  EXPECT_THAT(find("b"), IsEmpty());
  EXPECT_THAT(find("a"), ElementsAre(1));
}

TEST_F(RowIndexTest, finds_with_and_without_its_filter) {
  std::vector<std::pair<std::string, std::int64_t>> rows;
  for (std::int64_t number = 1; number <= 1'000; ++number) {
    rows.emplace_back(fmt::format("T{}", number), number);
  }
  write(rows, 1'000);
  index_.begin_import(1'000);
  // After so many searches, the import makes a filter over all digests of the table.
  for (int search = 0; search < 12'000; ++search) {
    ASSERT_THAT(find(fmt::format("none{}", search)), IsEmpty()) << search;
  }
  for (std::int64_t number = 1; number <= 1'000; ++number) {
    ASSERT_THAT(find(fmt::format("T{}", number)), ElementsAre(number));
  }
  write({{"T1", 1'001}}, 1'001);
  EXPECT_THAT(find("T1"), ElementsAre(1, 1'001));
}

TEST_F(RowIndexTest, is_empty_once_cleared) {
  write({{"a", 1}}, 1);
  auto transaction = Transaction::begin_write(database_);
  ASSERT_TRUE(index_.clear());
  const auto after = index_.begin({1});
  ASSERT_TRUE(after);
  EXPECT_EQ(*after, 0);
  EXPECT_THAT(find("a"), IsEmpty());
}

}  // namespace
}  // namespace chatreports::store
