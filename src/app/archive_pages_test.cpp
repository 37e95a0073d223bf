#include "app/archive_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace chatreports::app {
namespace {

using ::testing::StartsWith;

constexpr ingest::Page with_next(std::uint64_t line, bool has_previous = false) {
  return {line, true, has_previous};
}
constexpr ingest::Page last(std::uint64_t line, bool has_previous = false) {
  return {line, false, has_previous};
}

std::string warning_after(const std::vector<ingest::Page>& pages) {
  ArchivePages all;
  all.add("page.json", pages);
  return all.warning().value_or("");
}

TEST(ArchivePages, AreCompleteWithALastPageInAnyOrder) {
  EXPECT_EQ(warning_after({}), "");
  EXPECT_EQ(warning_after({last(1)}), "");
  EXPECT_EQ(warning_after({with_next(1), with_next(2), last(3)}), "");
  EXPECT_EQ(warning_after({with_next(1), last(10), with_next(2)}), "");
}

TEST(ArchivePages, WarnOfAPageThatDidNotCome) {
  EXPECT_THAT(warning_after({with_next(1)}), StartsWith("page.json:1: the next_page_id of this"));
  EXPECT_THAT(warning_after({with_next(1), with_next(5)}), StartsWith("page.json:5: "));
  ArchivePages all;
  all.add("a.json", {with_next(1)});
  all.add("b.json", {with_next(2)});
  all.add("c.json", {});
  EXPECT_THAT(all.warning().value_or(""), StartsWith("b.json:2: "));
}

TEST(ArchivePages, CountTheRangesWhereAPageTellsThePreviousOne) {
  // Two ranges, the second of which lacks its last page.
  EXPECT_THAT(warning_after({with_next(1), last(2, true), with_next(3), with_next(4, true)}),
              StartsWith("page.json:4: "));
  EXPECT_EQ(warning_after({with_next(1), last(2, true), with_next(3), last(4, true)}), "");
}

TEST(ArchivePages, MayComeWithoutTheirFirstPage) {
  EXPECT_EQ(warning_after({with_next(1, true), last(2, true)}), "");
  EXPECT_THAT(warning_after({with_next(1, true)}), StartsWith("page.json:1: "));
}

}  // namespace
}  // namespace chatreports::app
