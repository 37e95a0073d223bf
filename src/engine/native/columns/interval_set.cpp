#include "engine/native/columns/interval_set.h"

#include <algorithm>

#include "engine/native/columns/search.h"

namespace chatreports::engine::native {
namespace {

Duration length_of(const Span& span) {
  return span.to - span.from;
}

}  // namespace

IntervalSet IntervalSet::of(std::vector<Span> spans) {
  std::sort(spans.begin(), spans.end());
  IntervalSet set;
  for (const Span& span : spans) set.add(span);
  return set;
}

IntervalSet IntervalSet::with(Span hull, std::vector<Span> inside) const {
  std::sort(inside.begin(), inside.end());
  IntervalSet set;
  set.spans_.reserve(spans_.size() + inside.size() + 1);
  for (const Span& span : spans_) {
    if (span.from >= hull.from) break;
    set.add({span.from, std::min(span.to, hull.from)});
  }
  for (const Span& span : inside) set.add(span);
  const auto after = std::ranges::partition_point(
      spans_, [&hull](const Span& span) { return span.to <= hull.to; });
  for (auto span = after; span != spans_.end(); ++span) {
    set.add({std::max(span->from, hull.to), span->to});
  }
  return set;
}

void IntervalSet::add(Span span) {
  if (!spans_.empty() && span.from <= spans_.back().to) {
    spans_.back().to = std::max(spans_.back().to, span.to);
    return;
  }
  if (!spans_.empty()) length_ += length_of(spans_.back());
  if (spans_.size() % spans_per_sum == 0) sums_.push_back(length_);
  spans_.push_back(span);
}

Duration IntervalSet::before_span(std::size_t number) const {
  const std::size_t sum = number / spans_per_sum;
  Duration before = sums_[sum];
  for (std::size_t at = sum * spans_per_sum; at < number; ++at) {
    before += length_of(spans_[at]);
  }
  return before;
}

Duration IntervalSet::before(Instant at, std::size_t& place) const {
  place = first_near(place, spans_.size(),
                     [&](std::size_t number) { return spans_[number].from < at; });
  if (place == 0) return {};
  const std::size_t last = place - 1;
  return before_span(last) + (std::min(at, spans_[last].to) - spans_[last].from);
}

Duration IntervalSet::whole() const {
  if (spans_.empty()) return {};
  return before_span(spans_.size() - 1) + length_of(spans_.back());
}

std::size_t IntervalSet::bytes() const {
  return spans_.capacity() * sizeof(Span) + sums_.capacity() * sizeof(Duration);
}

}  // namespace chatreports::engine::native
