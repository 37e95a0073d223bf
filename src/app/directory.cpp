#include "app/directory.h"

#include <spdlog/spdlog.h>

namespace chatreports::app {

report::FormLabels labels_of(std::vector<chat::FormLabel> labels) {
  report::FormLabels by_place;
  for (chat::FormLabel& one : labels) {
    by_place.emplace(
        std::tuple(std::move(one.form_id), std::move(one.field_id), std::move(one.answer_id)),
        std::move(one.label));
  }
  return by_place;
}

Directory::Directory(std::unique_ptr<store::Store> store,
                     std::shared_ptr<const store::DataFiles> files, const LicenseRules& rules)
    : files_(std::move(files)), rules_(rules), store_(std::move(store)) {}

Directory::~Directory() {
  if (!files_->check()) store_->leave_log();
}

Result<std::unique_ptr<Directory>> Directory::open(const std::string& data_folder,
                                                   std::shared_ptr<const store::DataFiles> files,
                                                   const LicenseRules& rules) {
  auto store = store::Store::open(data_folder);
  if (!store) return std::unexpected(store.error());
  return std::unique_ptr<Directory>(new Directory(*std::move(store), std::move(files), rules));
}

Result<std::optional<std::string>> Directory::agent_timezone(LicenseId license,
                                                             const std::string& agent_id) const {
  const std::scoped_lock lock(mutex_);
  const auto known = timezones_.find({license, agent_id});
  if (known != timezones_.end()) return known->second;
  auto timezone = store_->agent_timezone(license, agent_id);
  if (timezone) {
    timezones_.emplace(std::pair(license, agent_id), *timezone);
  } else {
    log("an agent's time zone", timezone.error());
  }
  return timezone;
}

Result<std::shared_ptr<const report::FormLabels>> Directory::form_labels(LicenseId license) const {
  const std::scoped_lock lock(mutex_);
  const auto known = labels_.find(license);
  if (known != labels_.end()) return known->second;
  auto read = store_->form_labels(license);
  if (!read) {
    log("the labels of forms", read.error());
    return std::unexpected(std::move(read.error()));
  }
  return labels_
      .emplace(license, std::make_shared<const report::FormLabels>(labels_of(*std::move(read))))
      .first->second;
}

Result<std::shared_ptr<const chat::Team>> Directory::team(LicenseId license) const {
  const std::scoped_lock lock(mutex_);
  const auto known = teams_.find(license);
  if (known != teams_.end()) return known->second;
  auto read = store_->team(license);
  if (!read) {
    log("the agents and groups", read.error());
    return std::unexpected(std::move(read.error()));
  }
  return teams_.emplace(license, std::make_shared<const chat::Team>(*std::move(read)))
      .first->second;
}

Result<std::optional<chat::ChatRecord>> Directory::thread(LicenseId license,
                                                          const std::string& thread_id) const {
  const std::scoped_lock lock(mutex_);
  auto record = store_->find_thread(license, thread_id);
  if (!record) log("a thread", record.error());
  return record;
}

Result<std::optional<std::string>> Directory::fetch_state(LicenseId license,
                                                          std::string_view source) const {
  const std::scoped_lock lock(mutex_);
  auto state = store_->fetch_state(license, source);
  if (!state) log("how far chats were fetched", state.error());
  return state;
}

void Directory::log(std::string_view what, const Error& error) const {
  if (error.message == last_error_) return;
  last_error_ = error.message;
  spdlog::error("{} can't be read: {}", what, last_error_);
}

void Directory::forget(LicenseId license) {
  const std::scoped_lock lock(mutex_);
  std::erase_if(timezones_, [license](const auto& known) { return known.first.first == license; });
  labels_.erase(license);
  teams_.erase(license);
}

}  // namespace chatreports::app
