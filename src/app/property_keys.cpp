#include "app/property_keys.h"

#include <algorithm>
#include <utility>

#include "chat/property_digest.h"

namespace chatreports::app {

Result<std::unique_ptr<PropertyKeys>> PropertyKeys::open(const std::string& data_folder) {
  auto stored = store::DigestKeys::open(data_folder);
  if (!stored) return std::unexpected(stored.error());
  auto known = (*stored)->list();
  if (!known) return std::unexpected(known.error());
  return std::unique_ptr<PropertyKeys>(new PropertyKeys(*std::move(stored), *std::move(known)));
}

chat::DigestKey PropertyKeys::find(LicenseId license) const {
  const std::scoped_lock lock(mutex_);
  const auto found = known_.find(license);
  return found == known_.end() ? chat::DigestKey{} : found->second;
}

Result<chat::DigestKey> PropertyKeys::find_or_make(LicenseId license) {
  {
    const std::scoped_lock lock(mutex_);
    if (const auto found = known_.find(license); found != known_.end()) return found->second;
  }
  const std::scoped_lock storing(stored_mutex_);
  const auto key = stored_->find_or_make(license);
  if (!key) return key;
  const std::scoped_lock lock(mutex_);
  return known_.emplace(license, *key).first->second;
}

Result<void> PropertyKeys::digest(LicenseId license, std::vector<chat::Record>& records) {
  auto record = std::ranges::find_if(records, chat::awaits_key);
  if (record == records.end()) return {};
  const auto key = find_or_make(license);
  if (!key) return std::unexpected(key.error());
  chat::PropertyDigester digester(*key);
  for (; record != records.end(); ++record) digester.apply(*record);
  return {};
}

Result<void> PropertyKeys::take_keys(LicenseId license, std::vector<chat::Record>& records) {
  const auto is_key = [](const chat::Record& record) {
    return std::holds_alternative<chat::DigestKeyRecord>(record);
  };
  for (const chat::Record& record : records) {
    if (!is_key(record)) continue;
    const chat::DigestKey key = std::get<chat::DigestKeyRecord>(record).key;
    const std::scoped_lock storing(stored_mutex_);
    if (auto set = stored_->set(license, key); !set) return set;
    const std::scoped_lock lock(mutex_);
    known_.emplace(license, key);
  }
  std::erase_if(records, is_key);
  return {};
}

}  // namespace chatreports::app
