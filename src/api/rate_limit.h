#pragma once
// Limits how often a token may ask: a token bucket that holds the requests of a second.

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>

#include "time/instant.h"

namespace chatreports::api {

// Any thread. Takes a few bytes of memory for each token that has asked, up to most_buckets or
// those of the last second.
class RateLimit {
 public:
  static constexpr std::size_t most_buckets = 10'000;

  // 0: any number.
  explicit RateLimit(std::uint32_t per_second) : per_second_(per_second) {}
  void set(std::uint32_t per_second) { per_second_ = per_second; }
  std::int64_t per_second() const { return per_second_; }

  // Returns how many tokens take memory.
  std::size_t size() const {
    const std::scoped_lock lock(mutex_);
    return buckets_.size();
  }
  // Takes one request of this token. Returns false if it must wait; a second is always enough.
  bool take(std::int64_t token_id, Instant now);

 private:
  struct Bucket {
    std::int64_t parts = 0;  // of a request, a millionth each
    Instant filled_at;
  };

  std::atomic<std::int64_t> per_second_;
  mutable std::mutex mutex_;
  std::map<std::int64_t, Bucket> buckets_;
};

}  // namespace chatreports::api
