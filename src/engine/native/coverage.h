#pragma once
// A set of instants as spans of time, with the length of all before each: how much of a range is
// covered is two searches.

#include <cstdint>
#include <span>
#include <vector>

#include "time/instant.h"

namespace chatreports::engine::native {

// [from, to), not empty.
struct Span {
  Instant from;
  Instant to;
  auto operator<=>(const Span&) const = default;
};

// Spans that somebody else keeps: ascending, none of them touching another.
struct CoverageView {
  static constexpr std::size_t spans_per_sum = 8;

  std::span<const Span> spans;
  std::span<const Duration> sums;  // the length of all before every spans_per_sum of them

  // The length of what is covered before the instant, and of all of it.
  Duration before(Instant at) const;
  Duration whole() const;
  // The end of the last span; the earliest instant where there is none.
  Instant end() const { return spans.empty() ? earliest_instant : spans.back().to; }

 private:
  Duration before_span(std::size_t number) const;
};

// Immutable; any thread may read it.
class Coverage {
 public:
  Coverage() = default;
  // The union of the spans, which may come in any order and overlap.
  static Coverage of(std::vector<Span> spans);

  // The same outside of `hull`; within it, `inside` (spans within the hull).
  Coverage with(Span hull, std::vector<Span> inside) const;

  CoverageView view() const { return {spans_, sums_}; }
  Duration before(Instant at) const { return view().before(at); }
  std::size_t bytes() const;

 private:
  // Spans are added in the order of their `from`.
  void add(Span span);

  std::vector<Span> spans_;
  std::vector<Duration> sums_;  // as in a view
  Duration length_;             // of all spans but the last
};

}  // namespace chatreports::engine::native
