#include "store/schema.h"

#include <fmt/format.h>

#include <array>

#include "store/data_folder.h"
#include "store/facts_steps.h"

namespace chatreports::store {
namespace {

// Webhooks change rows here and there, a page each; small pages keep that cheap.
constexpr int page_bytes = 4'096;
// The log is copied into the file when it has grown to 64 MiB: the more often a page has changed by
// then, the more copies are saved.
constexpr int log_bytes_kept = log_pages_before_copying * page_bytes;

constexpr std::array access_steps{
    // AUTOINCREMENT: the number of a revoked token never names another one.
    R"sql(
      CREATE TABLE tokens(
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        hash BLOB NOT NULL UNIQUE,
        license INTEGER NOT NULL,
        scopes TEXT NOT NULL,
        agent_id TEXT,
        created_at INTEGER NOT NULL,
        expires_at INTEGER) STRICT;
    )sql",
    // The keys that property texts are digested with (digest_keys.h).
    R"sql(
      CREATE TABLE digest_keys(
        license INTEGER NOT NULL PRIMARY KEY,
        key BLOB NOT NULL) STRICT;
    )sql",
    // As the facts' rows have one.
    R"sql(
      ALTER TABLE tokens ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
      UPDATE tokens SET checksum = row_checksum(12, id, hash, license, scopes, agent_id, created_at,
                                                expires_at);
    )sql",
    R"sql(
      ALTER TABLE digest_keys ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;
      UPDATE digest_keys SET checksum = row_checksum(14, license, key);
    )sql"};

Result<void> make_steps(Database& database, const Schema& schema, std::int64_t version,
                        const AfterStep& after_step) {
  for (std::size_t step = static_cast<std::size_t>(version); step < schema.steps.size(); ++step) {
    if (auto done = database.execute(schema.steps[step]); !done) return done;
    if (!after_step) continue;
    if (auto done = after_step(step, database); !done) return done;
  }
  return database.execute(fmt::format("PRAGMA application_id = {}; PRAGMA user_version = {}",
                                      schema.application_id, schema.steps.size())
                              .c_str());
}

// Whose the file is and of which version. An empty file is ours to fill.
Result<std::int64_t> version_of(Database& database, const Schema& schema) {
  auto application = database.integer("PRAGMA application_id");
  if (!application) return application;
  auto version = database.integer("PRAGMA user_version");
  if (!version) return version;
  if (*application != schema.application_id) {
    auto tables = database.integer("SELECT count(*) FROM sqlite_schema");
    if (!tables) return tables;
    if (*application != 0 || *version != 0 || *tables != 0) {
      return invalid(
          fmt::format("{} belongs to another program; name another data folder, or move "
                      "the file away",
                      database.path()));
    }
  }
  if (*version < 0 || *version > static_cast<std::int64_t>(schema.steps.size())) {
    return invalid(
        fmt::format("{} was written by a newer chatreports (its tables are of version {}, "
                    "this program knows {}); run that one, or name another data folder",
                    database.path(), *version, schema.steps.size()));
  }
  return version;
}

Result<void> bring_up_to_date(Database& database, const Schema& schema,
                              const AfterStep& after_step) {
  auto version = version_of(database, schema);
  if (!version) return std::unexpected(std::move(version.error()));
  // Only now, because a file that is not ours is left as it is. Does nothing where it is set.
  const std::string mode = fmt::format("PRAGMA journal_mode = {}", schema.journal_mode);
  if (auto set = database.execute(mode.c_str()); !set) return set;
  if (*version == static_cast<std::int64_t>(schema.steps.size())) return {};

  auto transaction = Transaction::begin_write(database);
  if (!transaction) return std::unexpected(std::move(transaction.error()));
  if (auto made = make_steps(database, schema, *version, after_step); !made) return made;
  return transaction->commit();
}

}  // namespace

const Schema& facts_schema() {
  static const Schema schema{"chatreports.sqlite", 0x43685270, "WAL", 256 << 10, facts_steps()};
  return schema;
}

std::size_t step_of_plain_texts() {
  return plain_texts_step;
}

const Schema& access_schema() {
  static constexpr Schema schema{"access.sqlite", 0x43685261, "DELETE", 1 << 10, access_steps};
  return schema;
}

// Ids come in no order: when they are put into their index, by the million, most of its pages
// change. These are to be found in memory, and to be copied once for several groups.
const char* import_settings() {
  return "PRAGMA cache_size = -393216";
}

Result<Database> open_database(const std::string& data_folder, const Schema& schema,
                               const AfterStep& after_step) {
  if (auto prepared = prepare_data_folder(data_folder); !prepared) {
    return std::unexpected(std::move(prepared.error()));
  }
  // SQLite does not wait for its turn in all that follows.
  const OpeningTurn turn(data_folder);
  const std::string path = data_folder + "/" + schema.file;
  if (auto prepared = prepare_file(path); !prepared) {
    return std::unexpected(std::move(prepared.error()));
  }
  auto database = Database::open(path);
  if (!database) return database;
  const std::string settings = fmt::format(
      "PRAGMA page_size = {}; PRAGMA synchronous = EXTRA; PRAGMA cache_size = -{};"
      "PRAGMA wal_autocheckpoint = {}; PRAGMA journal_size_limit = {};"
      "PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON; PRAGMA trusted_schema = OFF; PRAGMA "
      "cell_size_check = ON",
      page_bytes, schema.cache_kibibytes, log_pages_before_copying, log_bytes_kept);
  if (auto set = database->execute(settings.c_str()); !set) {
    return std::unexpected(std::move(set.error()));
  }
  if (auto done = bring_up_to_date(*database, schema, after_step); !done) {
    return std::unexpected(std::move(done.error()));
  }
  return database;
}

}  // namespace chatreports::store
