#pragma once
// How long a streamed body may take. Only the time in which the server waits for the peer counts,
// so a slow server makes no peer late.

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace chatreports::http {

class BodyPace {
 public:
  using Time = std::chrono::milliseconds;
  struct Limits {
    Time grace{30'000};              // for a slow start
    std::size_t least_rate = 1'024;  // bytes per second after that, on average; 0: any
    Time most{3'600'000};            // for the whole body
  };

  explicit BodyPace(const Limits& limits) : limits_(limits) {}

  // Returns how long to wait for the next bytes: zero if the peer is too slow already.
  Time patience() const {
    Time allowed = limits_.most;
    if (limits_.least_rate > 0) {
      // Whole seconds first: bytes times a thousand could overflow.
      const std::uint64_t seconds = bytes_ / limits_.least_rate;
      const std::uint64_t rest = bytes_ % limits_.least_rate * 1'000 / limits_.least_rate;
      const auto most = static_cast<std::uint64_t>(limits_.most.count());
      const std::uint64_t earned = std::min(seconds * 1'000 + rest, most);
      allowed = std::min(allowed, limits_.grace + Time(earned));
    }
    return std::max(Time(0), std::min(limits_.grace, allowed - waited_));
  }

  void received(std::size_t bytes, Time waited) {
    bytes_ += bytes;
    waited_ += waited;
  }

 private:
  const Limits limits_;
  std::uint64_t bytes_ = 0;
  Time waited_{0};
};

}  // namespace chatreports::http
