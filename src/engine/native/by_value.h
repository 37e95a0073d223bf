#pragma once
// Something for each value that was met, over segments whose values ascend and are mostly those of
// the segment before: walking beside them finds each without a search.

#include <compare>
#include <cstdint>
#include <map>

#include "engine/native/field_index.h"

namespace chatreports::engine::native {

template <class T>
class ByValue {
 public:
  void begin_segment() { next_ = entries_.begin(); }

  // Of the segment's value with that number; each call with a higher number than the one before.
  // What is new is made of `make`.
  template <class... Make>
  T& of(const FieldIndex& index, std::uint32_t number, const Make&... make) {
    std::strong_ordering order = compare(index, number);
    if (order == std::strong_ordering::greater) {
      ++next_;  // mostly it is the one after
      order = compare(index, number);
    }
    if (order == std::strong_ordering::greater) {
      next_ = entries_.lower_bound(index.value(number));
      order = compare(index, number);
    }
    if (order != std::strong_ordering::equal) {
      next_ = entries_.emplace_hint(next_, index.value(number), T(make...));
    }
    return (next_++)->second;
  }

  // What belongs to the value, whatever order values come in.
  template <class... Make>
  T& at(const report::Value& value, const Make&... make) {
    const auto found = entries_.lower_bound(value);
    if (found != entries_.end() && found->first == value) return found->second;
    return entries_.emplace_hint(found, value, T(make...))->second;
  }

  auto begin() const { return entries_.begin(); }
  auto end() const { return entries_.end(); }

 private:
  std::strong_ordering compare(const FieldIndex& index, std::uint32_t number) const {
    return next_ == entries_.end() ? std::strong_ordering::less
                                   : index.compare(number, next_->first);
  }

  std::map<report::Value, T> entries_;
  std::map<report::Value, T>::iterator next_{};
};

}  // namespace chatreports::engine::native
