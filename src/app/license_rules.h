#pragma once
// What holds for all records of a licence: the key of its digests, and the scale of its ratings. A
// cache of what access.sqlite has.

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/rating_scale.h"
#include "chat/record.h"
#include "store/digest_keys.h"
#include "store/rating_scales.h"

namespace chatreports::app {

// Any thread. The caller holds the lock of the folder, so nobody else makes or sets keys. Scales
// may be set by another process, and are looked for once a second.
class LicenseRules {
 public:
  static Result<std::unique_ptr<LicenseRules>> open(const std::string& data_folder);
  LicenseRules(const LicenseRules&) = delete;
  LicenseRules& operator=(const LicenseRules&) = delete;

  // For filters. A licence without a key has no digests, and gets any key.
  chat::DigestKey find_key(LicenseId license) const;

  // Prepares records for the store: notes which ratings are good, and digests the texts that need
  // it. Makes the licence's key if it has none.
  Result<void> prepare(LicenseId license, std::vector<chat::Record>& records);

  // Removes digest keys from the records, and stores them as the licence's.
  Result<void> take_keys(LicenseId license, std::vector<chat::Record>& records);

  // Returns the highest rating that counts: 1, unless the licence has a scale.
  std::int64_t highest_rating(LicenseId license) const;

 private:
  LicenseRules(std::unique_ptr<store::DigestKeys> stored_keys,
               std::map<LicenseId, chat::DigestKey> keys,
               std::unique_ptr<store::RatingScales> stored_scales)
      : stored_keys_(std::move(stored_keys)),
        stored_scales_(std::move(stored_scales)),
        keys_(std::move(keys)) {}
  Result<chat::DigestKey> find_or_make_key(LicenseId license);
  Result<void> digest(LicenseId license, std::vector<chat::Record>& records);
  Result<void> look_for_scales();

  std::mutex stored_mutex_;  // guards what follows; held while SQLite works
  const std::unique_ptr<store::DigestKeys> stored_keys_;
  const std::unique_ptr<store::RatingScales> stored_scales_;
  std::optional<std::chrono::steady_clock::time_point> looked_at_;

  mutable std::mutex mutex_;  // guards what follows; never held for long
  std::map<LicenseId, chat::DigestKey> keys_;
  std::map<LicenseId, chat::RatingScale> scales_;
};

}  // namespace chatreports::app
