#pragma once
// The times that records told without one are given: those of the clock, but each later than the
// one before, so that what was told later counts later when the clock is set back.

#include <cstdint>
#include <mutex>

#include "time/instant.h"

namespace chatreports::app {

// Any thread.
class Stamps {
 public:
  // A clock that is further behind was ahead before, and is believed: it would take as long until
  // anything was told of now again.
  static constexpr Duration most_ahead = std::chrono::hours(25);

  explicit Stamps(Instant last) : last_(last) {}

  // Where the clock says `now`.
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
