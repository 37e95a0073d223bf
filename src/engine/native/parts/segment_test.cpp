#include "engine/native/parts/segment.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <vector>

#include "engine/contract/chance.h"

namespace chatreports::engine::native {
namespace {

std::vector<SegmentRow> rows_of(const std::vector<chat::Thread>& threads,
                                std::int64_t first_number) {
  std::vector<SegmentRow> rows;
  for (const chat::Thread& thread : threads) {
    rows.push_back({{first_number + static_cast<std::int64_t>(rows.size()) * 3}, &thread});
  }
  std::sort(rows.begin(), rows.end(), [](const SegmentRow& left, const SegmentRow& right) {
    return left.key() < right.key();
  });
  return rows;
}

std::shared_ptr<const Segment> segment_of(const std::vector<SegmentRow>& rows) {
  return std::make_shared<const Segment>(std::span<const SegmentRow>(rows));
}

bool are_equal(const Segment& left, const Segment& right) {
  return std::ranges::equal(left.pack()->bytes(), right.pack()->bytes()) &&
         left.first_key() == right.first_key() && left.last_start() == right.last_start();
}

// A segment made of some rows of other segments equals one that is made of the rows themselves.
RC_GTEST_PROP(Segment, OfRowsOfOtherSegmentsEqualsOneOfTheRows, ()) {
  const auto seeds =
      *rc::gen::nonEmpty(rc::gen::scale(3.0, rc::gen::arbitrary<std::vector<std::uint64_t>>()));
  const auto first_number = *rc::gen::element<std::int64_t>(1, 5'000'000'000, 1LL << 60);
  constexpr int gone_with = 3;
  std::vector<chat::Thread> threads;
  for (const std::uint64_t seed : seeds) {
    contract::Chance chance(seed);
    threads.push_back(contract::some_thread(chance));
  }
  const std::vector<SegmentRow> all = rows_of(threads, first_number);
  const auto places =
      *rc::gen::container<std::vector<int>>(all.size(), rc::gen::inRange(0, 2 * gone_with));
  std::array<std::vector<SegmentRow>, gone_with> parts;
  for (std::size_t row = 0; row < all.size(); ++row) {
    parts[static_cast<std::size_t>(places[row] % gone_with)].push_back(all[row]);
  }
  std::array<std::shared_ptr<const Segment>, gone_with> segments;
  for (std::size_t part = 0; part < parts.size(); ++part) {
    if (!parts[part].empty()) segments[part] = segment_of(parts[part]);
  }
  std::vector<SegmentRow> kept;
  std::vector<ChunkRun<Segment>> runs;
  std::array<std::uint32_t, gone_with> next{};
  for (std::size_t row = 0; row < all.size(); ++row) {
    const auto part = static_cast<std::size_t>(places[row] % gone_with);
    const std::uint32_t of_part = next[part]++;
    if (places[row] == gone_with) continue;
    kept.push_back(all[row]);
    runs.push_back({segments[part], of_part, of_part + 1});
  }
  RC_PRE(!kept.empty());
  const Segment made{std::span<const ChunkRun<Segment>>(runs)};
  RC_ASSERT(are_equal(made, *segment_of(kept)));
  for (const SegmentRow& row : kept) RC_ASSERT(made.find(row.thread) == row.key());
}

TEST(SegmentAtItsLargest, KeepsDenseAndSparseRows) {
  std::vector<chat::Thread> threads(max_segment_rows);
  std::vector<SegmentRow> rows;
  for (std::uint32_t row = 0; row < max_segment_rows; ++row) {
    chat::Thread& facts = threads[row];
    facts.started_at = from_unix_microseconds(std::int64_t{row} * 3'000'000'000);
    facts.tags = {row % 2 == 0 ? "even" : "odd"};
    if (row % 1'000 == 0) facts.tags.emplace_back("thousand");
    std::ranges::sort(facts.tags);
    rows.push_back({{row}, &facts});
  }
  const Segment segment{std::span<const SegmentRow>(rows)};
  const FieldIndex tags = segment.index(report::Field::tag());
  EXPECT_TRUE(tags.rows(*tags.find(report::Value("even"))).is_dense());
  EXPECT_FALSE(tags.rows(*tags.find(report::Value("thousand"))).is_dense());

  // Removes every third chat.
  std::vector<SegmentRow> kept;
  std::vector<ChunkRun<Segment>> runs;
  const auto whole = segment_of(rows);
  for (std::uint32_t row = 0; row < max_segment_rows; ++row) {
    if (row % 3 == 0) continue;
    kept.push_back(rows[row]);
    runs.push_back({whole, row, row + 1});
  }
  EXPECT_TRUE(are_equal(Segment{std::span<const ChunkRun<Segment>>(runs)}, *segment_of(kept)));
}

// Customers may use any number of names of properties.
TEST(SegmentOfManyNames, TakesLittleForEach) {
  constexpr std::uint32_t names_a_chat = 100;
  std::vector<chat::Thread> threads(500);
  std::vector<SegmentRow> rows;
  for (std::uint32_t row = 0; row < threads.size(); ++row) {
    threads[row].started_at = from_unix_microseconds(row);
    for (std::uint32_t name = 0; name < names_a_chat; ++name) {
      threads[row].properties.push_back(
          {"shop", std::to_string(row) + "_" + std::to_string(name + names_a_chat), true});
    }
    rows.push_back({{row}, &threads[row]});
  }
  const auto segment = segment_of(rows);
  EXPECT_LT(segment->bytes(), rows.size() * names_a_chat * 80);
  const FieldIndex index = segment->index({report::Field::Kind::property, "shop", "321_123"});
  ASSERT_EQ(index.size(), 1U);
  EXPECT_EQ(index.value(0), report::Value(true));
  EXPECT_EQ(index.rows(0).sparse[0], 321U);
  EXPECT_EQ(index.any().count, 1U);
  EXPECT_EQ(segment->index({report::Field::Kind::property, "shop", "321_1230"}).size(), 0U);
}

}  // namespace
}  // namespace chatreports::engine::native
