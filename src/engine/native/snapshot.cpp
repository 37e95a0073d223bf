#include "engine/native/snapshot.h"

namespace chatreports::engine::native {

const LicenseParts& parts_of(const Snapshot& snapshot, LicenseId license) {
  static const LicenseParts nothing;
  const auto found = snapshot.licenses.find(license);
  return found == snapshot.licenses.end() ? nothing : *found->second;
}

}  // namespace chatreports::engine::native
