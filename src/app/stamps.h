#pragma once
// The times of records that come without one: those of the clock, but each later than the one
// before, so that the order holds when the clock is set back.

#include <cstdint>
#include <mutex>

#include "time/instant.h"

namespace chatreports::app {

// Any thread.
class Stamps {
 public:
  // A clock that is further behind is trusted: it was ahead before.
  static constexpr Duration most_ahead = std::chrono::hours(25);

  explicit Stamps(Instant last) : last_(last) {}

  // Returns the next time; the clock says `now`.
  Instant next(Instant now) {
    const std::scoped_lock lock(mutex_);
    const bool is_behind = now <= last_ && last_ - now <= most_ahead;
    last_ = is_behind ? last_ + Duration(1) : now;
    return last_;
  }

 private:
  std::mutex mutex_;
  Instant last_;
};

}  // namespace chatreports::app
