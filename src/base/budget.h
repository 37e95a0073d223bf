#pragma once
// A limit that many share, such as one on memory: each takes a part before it uses it.

#include <atomic>
#include <cstddef>
#include <utility>

namespace chatreports {

// Any thread.
class Budget {
 public:
  explicit Budget(std::size_t limit) : limit_(limit) {}
  Budget(const Budget&) = delete;
  Budget& operator=(const Budget&) = delete;

  // Takes `amount`. Returns false, and takes nothing, if less than that is left.
  bool try_take(std::size_t amount) {
    std::size_t taken = taken_.load(std::memory_order_relaxed);
    do {
      if (amount > limit_ - taken) return false;
    } while (!taken_.compare_exchange_weak(taken, taken + amount, std::memory_order_relaxed));
    return true;
  }
  void give_back(std::size_t amount) { taken_.fetch_sub(amount, std::memory_order_relaxed); }

  std::size_t limit() const { return limit_; }
  std::size_t taken() const { return taken_.load(std::memory_order_relaxed); }

 private:
  const std::size_t limit_;
  std::atomic<std::size_t> taken_ = 0;  // never above limit_
};

// A part of a budget, which may grow and shrink. The destructor gives it back.
class BudgetPart {
 public:
  explicit BudgetPart(Budget& budget) : budget_(&budget) {}
  BudgetPart(BudgetPart&& other) noexcept
      : budget_(other.budget_), amount_(std::exchange(other.amount_, 0)) {}
  BudgetPart& operator=(BudgetPart&&) = delete;
  ~BudgetPart() { budget_->give_back(amount_); }

  // Returns false, and takes nothing, if less than that is left in the budget.
  bool grow(std::size_t amount) {
    if (!budget_->try_take(amount)) return false;
    amount_ += amount;
    return true;
  }
  // Gives back what it has beyond `amount`.
  void shrink_to(std::size_t amount) {
    if (amount >= amount_) return;
    budget_->give_back(amount_ - amount);
    amount_ = amount;
  }
  std::size_t amount() const { return amount_; }

 private:
  Budget* budget_;
  std::size_t amount_ = 0;
};

}  // namespace chatreports
