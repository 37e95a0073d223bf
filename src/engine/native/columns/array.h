#pragma once
// Arrays of values that never change. They own their memory while a chunk is made; from then on
// they point into the chunk's image (files/image.h).

#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/check.h"

namespace chatreports::engine::native {

// Equal values are equal bytes, so a file never holds uninitialised memory.
template <class T>
concept Plain = std::is_trivially_copyable_v<T> && std::has_unique_object_representations_v<T>;

template <class T>
class Array {
  static_assert(Plain<T>);

 public:
  Array() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): it is the vector, made constant
  Array(std::vector<T> values) : own_(std::move(values)), values_(own_) {}
  // Borrows the values, which must outlive the array.
  static Array within(std::span<const T> values) {
    Array array;
    array.values_ = values;
    return array;
  }
  // A vector's memory stays at its address when the vector moves.
  Array(Array&& other) noexcept
      : own_(std::move(other.own_)), values_(std::exchange(other.values_, {})) {}
  Array& operator=(Array&& other) noexcept {
    own_ = std::move(other.own_);
    values_ = std::exchange(other.values_, {});
    return *this;
  }
  ~Array() = default;

  std::size_t size() const { return values_.size(); }
  bool empty() const { return values_.empty(); }
  const T& operator[](std::size_t at) const { return values_[at]; }
  const T* data() const { return values_.data(); }
  auto begin() const { return values_.begin(); }
  auto end() const { return values_.end(); }
  std::span<const T> span() const { return values_; }

 private:
  std::vector<T> own_;
  std::span<const T> values_;
};

// Lists of values, each under its number: all values in one array, and the end of each list.
template <class T>
class Lists {
 public:
  class Builder;

  std::uint32_t size() const { return static_cast<std::uint32_t>(ends_.size()); }
  std::uint32_t begin_of(std::uint32_t list) const { return list == 0 ? 0 : ends_[list - 1]; }
  std::uint32_t end_of(std::uint32_t list) const { return ends_[list]; }
  std::span<const T> operator[](std::uint32_t list) const {
    return values_.span().subspan(begin_of(list), end_of(list) - begin_of(list));
  }

  template <class Self, class Layout>
  static void lay_out(Self& self, Layout& layout) {
    layout(self.values_, self.ends_);
  }

 private:
  Array<T> values_;
  Array<std::uint32_t> ends_;
};

template <class T>
class Lists<T>::Builder {
 public:
  void push_back(std::span<const T> list) {
    values_.insert(values_.end(), list.begin(), list.end());
    CHECK(values_.size() <= UINT32_MAX);
    ends_.push_back(static_cast<std::uint32_t>(values_.size()));
  }
  std::uint32_t size() const { return static_cast<std::uint32_t>(ends_.size()); }
  Lists build() && {
    Lists lists;
    lists.values_ = std::move(values_);
    lists.ends_ = std::move(ends_);
    return lists;
  }

 private:
  std::vector<T> values_;
  std::vector<std::uint32_t> ends_;
};

// Numbers that are mostly below 65,536: two bytes each if all are, else four.
class Numbers {
 public:
  Numbers() = default;
  explicit Numbers(std::span<const std::uint32_t> numbers) {
    std::vector<std::uint16_t> low;
    std::vector<std::uint16_t> high;
    bool any_high = false;
    for (const std::uint32_t number : numbers) {
      low.push_back(static_cast<std::uint16_t>(number));
      high.push_back(static_cast<std::uint16_t>(number >> 16));
      any_high = any_high || high.back() != 0;
    }
    low_ = std::move(low);
    if (any_high) high_ = std::move(high);
  }

  std::uint32_t size() const { return static_cast<std::uint32_t>(low_.size()); }
  std::uint32_t operator[](std::uint32_t at) const {
    return low_[at] | (high_.empty() ? 0U : std::uint32_t{high_[at]} << 16);
  }

  template <class Self, class Layout>
  static void lay_out(Self& self, Layout& layout) {
    layout(self.low_, self.high_);
  }

 private:
  Array<std::uint16_t> low_;
  Array<std::uint16_t> high_;  // empty if all are 0
};

// Lists of numbers.
class NumberLists {
 public:
  NumberLists() = default;
  NumberLists(std::span<const std::uint32_t> numbers, std::vector<std::uint32_t> ends)
      : numbers_(numbers), ends_(std::move(ends)) {}

  const Numbers& numbers() const { return numbers_; }  // those of all lists, one list after another
  std::uint32_t begin_of(std::uint32_t list) const { return list == 0 ? 0 : ends_[list - 1]; }
  std::uint32_t end_of(std::uint32_t list) const { return ends_[list]; }

  template <class Self, class Layout>
  static void lay_out(Self& self, Layout& layout) {
    layout(self.numbers_, self.ends_);
  }

 private:
  Numbers numbers_;
  Array<std::uint32_t> ends_;
};

inline std::string_view text_of(const Lists<char>& texts, std::uint32_t number) {
  const std::span<const char> text = texts[number];
  return {text.data(), text.size()};
}

}  // namespace chatreports::engine::native
