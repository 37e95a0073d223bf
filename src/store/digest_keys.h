#pragma once
// The keys of the licences' digests (chat/property_digest.h), in the data folder's access.sqlite,
// beside the tokens: the file of facts alone tells nobody what was digested.

#include <map>
#include <memory>
#include <string>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/record.h"

namespace chatreports::store {

// One thread at a time.
class DigestKeys {
 public:
  // As Store::open.
  static Result<std::unique_ptr<DigestKeys>> open(const std::string& data_folder);
  ~DigestKeys();
  DigestKeys(const DigestKeys&) = delete;
  DigestKeys& operator=(const DigestKeys&) = delete;

  Result<std::map<LicenseId, chat::DigestKey>> list();
  // The licence's key. Makes a random one where there is none; it is durable when this returns.
  Result<chat::DigestKey> find_or_make(LicenseId license);
  // Makes this the licence's key. `invalid` where it has another one already.
  Result<void> set(LicenseId license, const chat::DigestKey& key);

 private:
  class Implementation;
  explicit DigestKeys(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace chatreports::store
