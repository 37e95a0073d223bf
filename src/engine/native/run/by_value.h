#pragma once
// A map from values to something, filled segment by segment. The values of a segment ascend and are
// mostly those of the segment before, so walking beside them finds each without a search.

#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <memory_resource>

#include "engine/native/columns/field_index.h"

namespace chatreports::engine::native {

// Borrows values from the segments, which must outlive it. It can be moved before the first segment
// begins.
template <class T>
class ByValue {
 public:
  ByValue() = default;
  ByValue(ByValue&&) noexcept = default;
  ByValue& operator=(ByValue&&) = delete;
  ~ByValue() = default;

  void begin_segment() { next_ = entries_.begin(); }

  // Returns the entry of the segment's value with that number, which is higher than at the call
  // before. A new entry is made of `make`.
  template <class... Make>
  T& of(const FieldIndex& index, std::uint32_t number, const Make&... make) {
    const ValueView value = index.view(number);
    std::strong_ordering order = compare(value);
    if (order == std::strong_ordering::greater) {
      ++next_;  // mostly it is the next one
      order = compare(value);
    }
    if (order == std::strong_ordering::greater) {
      next_ = entries_.lower_bound(value);
      order = compare(value);
    }
    if (order != std::strong_ordering::equal) {
      next_ = entries_.emplace_hint(next_, value, T(make...));
    }
    return (next_++)->second;
  }

  // Returns the entry of the value. Values may come in any order.
  template <class... Make>
  T& at(const ValueView& value, const Make&... make) {
    const auto found = entries_.lower_bound(value);
    if (found != entries_.end() && found->first == value) return found->second;
    return entries_.emplace_hint(found, value, T(make...))->second;
  }

  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  std::strong_ordering compare(const ValueView& value) const {
    return next_ == entries_.end() ? std::strong_ordering::less : value <=> next_->first;
  }

  // Entries are never removed, so all of them come from one buffer.
  std::unique_ptr<std::pmr::monotonic_buffer_resource> memory_ =
      std::make_unique<std::pmr::monotonic_buffer_resource>();
  std::pmr::map<ValueView, T> entries_{memory_.get()};
  std::pmr::map<ValueView, T>::iterator next_{};
};

}  // namespace chatreports::engine::native
