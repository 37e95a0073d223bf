#pragma once
// Limits the memory that requests and answers take, over all connections. A few bytes of each
// connection are not counted: otherwise a few peers that never finish would keep all others out.

#include <cstddef>

#include "base/budget.h"

namespace chatreports::http {

// The bytes that one connection holds. Used on its strand.
class ConnectionBytes {
 public:
  // The budget counts them once they are more than `uncounted`.
  ConnectionBytes(Budget& budget, std::size_t uncounted)
      : counted_(budget), uncounted_(uncounted) {}

  // Returns false, and adds nothing, if the budget has no room.
  bool add(std::size_t bytes) {
    const std::size_t counted = to_count(held_ + bytes);
    if (counted > counted_.amount() && !counted_.grow(counted - counted_.amount())) return false;
    held_ += bytes;
    return true;
  }
  void remove(std::size_t bytes) {
    held_ -= bytes;
    counted_.shrink_to(to_count(held_));
  }

 private:
  std::size_t to_count(std::size_t held) const { return held > uncounted_ ? held : 0; }

  BudgetPart counted_;
  const std::size_t uncounted_;
  std::size_t held_ = 0;
};

// The bytes of one request or answer; given back when this object is destroyed.
class HeldBytes {
 public:
  explicit HeldBytes(ConnectionBytes& of) : of_(of) {}
  ~HeldBytes() { of_.remove(amount_); }
  HeldBytes(const HeldBytes&) = delete;
  HeldBytes& operator=(const HeldBytes&) = delete;

  // Returns false, and changes nothing, if the budget has no room.
  bool grow_to(std::size_t amount) {
    if (amount <= amount_) return true;
    if (!of_.add(amount - amount_)) return false;
    amount_ = amount;
    return true;
  }
  void shrink_to(std::size_t amount) {
    if (amount >= amount_) return;
    of_.remove(amount_ - amount);
    amount_ = amount;
  }
  std::size_t amount() const { return amount_; }

 private:
  ConnectionBytes& of_;
  std::size_t amount_ = 0;
};

}  // namespace chatreports::http
