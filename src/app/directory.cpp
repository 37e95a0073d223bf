#include "app/directory.h"

#include <spdlog/spdlog.h>

namespace chatreports::app {

Directory::Directory(std::unique_ptr<store::Store> store,
                     std::shared_ptr<const store::DataFiles> files, const PropertyKeys& keys)
    : files_(std::move(files)), keys_(keys), store_(std::move(store)) {}

Directory::~Directory() {
  if (!files_->check()) store_->leave_log();
}

Result<std::unique_ptr<Directory>> Directory::open(const std::string& data_folder,
                                                   std::shared_ptr<const store::DataFiles> files,
                                                   const PropertyKeys& keys) {
  auto store = store::Store::open(data_folder);
  if (!store) return std::unexpected(store.error());
  return std::unique_ptr<Directory>(new Directory(*std::move(store), std::move(files), keys));
}

Result<std::optional<std::string>> Directory::agent_timezone(LicenseId license,
                                                             const std::string& agent_id) const {
  const std::scoped_lock lock(mutex_);
  const auto known = timezones_.find({license, agent_id});
  if (known != timezones_.end()) return known->second;
  auto timezone = store_->agent_timezone(license, agent_id);
  if (timezone) {
    timezones_.emplace(std::pair(license, agent_id), *timezone);
  } else if (timezone.error().message != last_error_) {
    last_error_ = timezone.error().message;
    spdlog::error("an agent's time zone can't be read: {}", last_error_);
  }
  return timezone;
}

void Directory::forget_timezones(LicenseId license) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(timezones_, [license](const auto& known) { return known.first.first == license; });
}

}  // namespace chatreports::app
