#include "base/budget.h"

#include <gtest/gtest.h>

#include <limits>
#include <utility>

namespace chatreports {
namespace {

TEST(Budget, refuses_more_than_is_left_and_takes_nothing_then) {
  Budget budget(10);
  EXPECT_TRUE(budget.try_take(7));
  EXPECT_FALSE(budget.try_take(4));
  EXPECT_FALSE(budget.try_take(std::numeric_limits<std::size_t>::max()));
  EXPECT_EQ(budget.taken(), 7u);
  EXPECT_TRUE(budget.try_take(3));
  budget.give_back(10);
  EXPECT_EQ(budget.taken(), 0u);
}

TEST(BudgetPart, gives_back_what_it_took_once_after_any_moves) {
  Budget budget(10);
  {
    BudgetPart part(budget);
    EXPECT_TRUE(part.grow(4));
    EXPECT_TRUE(part.grow(6));
    EXPECT_FALSE(part.grow(1));
    const BudgetPart moved(std::move(part));
    EXPECT_EQ(moved.amount(), 10u);
    EXPECT_EQ(budget.taken(), 10u);
  }
  EXPECT_EQ(budget.taken(), 0u);
}

TEST(BudgetPart, shrinks_to_what_it_still_needs) {
  Budget budget(10);
  BudgetPart part(budget);
  EXPECT_TRUE(part.grow(8));
  part.shrink_to(9);
  EXPECT_EQ(budget.taken(), 8u);
  part.shrink_to(3);
  EXPECT_EQ(part.amount(), 3u);
  EXPECT_EQ(budget.taken(), 3u);
}

}  // namespace
}  // namespace chatreports
