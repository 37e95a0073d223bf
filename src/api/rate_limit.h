#pragma once
// Limits how often a token may ask: a token bucket that holds the requests of a second.

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>

#include "time/instant.h"

namespace chatreports::api {

// Any thread. Takes a few bytes of memory per token that has asked.
class RateLimit {
 public:
  // 0: any number.
  explicit RateLimit(std::uint32_t per_second) : per_second_(per_second) {}
  void set(std::uint32_t per_second) { per_second_ = per_second; }
  std::int64_t per_second() const { return per_second_; }

  // Takes one request of this token. Returns false if it must wait; a second is always enough.
  bool take(std::int64_t token_id, Instant now);

 private:
  struct Bucket {
    std::int64_t parts = 0;  // of a request, a millionth each
    Instant filled_at;
  };

  std::atomic<std::int64_t> per_second_;
  std::mutex mutex_;
  std::map<std::int64_t, Bucket> buckets_;
};

}  // namespace chatreports::api
