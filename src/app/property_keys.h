#pragma once
// The keys that licences' property texts are digested with, kept in memory.

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/record.h"
#include "store/digest_keys.h"

namespace chatreports::app {

// Any thread. While one is open, nobody else may make or set keys of the folder: whoever writes
// records has its lock.
class PropertyKeys {
 public:
  static Result<std::unique_ptr<PropertyKeys>> open(const std::string& data_folder);
  PropertyKeys(const PropertyKeys&) = delete;
  PropertyKeys& operator=(const PropertyKeys&) = delete;

  // For filters. Where the licence has no key, nothing of it is digested, and any key will do.
  chat::DigestKey find(LicenseId license) const;

  // Digests what still needs it in the records; makes the licence's key where that is the first.
  Result<void> digest(LicenseId license, std::vector<chat::Record>& records);

  // Takes the keys out of the records, and makes them the licence's.
  Result<void> take_keys(LicenseId license, std::vector<chat::Record>& records);

 private:
  PropertyKeys(std::unique_ptr<store::DigestKeys> stored,
               std::map<LicenseId, chat::DigestKey> known)
      : stored_(std::move(stored)), known_(std::move(known)) {}
  Result<chat::DigestKey> find_or_make(LicenseId license);

  std::mutex stored_mutex_;  // guards what follows; held while SQLite works
  const std::unique_ptr<store::DigestKeys> stored_;

  mutable std::mutex mutex_;  // guards what follows; never held for long
  std::map<LicenseId, chat::DigestKey> known_;
};

}  // namespace chatreports::app
