#include "store/digest_keys.h"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <algorithm>
#include <utility>

#include "store/damaged.h"
#include "store/row_checksum.h"
#include "store/schema.h"
#include "store/sqlite.h"

namespace chatreports::store {

class DigestKeys::Implementation {
 public:
  explicit Implementation(Database opened)
      : database_(std::move(opened)),
        prepare_(database_),
        read_(prepare_(select_rows(CheckedTable::digest_keys))),
        find_(prepare_(select_rows(CheckedTable::digest_keys, "WHERE license = ?1"))),
        insert_(
            prepare_(insert_row(CheckedTable::digest_keys) + " ON CONFLICT(license) DO NOTHING")) {}

  const std::optional<Error>& error() const { return prepare_.error(); }

  Result<std::map<LicenseId, chat::DigestKey>> list() {
    std::map<LicenseId, chat::DigestKey> keys;
    const auto read = for_each_row(read_, [&]() -> Result<void> {
      const auto key = key_of(read_);
      if (!key) return std::unexpected(key.error());
      keys.emplace(LicenseId{read_.integer(0)}, *key);
      return {};
    });
    if (!read) return std::unexpected(read.error());
    return keys;
  }

  // Returns the key that the licence has afterwards: this one, or the one that it had.
  Result<chat::DigestKey> find_or_insert(LicenseId license, const chat::DigestKey& key) {
    const std::string_view bytes(reinterpret_cast<const char*>(key.bytes.data()), key.bytes.size());
    bind_row(insert_, CheckedTable::digest_keys, license.value, Blob{bytes});
    if (auto done = insert_.run(); !done) return std::unexpected(std::move(done.error()));
    const ResetAtEnd reset(find_);
    const auto found = find_.bind(1, license.value).step();
    if (!found) return std::unexpected(found.error());
    if (!*found) return failed(fmt::format("{} does not keep a key", database_.path()));
    return key_of(find_);
  }

 private:
  Result<chat::DigestKey> key_of(const Statement& row) const {
    chat::DigestKey key;
    const std::string_view bytes = row.bytes(1);
    if (bytes.size() != key.bytes.size() || !is_intact(row, CheckedTable::digest_keys)) {
      return std::unexpected(damaged_file(
          database_.path(),
          fmt::format("the digest key of licence {} is not what was written", row.integer(0))));
    }
    std::ranges::copy(bytes, key.bytes.begin());
    return key;
  }

  Database database_;
  StatementPreparer prepare_;
  Statement read_;
  Statement find_;
  Statement insert_;
};

DigestKeys::DigestKeys(std::unique_ptr<Implementation> implementation)
    : implementation_(std::move(implementation)) {}

DigestKeys::~DigestKeys() = default;

Result<std::unique_ptr<DigestKeys>> DigestKeys::open(const std::string& data_folder) {
  auto implementation = implement<Implementation>(open_database(data_folder, access_schema()));
  if (!implementation) return std::unexpected(std::move(implementation.error()));
  return std::unique_ptr<DigestKeys>(new DigestKeys(*std::move(implementation)));
}

Result<std::unique_ptr<DigestKeys>> DigestKeys::open_for_reading(const std::string& data_folder) {
  auto implementation =
      implement<Implementation>(open_database_for_reading(data_folder, access_schema()));
  if (!implementation) return std::unexpected(std::move(implementation.error()));
  return std::unique_ptr<DigestKeys>(new DigestKeys(*std::move(implementation)));
}

Result<std::map<LicenseId, chat::DigestKey>> DigestKeys::list() {
  return implementation_->list();
}

Result<chat::DigestKey> DigestKeys::find_or_make(LicenseId license) {
  chat::DigestKey key;
  if (RAND_bytes(key.bytes.data(), static_cast<int>(key.bytes.size())) != 1) {
    return failed("the system has no random numbers to make a digest key of");
  }
  return implementation_->find_or_insert(license, key);
}

Result<void> DigestKeys::set(LicenseId license, const chat::DigestKey& key) {
  const auto now = implementation_->find_or_insert(license, key);
  if (!now) return std::unexpected(now.error());
  if (*now == key) return {};
  return invalid(
      fmt::format("licence {} has another digest key already, which its stored digests were made "
                  "with; import these records into another data folder or under a licence that has "
                  "no chats yet",
                  license.value));
}

}  // namespace chatreports::store
