#include "store/check.h"

#include <fmt/format.h>

#include "store/schema.h"
#include "store/sqlite.h"

namespace chatreports::store {
namespace {

using Faults = Result<std::vector<std::string>>;

Faults faults_of(Database& database) {
  auto rows = database.prepare("PRAGMA integrity_check(100)");
  if (!rows) return std::unexpected(std::move(rows.error()));
  std::vector<std::string> faults;
  auto done = for_each_row(*rows, [&]() -> Result<void> {
    if (rows->bytes(0) != "ok") faults.emplace_back(rows->bytes(0));
    return {};
  });
  if (!done) return std::unexpected(std::move(done.error()));
  return faults;
}

}  // namespace

Faults faults_of_facts_file(const std::string& data_folder) {
  auto database = open_database(data_folder, facts_schema());
  if (!database) return std::unexpected(std::move(database.error()));
  return faults_of(*database);
}

Faults faults_of_access_file(const std::string& data_folder) {
  auto database = open_database(data_folder, access_schema());
  if (!database) return std::unexpected(std::move(database.error()));
  Faults faults = faults_of(*database);
  if (!faults) return faults;
  auto keys = database->prepare(
      "SELECT license FROM digest_keys WHERE checksum IS NOT row_checksum(14, license, key)");
  if (!keys) return std::unexpected(std::move(keys.error()));
  auto looked_at = for_each_row(*keys, [&]() -> Result<void> {
    faults->push_back(
        fmt::format("the digest key of licence {} is not what was written: restore the file from a "
                    "backup",
                    keys->integer(0)));
    return {};
  });
  if (!looked_at) return std::unexpected(std::move(looked_at.error()));
  auto damaged = database->prepare(
      "SELECT id FROM tokens WHERE checksum IS NOT row_checksum(12, id, hash, license, scopes, "
      "agent_id, created_at, expires_at)");
  if (!damaged) return std::unexpected(std::move(damaged.error()));
  auto done = for_each_row(*damaged, [&]() -> Result<void> {
    faults->push_back(
        fmt::format("token or secret {} is not what was written: it is refused; "
                    "revoke it and create another",
                    damaged->integer(0)));
    return {};
  });
  if (!done) return std::unexpected(std::move(done.error()));
  return faults;
}

}  // namespace chatreports::store
