#pragma once
// A cache of the keys for digests of property texts, one per licence.

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

// Any thread. The caller holds the lock of the folder, so nobody else makes or sets keys.
class PropertyKeys {
 public:
  static Result<std::unique_ptr<PropertyKeys>> open(const std::string& data_folder);
  PropertyKeys(const PropertyKeys&) = delete;
  PropertyKeys& operator=(const PropertyKeys&) = delete;

  // For filters. A licence without a key has no digests, and gets any key.
  chat::DigestKey find(LicenseId license) const;

  // Digests the texts that still need it. Makes the licence's key if it has none.
  Result<void> digest(LicenseId license, std::vector<chat::Record>& records);

  // Removes digest keys from the records, and stores them as the licence's.
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
