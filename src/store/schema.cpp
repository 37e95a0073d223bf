#include "store/schema.h"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "store/data_folder.h"
#include "store/facts_tables.h"

namespace chatreports::store {
namespace {

// Webhooks change rows here and there, a page each; small pages keep that cheap.
constexpr int page_bytes = 4'096;
// The log is copied into the file when it has grown to 64 MiB: the more often a page has changed by
// then, the more copies are saved.
constexpr int log_bytes_kept = log_pages_before_copying * page_bytes;

constexpr int access_version = 2;

// AUTOINCREMENT: the number of a revoked token never names another one.
const char* const access_tables = R"sql(
  CREATE TABLE tokens(
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    hash BLOB NOT NULL UNIQUE,
    license INTEGER NOT NULL,
    scopes TEXT NOT NULL,
    agent_id TEXT,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    name TEXT NOT NULL,
    only_groups BLOB NOT NULL,
    only_agents BLOB NOT NULL,
    checksum INTEGER NOT NULL DEFAULT 0) STRICT;

  -- When a token was last used. A row that is lost or damaged harms nothing.
  CREATE TABLE token_uses(
    token INTEGER NOT NULL PRIMARY KEY,
    used_at INTEGER NOT NULL,
    checksum INTEGER NOT NULL) STRICT;

  -- The keys that property texts are digested with (digest_keys.h).
  CREATE TABLE digest_keys(
    license INTEGER NOT NULL PRIMARY KEY,
    key BLOB NOT NULL,
    checksum INTEGER NOT NULL) STRICT;
)sql";

const char* const access_additions = R"sql(
  -- Which ratings of a licence are good (rating_scales.h).
  CREATE TABLE IF NOT EXISTS rating_scales(
    license INTEGER NOT NULL PRIMARY KEY,
    highest INTEGER NOT NULL,
    good_from INTEGER NOT NULL,
    checksum INTEGER NOT NULL) STRICT;
)sql";

Result<void> make_tables(Database& database, const Schema& schema) {
  auto transaction = Transaction::begin_write(database);
  if (!transaction) return std::unexpected(std::move(transaction.error()));
  if (auto made = database.execute(schema.tables); !made) return made;
  const std::string marks = fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                                        schema.application_id, schema.version);
  if (auto set = database.execute(marks.c_str()); !set) return set;
  return transaction->commit();
}

// Returns whether the file is empty, so that its tables have to be made.
Result<bool> is_empty(Database& database, const Schema& schema) {
  const auto application = database.integer("PRAGMA application_id");
  if (!application) return std::unexpected(application.error());
  const auto version = database.integer("PRAGMA user_version");
  if (!version) return std::unexpected(version.error());
  if (*application == schema.application_id) {
    if (*version == schema.version) return false;
    return invalid(
        fmt::format("{} has tables of version {}, and this program uses version {}; export the "
                    "records with the program that wrote it, and import them into a new data "
                    "folder",
                    database.path(), *version, schema.version));
  }
  const auto tables = database.integer("SELECT count(*) FROM sqlite_schema");
  if (!tables) return std::unexpected(tables.error());
  if (*application == 0 && *version == 0 && *tables == 0) return true;
  return invalid(
      fmt::format("{} belongs to another program; name another data folder, or move the file away",
                  database.path()));
}

std::string settings_of_reading(const Schema& schema) {
  return fmt::format(
      "PRAGMA cache_size = -{}; PRAGMA temp_store = MEMORY; PRAGMA trusted_schema = OFF;"
      "PRAGMA cell_size_check = ON",
      schema.cache_kibibytes);
}

Result<void> prepare_tables(Database& database, const Schema& schema) {
  const auto empty = is_empty(database, schema);
  if (!empty) return std::unexpected(empty.error());
  // Of a file with tables, this would write its header.
  if (*empty) {
    if (auto set = database.execute("PRAGMA auto_vacuum = INCREMENTAL"); !set) return set;
  }
  // Only now, because a file that is not ours must stay as it is. Does nothing if it is set.
  const std::string mode = fmt::format("PRAGMA journal_mode = {}", schema.journal_mode);
  if (auto set = database.execute(mode.c_str()); !set) return set;
  if (*empty) {
    if (auto made = make_tables(database, schema); !made) return made;
  }
  return database.execute(schema.additions);
}

}  // namespace

const Schema& facts_schema() {
  static const Schema schema{"chatreports.sqlite", 0x43685270, facts_version, "WAL", 256 << 10,
                             facts_tables,         ""};
  return schema;
}

const Schema& access_schema() {
  static const Schema schema{"access.sqlite", 0x43685261,    access_version,  "DELETE",
                             1 << 10,         access_tables, access_additions};
  return schema;
}

// Ids come in no order: when they are put into their index, by the million, most of its pages
// change. These are to be found in memory, and to be copied once for several groups.
const char* import_settings() {
  return "PRAGMA cache_size = -393216";
}

Result<Database> open_database(const std::string& data_folder, const Schema& schema) {
  if (auto prepared = prepare_data_folder(data_folder); !prepared) {
    return std::unexpected(std::move(prepared.error()));
  }
  // SQLite does not wait for its turn in all that follows.
  const OpeningTurn turn(data_folder);
  if (auto whole = refuse_half_restored(data_folder); !whole) {
    return std::unexpected(std::move(whole.error()));
  }
  const std::string path = data_folder + "/" + schema.file;
  if (auto prepared = prepare_file(path); !prepared) {
    return std::unexpected(std::move(prepared.error()));
  }
  auto database = Database::open(path);
  if (!database) return database;
  const std::string settings = fmt::format(
      "PRAGMA page_size = {}; PRAGMA synchronous = EXTRA; PRAGMA wal_autocheckpoint = {};"
      "PRAGMA journal_size_limit = {}; PRAGMA secure_delete = ON",
      page_bytes, log_pages_before_copying, log_bytes_kept);
  for (const std::string& set : {settings, settings_of_reading(schema)}) {
    if (auto done = database->execute(set.c_str()); !done) {
      return std::unexpected(std::move(done.error()));
    }
  }
  if (auto done = prepare_tables(*database, schema); !done) {
    return std::unexpected(std::move(done.error()));
  }
  return database;
}

Result<Database> open_database_for_reading(const std::string& data_folder, const Schema& schema) {
  const OpeningTurn turn(data_folder);
  if (auto whole = refuse_half_restored(data_folder); !whole) {
    return std::unexpected(std::move(whole.error()));
  }
  const std::string path = data_folder + "/" + schema.file;
  std::error_code error;
  if (!std::filesystem::exists(path, error)) {
    return std::unexpected(Error{ErrorKind::not_found, path + " is missing"});
  }
  auto database = Database::open_for_reading(path);
  if (!database) return database;
  if (auto set = database->execute(settings_of_reading(schema).c_str()); !set) {
    return std::unexpected(std::move(set.error()));
  }
  const auto empty = is_empty(*database, schema);
  if (!empty) return std::unexpected(empty.error());
  if (*empty) {
    return std::unexpected(
        Error{ErrorKind::not_found, path + " is empty: nothing was ever stored in it"});
  }
  return database;
}

}  // namespace chatreports::store
