#include "app/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace chatreports::app {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

TEST(Progress, ShowsPartRecordsRateAndTimeLeft) {
  EXPECT_EQ(format_progress({250, 1'000, 5'000, milliseconds(10'000), false}),
            " 25%  5000 records  500 records/s  30s left");
}

TEST(Progress, LeavesOutWhatIsUnknown) {
  EXPECT_EQ(format_progress({0, 0, 0, milliseconds(0), false}), "0 records");
  EXPECT_EQ(format_progress({250, 0, 5'000, milliseconds(10'000), false}),
            "5000 records  500 records/s");
  EXPECT_EQ(format_progress({0, 1'000, 0, milliseconds(10'000), false}),
            "  0%  0 records  0 records/s");
}

TEST(Progress, ShowsAtMostTheWholeOfAFileThatGrew) {
  EXPECT_EQ(format_progress({2'000, 1'000, 1, milliseconds(1'000), false}),
            "100%  1 records  1 records/s  0s left");
}

TEST(Progress, FitsTheBarIntoATerminal) {
  EXPECT_EQ(format_progress_bar({500, 1'000, 1, milliseconds(0), false}, 79),
            "[#######-------]  50%  1 records");
  const Progress large{1, 1'000'000'000'000, 9'999'999'999, milliseconds(1'000), false};
  EXPECT_THAT(format_progress_bar(large, 79), HasSubstr("records/s"));
}

TEST(Progress, LeavesOutWhatDoesNotFit) {
  const Progress progress{500, 1'000, 5'000, milliseconds(10'000), false};
  const std::vector<std::string> lines = {
      "[#######-------]  50%  5000 records  500 records/s  10s left",
      "[#######-------]  50%  5000 records  10s left",
      "[#######-------]  50%  10s left",
      " 50%  5000 records  10s left",
      " 50%  10s left",
      " 50%"};
  for (std::size_t number = 0; number < lines.size(); ++number) {
    EXPECT_EQ(format_progress_bar(progress, lines[number].size()), lines[number]);
    if (number + 1 == lines.size()) break;
    // The first of the shorter lines that fits.
    const std::string narrow = format_progress_bar(progress, lines[number].size() - 1);
    EXPECT_EQ(narrow, lines[number + 1]);
  }
}

TEST(Progress, FitsIntoFortyColumns) {
  for (const std::uint64_t bytes : {0U, 1U, 999'999U}) {
    for (const bool all_read : {false, true}) {
      for (const std::uint64_t total : {std::uint64_t{0}, std::uint64_t{1'000'000}}) {
        const Progress progress{bytes, total, 9'999'999'999, milliseconds(86'399'000), all_read};
        EXPECT_LE(format_progress_bar(progress, 39).size(), 39U);
      }
    }
  }
}

TEST(Progress, HasNoBarWithoutASize) {
  EXPECT_EQ(format_progress_bar({250, 0, 5'000, milliseconds(10'000), false}, 79),
            "5000 records  500 records/s");
  EXPECT_EQ(format_progress_bar({250, 0, 5'000, milliseconds(10'000), false}, 20), "5000 records");
}

TEST(Progress, ShowsHowMuchOfACopyThereIs) {
  EXPECT_EQ(format_copy_progress({}), "copying");
  EXPECT_EQ(format_copy_progress({30'000'000, 120'000'000, milliseconds(2'000), false}),
            " 25%  30.0 of 120.0 MB  6s left");
  EXPECT_EQ(format_copy_progress_bar({60'000'000, 120'000'000, milliseconds(500), false}),
            "[#######-------]  50%  60.0 of 120.0 MB");
  EXPECT_EQ(format_copy_progress_bar({120'000'000, 120'000'000, milliseconds(500), true}),
            "checking the copy");
}

TEST(Progress, FormatsDurationsWithTwoUnitsAtMost) {
  EXPECT_EQ(format_elapsed(milliseconds(5'999)), "5s");
  EXPECT_EQ(format_elapsed(milliseconds(65'000)), "1m05s");
  EXPECT_EQ(format_elapsed(milliseconds(7'380'000)), "2h03m");
  EXPECT_EQ(format_elapsed(milliseconds(370'800'000)), "4d07h");
}

}  // namespace
}  // namespace chatreports::app
