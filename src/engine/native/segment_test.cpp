#include "engine/native/segment.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "engine/contract/chance.h"

namespace chatreports::engine::native {
namespace {

// A segment holds all facts of its threads.
RC_GTEST_PROP(Segment, GivesBackTheRowsItWasMadeOf, ()) {
  const auto seeds =
      *rc::gen::nonEmpty(rc::gen::scale(3.0, rc::gen::arbitrary<std::vector<std::uint64_t>>()));
  const auto first_number = *rc::gen::element<std::int64_t>(1, 5'000'000'000, 1LL << 60);
  std::vector<SegmentRow> rows;
  for (const std::uint64_t seed : seeds) {
    contract::Chance chance(seed);
    rows.push_back({{first_number + static_cast<std::int64_t>(rows.size()) * 3},
                    contract::some_thread(chance)});
  }
  std::sort(rows.begin(), rows.end(), [](const SegmentRow& left, const SegmentRow& right) {
    return left.key() < right.key();
  });
  const Segment segment{std::span<const SegmentRow>(rows)};
  RC_ASSERT(segment.unpack() == rows);
  RC_ASSERT(segment.first_key() == rows.front().key());
  RC_ASSERT(segment.last_start() == rows.back().facts.started_at);
}

TEST(SegmentAtItsLargest, KeepsDenseAndSparseRows) {
  std::vector<SegmentRow> rows(max_segment_rows);
  for (std::uint32_t row = 0; row < max_segment_rows; ++row) {
    rows[row].thread = {row};
    rows[row].facts.started_at = Instant{std::int64_t{row} * 3'000'000'000};
    rows[row].facts.tags = {row % 2 == 0 ? "even" : "odd"};
    if (row % 1'000 == 0) rows[row].facts.tags.push_back("thousand");
    std::ranges::sort(rows[row].facts.tags);
  }
  const Segment segment{std::span<const SegmentRow>(rows)};
  const FieldIndex& tags = segment.index({report::Field::Kind::tag, {}, {}});
  EXPECT_TRUE(tags.rows(*tags.find(report::Value("even"))).is_dense());
  EXPECT_FALSE(tags.rows(*tags.find(report::Value("thousand"))).is_dense());
  EXPECT_TRUE(segment.unpack() == rows);
}

}  // namespace
}  // namespace chatreports::engine::native
