#include "app/damaged_licenses.h"

#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

namespace chatreports::app {

void DamagedLicenses::set(const store::Damage& damage) {
  const std::scoped_lock lock(mutex_);
  for (const auto& [license, what] : damage.licenses) {
    const auto known = licenses_.find(license);
    if (known != licenses_.end() && known->second == what) continue;
    spdlog::error(
        "records of licence {} are damaged: {}; its reports are {}; see `chatreports check`",
        license.value, fmt::join(what.sentences, "; "),
        are_allowed_ ? "answered without them" : "answered with 503");
  }
  for (const auto& [license, what] : licenses_) {
    if (!damage.licenses.contains(license)) {
      spdlog::info("records of licence {} are no longer damaged", license.value);
    }
  }
  licenses_ = damage.licenses;
}

bool DamagedLicenses::are_none() const {
  const std::scoped_lock lock(mutex_);
  return licenses_.empty();
}

api::Wholeness DamagedLicenses::wholeness(LicenseId license) const {
  const std::scoped_lock lock(mutex_);
  if (!licenses_.contains(license)) return api::Wholeness::whole;
  return are_allowed_ ? api::Wholeness::damaged_but_allowed : api::Wholeness::damaged;
}

}  // namespace chatreports::app
