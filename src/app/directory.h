#pragma once
// Facts about licences other than their chats, read from the store and cached.

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "api/directory.h"
#include "app/license_rules.h"
#include "store/data_files.h"
#include "store/store.h"

namespace chatreports::app {

report::FormLabels labels_of(std::vector<chat::FormLabel> labels);

class Directory final : public api::Directory {
 public:
  // `rules` is borrowed.
  static Result<std::unique_ptr<Directory>> open(const std::string& data_folder,
                                                 std::shared_ptr<const store::DataFiles> files,
                                                 const LicenseRules& rules);
  ~Directory() override;
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  chat::DigestKey digest_key(LicenseId license) const override { return rules_.find_key(license); }
  // Errors of these functions are logged, except the last one again.
  Result<std::optional<std::string>> agent_timezone(LicenseId license,
                                                    const std::string& agent_id) const override;
  Result<std::shared_ptr<const report::FormLabels>> form_labels(LicenseId license) const override;

  Result<std::shared_ptr<const chat::Team>> team(LicenseId license) const override;

  Result<std::optional<chat::ChatRecord>> thread(LicenseId license,
                                                 const std::string& thread_id) const override;

  // As Store::fetch_state. Any thread.
  Result<std::optional<std::string>> fetch_state(LicenseId license, std::string_view source) const;

  // Call after records of the licence's agents or groups or with labels were written. Any thread.
  void forget(LicenseId license);

 private:
  Directory(std::unique_ptr<store::Store> store, std::shared_ptr<const store::DataFiles> files,
            const LicenseRules& rules);
  void log(std::string_view what, const Error& error) const;  // while mutex_ is held

  const std::shared_ptr<const store::DataFiles> files_;
  const LicenseRules& rules_;

  mutable std::mutex mutex_;  // guards what follows; held while SQLite works
  const std::unique_ptr<store::Store> store_;
  // For the agents that own a token in use.
  mutable std::map<std::pair<LicenseId, std::string>, std::optional<std::string>> timezones_;
  mutable std::map<LicenseId, std::shared_ptr<const report::FormLabels>> labels_;
  mutable std::map<LicenseId, std::shared_ptr<const chat::Team>> teams_;
  mutable std::string last_error_;
};

}  // namespace chatreports::app
