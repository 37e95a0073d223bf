#pragma once
// How often somebody may ask: a bucket that holds a second's worth of requests and fills steadily.

#include <cstdint>
#include <map>
#include <mutex>

#include "time/instant.h"

namespace chatreports::api {

// Any thread. Memory: a few bytes per token that has asked.
class RateLimit {
 public:
  // 0: any number.
  explicit RateLimit(std::uint32_t per_second) : per_second_(per_second) {}

  // Takes one request of this token, or answers false where it must wait; a second is always
  // enough.
  bool take(std::int64_t token_id, Instant now);

 private:
  struct Bucket {
    std::int64_t parts = 0;  // of a request, a millionth each
    Instant filled_at;
  };

  const std::int64_t per_second_;
  std::mutex mutex_;
  std::map<std::int64_t, Bucket> buckets_;
};

}  // namespace chatreports::api
