#include "api/rate_limit.h"

#include <algorithm>

namespace chatreports::api {

bool RateLimit::take(std::int64_t token_id, Instant now) {
  const std::int64_t per_second = per_second_;
  if (per_second == 0) return true;
  constexpr std::int64_t parts_per_request = microseconds_per_second;
  const std::int64_t most = per_second * parts_per_request;
  const std::scoped_lock lock(mutex_);
  if (buckets_.size() >= most_buckets && !buckets_.contains(token_id)) {
    // A bucket that nobody has used for a second is full, as one that is not there.
    std::erase_if(buckets_, [now](const auto& entry) {
      return now - entry.second.filled_at >= std::chrono::seconds(1);
    });
  }
  const auto [found, added] = buckets_.try_emplace(token_id, Bucket{most, now});
  Bucket& bucket = found->second;
  // A clock that was set back fills nothing; one that was set ahead fills the bucket once.
  const std::int64_t passed =
      std::clamp<std::int64_t>((now - bucket.filled_at).count(), 0, microseconds_per_second);
  bucket.parts = std::min(most, bucket.parts + passed * per_second);
  bucket.filled_at = now;
  if (bucket.parts < parts_per_request) return false;
  bucket.parts -= parts_per_request;
  return true;
}

}  // namespace chatreports::api
