#include "app/write_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatreports::app {
namespace {

using api::Channel;
using testing::ElementsAre;
using testing::IsEmpty;

WriteGroup group(std::int64_t license, std::size_t records) {
  return {LicenseId{license}, std::vector<chat::Record>(records), {}, 0};
}

// The licence and the number of records of each.
std::vector<std::pair<std::int64_t, std::size_t>> told(const std::vector<WriteGroup>& groups) {
  std::vector<std::pair<std::int64_t, std::size_t>> result;
  for (const WriteGroup& one : groups) {
    result.emplace_back(one.license.value, one.records.size() - one.written);
  }
  return result;
}

TEST(WriteQueue, LicencesTakeTurns) {
  WriteQueue queue;
  for (int i = 0; i < 3; ++i) queue.push(Channel::bulk, group(1, 10));
  queue.push(Channel::bulk, group(2, 5));
  EXPECT_EQ(queue.size(), 4U);
  EXPECT_EQ(queue.size(Channel::bulk, LicenseId{1}), 3U);
  EXPECT_EQ(queue.licenses(Channel::bulk), 2U);
  EXPECT_THAT(told(queue.take(Channel::bulk, 10)), ElementsAre(std::pair(1, 10)));
  EXPECT_THAT(told(queue.take(Channel::bulk, 10)), ElementsAre(std::pair(2, 5)));
  EXPECT_THAT(told(queue.take(Channel::bulk, 20)), ElementsAre(std::pair(1, 10), std::pair(1, 10)));
  EXPECT_THAT(told(queue.take(Channel::bulk, 20)), IsEmpty());
  EXPECT_TRUE(queue.is_empty());
}

TEST(WriteQueue, TakesAGroupOfAnySize) {
  WriteQueue queue;
  queue.push(Channel::webhook, group(1, 100));
  queue.push(Channel::webhook, group(1, 1));
  EXPECT_THAT(told(queue.take(Channel::webhook, 10)), ElementsAre(std::pair(1, 100)));
}

TEST(WriteQueue, PutsGroupsBackBeforeOthersOfTheirLicence) {
  WriteQueue queue;
  queue.push(Channel::bulk, group(1, 10));
  queue.push(Channel::bulk, group(1, 7));
  queue.push(Channel::bulk, group(2, 5));
  std::vector<WriteGroup> taken = queue.take(Channel::bulk, 10);
  taken.front().written = 4;
  queue.put_back(Channel::bulk, std::move(taken));
  EXPECT_EQ(queue.size(), 3U);
  EXPECT_THAT(told(queue.take(Channel::bulk, 10)), ElementsAre(std::pair(2, 5)));
  EXPECT_THAT(told(queue.take(Channel::bulk, 100)), ElementsAre(std::pair(1, 6), std::pair(1, 7)));
}

TEST(WriteQueue, QueuesWebhooksAndBodiesSeparately) {
  WriteQueue queue;
  queue.push(Channel::bulk, group(1, 1));
  EXPECT_THAT(queue.take(Channel::webhook, 10), IsEmpty());
  queue.push(Channel::webhook, group(1, 2));
  EXPECT_THAT(told(queue.take(Channel::webhook, 10)), ElementsAre(std::pair(1, 2)));
  queue.push(Channel::webhook, group(3, 3));
  EXPECT_EQ(queue.take_all().size(), 2U);
  EXPECT_TRUE(queue.is_empty());
  EXPECT_EQ(queue.licenses(Channel::bulk), 0U);
}

}  // namespace
}  // namespace chatreports::app
