#pragma once
// The keys of the licences' digests (chat/property_digest.h). They are in access.sqlite, beside the
// tokens, so that nobody who has the records alone can find out what was digested.

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
  // As Store::open_for_reading: only for list().
  static Result<std::unique_ptr<DigestKeys>> open_for_reading(const std::string& data_folder);
  ~DigestKeys();
  DigestKeys(const DigestKeys&) = delete;
  DigestKeys& operator=(const DigestKeys&) = delete;

  Result<std::map<LicenseId, chat::DigestKey>> list();
  // Returns the licence's key. Makes a random one if there is none; it is durable when this
  // returns.
  Result<chat::DigestKey> find_or_make(LicenseId license);
  // Sets the licence's key. Fails with `invalid` if it has another one.
  Result<void> set(LicenseId license, const chat::DigestKey& key);

 private:
  class Implementation;
  explicit DigestKeys(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace chatreports::store
