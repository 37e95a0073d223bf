#pragma once
// The time and memory that one question may take. The code that answers the question checks the
// allowance at natural steps and breaks off when it is used up. Its caller checks it at the end and
// drops the unfinished result.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
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

  // Has no limits.
  Allowance() = default;
  // `time_left` returns how long the question may still take, below 0 after its deadline; without
  // it there is none. It is called often, from several threads. `least_cell_bytes` is the least
  // that a cell of a table takes of the answer.
  Allowance(std::stop_token abandoned, std::function<std::chrono::microseconds()> time_left,
            std::size_t max_bytes, std::size_t least_cell_bytes)
      : abandoned_(std::move(abandoned)),
        time_left_(std::move(time_left)),
        max_bytes_(max_bytes),
        least_cell_bytes_(least_cell_bytes) {}
  Allowance(const Allowance&) = delete;
  Allowance& operator=(const Allowance&) = delete;

  // Returns whether to break off: nobody waits any more, or it is too late.
  bool is_used_up() {
    if (end() != End::none) return true;
    if (abandoned_.stop_requested()) return use_up(End::abandoned);
    if (time_left_ && time_left_() < std::chrono::microseconds(0)) return use_up(End::too_late);
    return false;
  }
  // Returns whether to break off because the answer would have at least that many bytes. Does not
  // check the time.
  bool is_used_up_by(std::size_t bytes) {
    if (end() != End::none) return true;
    return bytes > max_bytes_ && use_up(End::too_large);
  }
  End end() const { return end_.load(std::memory_order_relaxed); }
  // Returns how long the question may still take; nothing if it has no deadline. For an engine that
  // asks another program, which needs a limit of its own.
  std::optional<std::chrono::microseconds> time_left() const {
    return time_left_ ? std::optional(time_left_()) : std::nullopt;
  }

  std::size_t max_bytes() const { return max_bytes_; }
  // Returns the least that a cell takes of the answer if a text of that length names it.
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
  const std::function<std::chrono::microseconds()> time_left_;
  const std::size_t max_bytes_ = SIZE_MAX;
  const std::size_t least_cell_bytes_ = 0;
  std::atomic<End> end_ = End::none;
};

// Checks the allowance once in a few thousand small steps. For one thread.
class Steps {
 public:
  explicit Steps(Allowance& allowance) : allowance_(allowance) {}

  // Returns whether to break off.
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
