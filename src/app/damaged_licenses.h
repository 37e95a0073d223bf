#pragma once
// The licences some of whose records are damaged: their reports are not answered, or, where the
// operator has allowed it, answered without these.

#include <map>
#include <mutex>
#include <string>

#include "api/api.h"
#include "base/numbers.h"
#include "store/damage.h"

namespace chatreports::app {

// Any thread.
class DamagedLicenses {
 public:
  explicit DamagedLicenses(bool are_allowed) : are_allowed_(are_allowed) {}

  // From now on it is so. Says in the log what is new, and what is no longer so.
  void set(const store::Damage& damage);

  api::Wholeness wholeness(LicenseId license) const;
  bool are_none() const;

 private:
  const bool are_allowed_;
  mutable std::mutex mutex_;
  std::map<LicenseId, store::Damage::OfLicense> licenses_;  // guarded by mutex_
};

}  // namespace chatreports::app
