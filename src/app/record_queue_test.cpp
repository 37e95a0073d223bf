#include "app/record_queue.h"

#include <gtest/gtest.h>

#include <thread>

namespace chatreports::app {
namespace {

using std::chrono::milliseconds;

std::vector<chat::Record> records(std::size_t count) {
  return std::vector<chat::Record>(count, chat::AchievementRecord{});
}

std::size_t count(const RecordGroup& group) {
  std::size_t records = 0;
  for (const auto& part : group) records += part.size();
  return records;
}

TEST(RecordQueue, ReturnsAFullGroup) {
  RecordQueue queue({.records = 3, .age = milliseconds(60'000)});
  EXPECT_TRUE(queue.push(records(2)));
  EXPECT_TRUE(queue.push(records(2)));
  EXPECT_EQ(count(queue.take()), 4U);
}

TEST(RecordQueue, ReturnsAnOldGroupThatIsNotFull) {
  RecordQueue queue({.records = 1'000, .age = milliseconds(1)});
  EXPECT_TRUE(queue.push(records(2)));
  EXPECT_EQ(count(queue.take()), 2U);
}

TEST(RecordQueue, ReturnsTheRestAfterCloseAndThenNothing) {
  RecordQueue queue({.records = 1'000, .age = milliseconds(60'000)});
  EXPECT_TRUE(queue.push(records(2)));
  queue.close();
  EXPECT_FALSE(queue.push(records(1)));
  EXPECT_EQ(count(queue.take()), 2U);
  EXPECT_TRUE(queue.take().empty());
}

TEST(RecordQueue, CloseEndsTheWaitOfBothThreads) {
  RecordQueue full({.records = 1});
  EXPECT_TRUE(full.push(records(1)));
  std::thread pushing([&full] { EXPECT_FALSE(full.push(records(1))); });
  RecordQueue empty;
  std::thread taking([&empty] { EXPECT_TRUE(empty.take().empty()); });
  full.close();
  empty.close();
  pushing.join();
  taking.join();
}

TEST(RecordQueue, LosesNothingBetweenTwoThreads) {
  RecordQueue queue({.records = 7});
  std::thread pushing([&queue] {
    for (std::size_t i = 0; i < 1'000; ++i) EXPECT_TRUE(queue.push(records(i % 5)));
    queue.close();
  });
  std::size_t taken = 0;
  for (auto group = queue.take(); !group.empty(); group = queue.take()) taken += count(group);
  pushing.join();
  EXPECT_EQ(taken, 2'000U);
}

}  // namespace
}  // namespace chatreports::app
