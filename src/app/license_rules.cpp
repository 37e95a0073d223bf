#include "app/license_rules.h"

#include <algorithm>
#include <utility>

#include "chat/property_digest.h"

namespace chatreports::app {
namespace {

constexpr std::chrono::seconds time_between_looks{1};

}  // namespace

Result<std::unique_ptr<LicenseRules>> LicenseRules::open(const std::string& data_folder) {
  auto stored_keys = store::DigestKeys::open(data_folder);
  if (!stored_keys) return std::unexpected(stored_keys.error());
  auto keys = (*stored_keys)->list();
  if (!keys) return std::unexpected(keys.error());
  auto stored_scales = store::RatingScales::open(data_folder);
  if (!stored_scales) return std::unexpected(stored_scales.error());
  std::unique_ptr<LicenseRules> rules(
      new LicenseRules(*std::move(stored_keys), *std::move(keys), *std::move(stored_scales)));
  if (auto looked = rules->look_for_scales(); !looked) {
    return std::unexpected(std::move(looked.error()));
  }
  return rules;
}

chat::DigestKey LicenseRules::find_key(LicenseId license) const {
  const std::scoped_lock lock(mutex_);
  const auto found = keys_.find(license);
  return found == keys_.end() ? chat::DigestKey{} : found->second;
}

std::int64_t LicenseRules::highest_rating(LicenseId license) const {
  const std::scoped_lock lock(mutex_);
  const auto found = scales_.find(license);
  return found == scales_.end() ? chat::RatingScale().highest : found->second.highest;
}

Result<void> LicenseRules::look_for_scales() {
  const std::scoped_lock storing(stored_mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (looked_at_ && now - *looked_at_ < time_between_looks) return {};
  auto scales = stored_scales_->read_if_changed();
  if (!scales) return std::unexpected(std::move(scales.error()));
  looked_at_ = now;
  if (!*scales) return {};
  const std::scoped_lock lock(mutex_);
  scales_ = **std::move(scales);
  return {};
}

Result<chat::DigestKey> LicenseRules::find_or_make_key(LicenseId license) {
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = keys_.find(license); found != keys_.end()) return found->second;
  }
  const std::scoped_lock storing(stored_mutex_);
  const auto key = stored_keys_->find_or_make(license);
  if (!key) return key;
  const std::scoped_lock lock(mutex_);
  return keys_.emplace(license, *key).first->second;
}

Result<void> LicenseRules::digest(LicenseId license, std::vector<chat::Record>& records) {
  auto record = std::ranges::find_if(records, chat::awaits_key);
  if (record == records.end()) return {};
  const auto key = find_or_make_key(license);
  if (!key) return std::unexpected(key.error());
  chat::PropertyDigester digester(*key);
  for (; record != records.end(); ++record) digester.apply(*record);
  return {};
}

Result<void> LicenseRules::prepare(LicenseId license, std::vector<chat::Record>& records) {
  if (auto looked = look_for_scales(); !looked) return looked;
  std::optional<chat::RatingScale> scale;
  {
    const std::scoped_lock lock(mutex_);
    const auto found = scales_.find(license);
    if (found != scales_.end()) scale = found->second;
  }
  if (scale) {
    for (chat::Record& record : records) chat::rate(record, *scale);
  }
  return digest(license, records);
}

Result<void> LicenseRules::take_keys(LicenseId license, std::vector<chat::Record>& records) {
  const auto is_key = [](const chat::Record& record) {
    return std::holds_alternative<chat::DigestKeyRecord>(record);
  };
  for (const chat::Record& record : records) {
    if (!is_key(record)) continue;
    const chat::DigestKey key = std::get<chat::DigestKeyRecord>(record).key;
    const std::scoped_lock storing(stored_mutex_);
    if (auto set = stored_keys_->set(license, key); !set) return set;
    const std::scoped_lock lock(mutex_);
    keys_.emplace(license, key);
  }
  std::erase_if(records, is_key);
  return {};
}

}  // namespace chatreports::app
