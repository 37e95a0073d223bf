#pragma once
// How much work and room one question may take. The code that works on the question looks here at
// natural steps, and breaks off when the allowance is used up. Its caller looks at the end, and
// then throws away the unfinished result.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>
#include <utility>

namespace chatreports {

// Any thread.
class Allowance {
 public:
  enum class End : std::uint8_t {
    none,
    abandoned,  // nobody waits for the answer
    too_late,
    too_large,
  };

  // Without limits.
  Allowance() = default;
  // `is_late` is asked often, from several threads. `least_cell_bytes` is what a cell of a table
  // takes of the answer at least.
  Allowance(std::stop_token abandoned, std::function<bool()> is_late, std::size_t max_bytes,
            std::size_t least_cell_bytes)
      : abandoned_(std::move(abandoned)),
        is_late_(std::move(is_late)),
        max_bytes_(max_bytes),
        least_cell_bytes_(least_cell_bytes) {}
  Allowance(const Allowance&) = delete;
  Allowance& operator=(const Allowance&) = delete;

  // Looks whether there is still somebody who waits, and at the time.
  bool is_used_up() {
    if (end() != End::none) return true;
    if (abandoned_.stop_requested()) return use_up(End::abandoned);
    if (is_late_ && is_late_()) return use_up(End::too_late);
    return false;
  }
  // As is_used_up, for an answer that would have so many bytes at least; does not look at the time.
  bool is_used_up_by(std::size_t bytes) {
    if (end() != End::none) return true;
    return bytes > max_bytes_ && use_up(End::too_large);
  }
  End end() const { return end_.load(std::memory_order_relaxed); }

  std::size_t max_bytes() const { return max_bytes_; }
  // The fewest bytes that a cell takes in the answer if a text of that length names it.
  std::size_t bytes_of_cell(std::size_t text) const {
    constexpr std::size_t beside_text = 5;  // quotes, a colon, a figure, a comma
    return least_cell_bytes_ > text + beside_text ? least_cell_bytes_ : text + beside_text;
  }

 private:
  bool use_up(End end) {
    end_.store(end, std::memory_order_relaxed);
    return true;
  }

  const std::stop_token abandoned_;
  const std::function<bool()> is_late_;
  const std::size_t max_bytes_ = SIZE_MAX;
  const std::size_t least_cell_bytes_ = 0;
  std::atomic<End> end_ = End::none;
};

// Looks at the allowance once in some thousand small steps. For one thread.
class Steps {
 public:
  explicit Steps(Allowance& allowance) : allowance_(allowance) {}

  // Whether to break off.
  bool take(std::size_t steps = 1) {
    taken_ += steps;
    if (taken_ < steps_between_looks) return false;
    taken_ = 0;
    return allowance_.is_used_up();
  }

 private:
  static constexpr std::size_t steps_between_looks = 16'384;

  Allowance& allowance_;
  std::size_t taken_ = 0;
};

}  // namespace chatreports
