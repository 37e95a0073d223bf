#include "engine/native/columns/interval_set.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <array>

namespace chatreports::engine::native {
namespace {

constexpr std::int64_t end_of_time = 60;

Instant at(std::int64_t microseconds) {
  return earliest_instant + Duration{microseconds};
}

// Which of the first microseconds of time a set contains.
using Moments = std::array<bool, end_of_time>;

std::vector<Span> some_spans(std::int64_t from, std::int64_t to) {
  std::vector<Span> spans;
  const auto count = *rc::gen::inRange(0, 12);
  for (int span = 0; span < count; ++span) {
    const auto begin = *rc::gen::inRange(from, to);
    spans.push_back({at(begin), at(*rc::gen::inRange(begin + 1, to + 1))});
  }
  return spans;
}

void mark(Moments& moments, const std::vector<Span>& spans) {
  for (std::int64_t moment = 0; moment < end_of_time; ++moment) {
    for (const Span& span : spans) {
      if (span.from <= at(moment) && at(moment) < span.to) {
        moments[static_cast<std::size_t>(moment)] = true;
      }
    }
  }
}

void expect_equal(const IntervalSet& set, const Moments& moments) {
  std::int64_t before = 0;
  std::size_t place = 0;
  for (std::int64_t moment = 0; moment < end_of_time; ++moment) {
    RC_ASSERT(set.before(at(moment)) == Duration{before});
    if (moment % 3 == 0) RC_ASSERT(set.before(at(moment), place) == Duration{before});
    before += moments[static_cast<std::size_t>(moment)] ? 1 : 0;
  }
  RC_ASSERT(set.whole() == Duration{before});
  for (std::uint32_t number = 0; number < set.size(); ++number) {
    RC_ASSERT(set.span(number).from < set.span(number).to);
    if (number > 0) RC_ASSERT(set.span(number - 1).to < set.span(number).from);
  }
}

RC_GTEST_PROP(IntervalSet, HoldsTheUnionOfItsSpans, ()) {
  const std::vector<Span> spans = some_spans(0, end_of_time);
  Moments moments{};
  mark(moments, spans);
  expect_equal(IntervalSet::of(spans), moments);
}

RC_GTEST_PROP(IntervalSet, ChangesWithinTheHullOnly, ()) {
  const std::vector<Span> spans = some_spans(0, end_of_time);
  const auto from = *rc::gen::inRange<std::int64_t>(0, end_of_time);
  const auto to = *rc::gen::inRange<std::int64_t>(from + 1, end_of_time + 1);
  const std::vector<Span> inside = some_spans(from, to);
  Moments moments{};
  mark(moments, spans);
  std::fill(moments.begin() + from, moments.begin() + to, false);
  mark(moments, inside);
  expect_equal(IntervalSet::of(spans).with({at(from), at(to)}, inside), moments);
}

}  // namespace
}  // namespace chatreports::engine::native
