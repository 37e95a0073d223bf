#pragma once

#include <map>
#include <memory>

#include "base/numbers.h"
#include "engine/native/parts/license_parts.h"

namespace chatreports::engine::native {

// All that is visible at one moment. Immutable once it is published.
struct Snapshot {
  std::map<LicenseId, std::shared_ptr<const LicenseParts>> licenses;
  ChangeNumber applied;
  // The last change of each licence that has changed since the engine was made or restored, and
  // `applied` at that time.
  std::map<LicenseId, ChangeNumber> last_changes = {};
  ChangeNumber restored{};
};

// Returns the parts of the licence; empty ones if nothing is known of it. They live as long as the
// snapshot.
const LicenseParts& parts_of(const Snapshot& snapshot, LicenseId license);

}  // namespace chatreports::engine::native
