#include "engine/native/columns/postings.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <iterator>
#include <vector>

namespace chatreports::engine::native {
namespace {

// Rows of a value: few, many or nearly all.
std::vector<std::uint16_t> some_rows(std::uint32_t segment_rows) {
  const auto one_in = *rc::gen::element(1, 2, 10, 40, 1'000);
  std::vector<std::uint16_t> rows;
  for (std::uint32_t row = 0; row < segment_rows; ++row) {
    if (*rc::gen::inRange(0, one_in) == 0) rows.push_back(static_cast<std::uint16_t>(row));
  }
  return rows;
}

std::vector<std::uint32_t> rows_of(const RowSet& set) {
  std::vector<std::uint32_t> rows;
  set.for_each_row({0, set.rows()}, [&rows](std::uint32_t row) { rows.push_back(row); });
  return rows;
}

RC_GTEST_PROP(Postings, CombineWithSetsOfRows, ()) {
  const auto segment_rows = *rc::gen::element<std::uint32_t>(1, 63, 64, 65, 700, 1'100);
  const std::vector<std::uint16_t> of_value = some_rows(segment_rows);
  const std::vector<std::uint16_t> of_set = some_rows(segment_rows);
  Postings::Builder builder(segment_rows);
  builder.push_back(some_rows(segment_rows));
  builder.push_back(of_value);
  const Postings postings = std::move(builder).build();
  const Postings::View view = postings[1];
  RC_ASSERT(view.count == of_value.size());

  RowSet set(segment_rows);
  for (const std::uint16_t row : of_set) set.insert(row);
  RowSet united = set;
  RowSet intersected = set;
  RowSet subtracted = set;
  unite(united, view);
  intersect(intersected, view);
  subtract(subtracted, view);
  std::vector<std::uint32_t> all;
  std::vector<std::uint32_t> both;
  std::vector<std::uint32_t> only_in_set;
  std::ranges::set_union(of_set, of_value, std::back_inserter(all));
  std::ranges::set_intersection(of_set, of_value, std::back_inserter(both));
  std::ranges::set_difference(of_set, of_value, std::back_inserter(only_in_set));
  RC_ASSERT(rows_of(united) == all);
  RC_ASSERT(rows_of(intersected) == both);
  RC_ASSERT(rows_of(subtracted) == only_in_set);

  std::uint32_t below = 0;
  for (std::uint32_t row = 0; row < segment_rows; ++row) {
    RC_ASSERT(view.rank(row) == below);
    below += std::ranges::binary_search(of_value, static_cast<std::uint16_t>(row)) ? 1 : 0;
  }
  RC_ASSERT(view.rank(segment_rows) == below);
}

}  // namespace
}  // namespace chatreports::engine::native
