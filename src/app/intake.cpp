#include "app/intake.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace chatreports::app {
namespace {

// Hides where the folder is from those who have no right to know.
std::string without_folder(std::string message, const std::string& folder) {
  for (const auto& [name, instead] :
       {std::pair(folder + '/', ""), std::pair(folder, "the folder")}) {
    for (std::size_t at = 0; (at = message.find(name, at)) != message.npos;) {
      message.replace(at, name.size(), instead);
    }
  }
  return message;
}

}  // namespace

void Intake::begin(std::unique_ptr<Writer> writer) {
  writer_ = std::move(writer);
  is_ready_ = true;
}

// Records that are written into removed files can't be acknowledged.
Result<void> Intake::can_acknowledge() const {
  const Result<void> there = parts_.files.check();
  if (!there && !has_logged_why_not_.exchange(true)) {
    spdlog::error("records can't be acknowledged: {}", there.error().message);
  }
  if (!there) return failed(without_folder(there.error().message, data_folder_));
  has_logged_why_not_ = false;
  return parts_.access.is_usable() ? Result<void>() : failed("access tokens can't be read");
}

// One licence leaves room for the others.
bool Intake::has_room_for_webhook(LicenseId license) const {
  return writer_->waiting() < max_waiting_webhooks_ &&
         writer_->waiting_webhooks(license) < std::max<std::size_t>(1, max_waiting_webhooks_ / 2);
}

void Intake::take_in(LicenseId license, api::Channel channel, std::vector<chat::Record> records,
                     api::Done done) {
  if (const Result<void> prepared = parts_.rules.prepare(license, records); !prepared) {
    spdlog::error("records can't be taken in: {}", prepared.error().message);
    return done(std::unexpected(prepared.error()));
  }
  writer_->take_in(license, channel, std::move(records), std::move(done));
}

}  // namespace chatreports::app
