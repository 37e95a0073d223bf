#pragma once
// An optional value that is mostly absent: then it takes no more room than a pointer.

#include <memory>
#include <utility>

namespace chatreports {

// Used like std::optional<T>.
template <class T>
class Seldom {
 public:
  Seldom() = default;
  Seldom(T value) : value_(std::make_unique<T>(std::move(value))) {}
  Seldom(const Seldom& other)
      : value_(other.value_ == nullptr ? nullptr : std::make_unique<T>(*other.value_)) {}
  Seldom(Seldom&&) = default;
  Seldom& operator=(const Seldom& other) {
    if (this != &other) *this = Seldom(other);
    return *this;
  }
  Seldom& operator=(Seldom&&) = default;
  ~Seldom() = default;

  bool has_value() const { return value_ != nullptr; }
  explicit operator bool() const { return has_value(); }
  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return value_.get(); }
  const T* operator->() const { return value_.get(); }

  friend bool operator==(const Seldom& left, const Seldom& right) {
    return left.value_ == nullptr || right.value_ == nullptr ? left.value_ == right.value_
                                                             : *left == *right;
  }

 private:
  std::unique_ptr<T> value_;
};

}  // namespace chatreports
