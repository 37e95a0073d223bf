#pragma once
// A set of instants, as spans of time that do not touch each other. The sums of their lengths are
// kept, so two searches tell how much of a range the set covers.

#include <cstdint>
#include <span>
#include <vector>

#include "time/instant.h"

namespace chatreports::engine::native {

// [from, to); not empty.
struct Span {
  Instant from;
  Instant to;
  auto operator<=>(const Span&) const = default;
};

// Immutable; any thread may read it.
class IntervalSet {
 public:
  IntervalSet() = default;
  // Returns the union of the spans, which may overlap and come in any order.
  static IntervalSet of(std::vector<Span> spans);

  // Returns this set outside of `hull`, and the union of `inside`, whose spans lie within it.
  IntervalSet with(Span hull, std::vector<Span> inside) const;

  // Return the length of the part of the set before the instant, and of the whole set.
  Duration before(Instant at) const {
    std::size_t place = 0;
    return before(at, place);
  }
  Duration whole() const;
  // As before(at), for a series of instants that ascend: `place` is where the search begins, 0 for
  // the first of them.
  Duration before(Instant at, std::size_t& place) const;
  // They ascend and do not touch each other.
  std::span<const Span> spans() const { return spans_; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(spans_.size()); }
  Span span(std::uint32_t number) const { return spans_[number]; }
  std::size_t bytes() const;

 private:
  static constexpr std::size_t spans_per_sum = 8;

  // Add spans in the order of their `from`.
  void add(Span span);
  Duration before_span(std::size_t number) const;

  std::vector<Span> spans_;
  std::vector<Duration> sums_;  // the length before every spans_per_sum-th span
  Duration length_{};           // of all spans but the last
};

}  // namespace chatreports::engine::native
