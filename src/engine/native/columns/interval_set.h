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

// Immutable; any thread may read it.
class Coverage {
 public:
  Coverage() = default;
  // The union of the spans, which may come in any order and overlap.
  static Coverage of(std::vector<Span> spans);

  // The same outside of `hull`; within it, `inside` (spans within the hull).
  Coverage with(Span hull, std::vector<Span> inside) const;

  // The length of what is covered before the instant, and of all of it.
  Duration before(Instant at) const;
  Duration whole() const;
  // Ascending, none of them touching another.
  std::span<const Span> spans() const { return spans_; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(spans_.size()); }
  Span span(std::uint32_t number) const { return spans_[number]; }
  std::size_t bytes() const;

 private:
  static constexpr std::size_t spans_per_sum = 8;

  // Spans are added in the order of their `from`.
  void add(Span span);
  Duration before_span(std::size_t number) const;

  std::vector<Span> spans_;
  std::vector<Duration> sums_;  // the length of all before every spans_per_sum of them
  Duration length_;             // of all spans but the last
};

}  // namespace chatreports::engine::native
