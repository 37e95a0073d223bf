#pragma once
// Records that come while a server runs: digested, and given to the writer.

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/intake.h"
#include "app/access.h"
#include "app/damaged_licenses.h"
#include "app/ignored_actions.h"
#include "app/license_rules.h"
#include "app/writer.h"
#include "store/data_files.h"

namespace chatreports::app {

class Intake final : public api::Intake {
 public:
  // Borrowed.
  struct Parts {
    const store::DataFiles& files;
    const Access& access;
    LicenseRules& rules;
    const DamagedLicenses& damaged;
  };
  Intake(std::string data_folder, Parts parts, std::size_t max_waiting_webhooks)
      : data_folder_(std::move(data_folder)),
        parts_(parts),
        max_waiting_webhooks_(max_waiting_webhooks) {}

  // Ready from now on: everything acknowledged is in the engine.
  void begin(std::unique_ptr<Writer> writer);
  // Drops what isn't written by then. Call after begin().
  void stop_at(std::chrono::steady_clock::time_point time) { writer_->stop_at(time); }
  // Ends the writer. No other call may run.
  void end() { writer_ = nullptr; }

  // Null before begin().
  const Writer* writer() const { return is_ready_ ? writer_.get() : nullptr; }

  bool is_ready() const override { return is_ready_; }
  Result<void> can_acknowledge() const override;
  api::Wholeness wholeness(LicenseId license) const override {
    return parts_.damaged.wholeness(license);
  }
  std::int64_t highest_rating(LicenseId license) const override {
    return parts_.rules.highest_rating(license);
  }
  bool has_room_for_webhook(LicenseId license) const override;
  void take_in(LicenseId license, api::Channel channel, std::vector<chat::Record> records,
               api::Done done) override;
  void erase(LicenseId license, chat::Deletion deletion, Deleted done) override {
    writer_->erase(license, std::move(deletion), std::move(done));
  }
  void count_ignored(std::string_view action) override { ignored_.count(action); }

 private:
  const std::string data_folder_;
  const Parts parts_;
  const std::size_t max_waiting_webhooks_;
  std::unique_ptr<Writer> writer_;  // there since is_ready_
  std::atomic<bool> is_ready_ = false;
  mutable std::atomic<bool> has_logged_why_not_ = false;
  IgnoredActions ignored_;
};

}  // namespace chatreports::app
