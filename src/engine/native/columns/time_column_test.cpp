#include "engine/native/columns/time_column.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

namespace chatreports::engine::native {
namespace {

RC_GTEST_PROP(TimeColumn, FindsTheFirstRowAtOrAfter, ()) {
  auto microseconds = *rc::gen::scale(
      3.0,
      rc::gen::container<std::vector<std::int64_t>>(rc::gen::oneOf(
          rc::gen::inRange<std::int64_t>(0, 50), rc::gen::inRange<std::int64_t>(0, 1LL << 36))));
  std::sort(microseconds.begin(), microseconds.end());
  std::vector<Instant> times;
  for (const std::int64_t time : microseconds) times.push_back(from_unix_microseconds(time - 20));
  const TimeColumn column(times);
  RC_ASSERT(column.size() == times.size());
  for (std::uint32_t row = 0; row < column.size(); ++row)
    RC_ASSERT(column.value(row) == times[row]);
  std::vector<Instant> asked = times;
  asked.push_back(from_unix_microseconds(*rc::gen::inRange<std::int64_t>(-100, 1LL << 37)));
  for (const Instant exact : asked) {
    for (const std::int64_t step : {-1, 0, 1}) {
      const Instant wanted = from_unix_microseconds(unix_microseconds(exact) + step);
      const auto expected = std::lower_bound(times.begin(), times.end(), wanted) - times.begin();
      RC_ASSERT(column.lower_bound(wanted) == static_cast<std::uint32_t>(expected));
    }
  }
}

}  // namespace
}  // namespace chatreports::engine::native
