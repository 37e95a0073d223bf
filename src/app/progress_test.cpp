#include "app/progress.h"

#include <gtest/gtest.h>

namespace chatreports::app {
namespace {

using std::chrono::milliseconds;

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
  EXPECT_EQ(format_progress_bar({500, 1'000, 1, milliseconds(0), false}),
            "[#######-------]  50%  1 records");
  const Progress large{1, 1'000'000'000'000, 9'999'999'999, milliseconds(1'000), false};
  EXPECT_LE(format_progress_bar(large).size(), 79U);
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
