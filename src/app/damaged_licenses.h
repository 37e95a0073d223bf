#pragma once
// The licences with damaged records. They get no reports, unless the operator allows reports
// without those records.

#include <map>
#include <mutex>
#include <string>

#include "api/intake.h"
#include "base/numbers.h"
#include "store/damage.h"

namespace chatreports::app {

// Any thread.
class DamagedLicenses {
 public:
  explicit DamagedLicenses(bool are_allowed) : are_allowed_(are_allowed) {}

  // Replaces what is known, and logs what is new or repaired.
  void set(const store::Damage& damage);

  api::Wholeness wholeness(LicenseId license) const;
  bool are_none() const;

 private:
  const bool are_allowed_;
  mutable std::mutex mutex_;
  std::map<LicenseId, store::Damage::OfLicense> licenses_;  // guarded by mutex_
};

}  // namespace chatreports::app
