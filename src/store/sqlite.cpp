#include "store/sqlite.h"

#include <sqlite3.h>

#include <cerrno>

#include "base/check.h"
#include "store/row_checksum.h"
#include "store/sqlite_error.h"

namespace chatreports::store {
namespace {

int last_errno(sqlite3_file* file) {
  int last = 0;
  if (file == nullptr || file->pMethods == nullptr) return 0;
  file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &last);
  return last;
}

// Each of SQLite's two files has the last error of its own.
int system_error_of_files(sqlite3* connection) {
  for (const int which : {SQLITE_FCNTL_JOURNAL_POINTER, SQLITE_FCNTL_FILE_POINTER}) {
    sqlite3_file* file = nullptr;
    if (sqlite3_file_control(connection, "main", which, static_cast<void*>(&file)) != SQLITE_OK) {
      continue;
    }
    if (const int system_error = last_errno(file)) return system_error;
  }
  return 0;
}

// SQLite often cleans up before it returns, and then errno is lost, except in its files.
int system_error_of(sqlite3* connection) {
  const int system_error = sqlite3_system_errno(connection);
  return system_error != 0 ? system_error : system_error_of_files(connection);
}

// The SQL function row_checksum(table, columns …).
void row_checksum(sqlite3_context* context, int count, sqlite3_value** values) {
  RowChecksum checksum(static_cast<CheckedTable>(sqlite3_value_int(values[0])));
  for (int at = 1; at < count; ++at) {
    sqlite3_value* const value = values[at];
    switch (sqlite3_value_type(value)) {
      case SQLITE_NULL:
        checksum.add_null();
        break;
      case SQLITE_INTEGER:
        checksum.add(std::int64_t{sqlite3_value_int64(value)});
        break;
      default: {
        const void* bytes = sqlite3_value_blob(value);
        const auto size = static_cast<std::size_t>(sqlite3_value_bytes(value));
        checksum.add_bytes(bytes == nullptr
                               ? std::string_view()
                               : std::string_view(static_cast<const char*>(bytes), size));
      }
    }
  }
  sqlite3_result_int64(context, checksum.value());
}

constexpr int pages_of_step = 1'024;

// Returns whether a copy that ends with this code failed where it read.
bool is_of_reading(int code) {
  return (code & 0xff) == SQLITE_CORRUPT || code == SQLITE_IOERR_READ ||
         code == SQLITE_IOERR_SHORT_READ;
}

std::unexpected<Error> last_error(sqlite3* connection, const std::string& path) {
  // First, because asking the files resets it.
  int code = sqlite3_extended_errcode(connection);
  const std::string detail = sqlite3_errmsg(connection);
  int system_error = sqlite3_system_errno(connection);
  if ((code & 0xff) == SQLITE_IOERR) {
    system_error = system_error_of(connection);
  } else if ((code & 0xff) == SQLITE_CORRUPT) {
    // SQLite also calls a disk that cannot be read damage.
    system_error = system_error_of_files(connection);
    if (system_error == EIO || system_error == ENXIO || system_error == ERANGE) code = SQLITE_IOERR;
  }
  return std::unexpected(sqlite_error(code, system_error, path, detail));
}

}  // namespace

Statement::Statement(Statement&& other) noexcept
    : connection_(other.connection_),
      statement_(std::exchange(other.statement_, nullptr)),
      path_(other.path_),
      bind_error_(other.bind_error_) {}

Statement::~Statement() {
  sqlite3_finalize(statement_);
}

Statement& Statement::bind(int parameter, std::int64_t value) {
  bind_error_ |= sqlite3_bind_int64(statement_, parameter, value);
  return *this;
}

Statement& Statement::bind(int parameter, std::optional<std::int64_t> value) {
  return value ? bind(parameter, *value) : bind_null(parameter);
}

// An empty view may have a null pointer, which SQLite takes for NULL.
Statement& Statement::bind_text(int parameter, std::string_view text) {
  bind_error_ |= sqlite3_bind_text64(statement_, parameter, text.data() ? text.data() : "",
                                     text.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind_optional_text(int parameter, const std::optional<std::string>& text) {
  return text ? bind_text(parameter, *text) : bind_null(parameter);
}

Statement& Statement::bind_bytes(int parameter, std::string_view bytes) {
  bind_error_ |= sqlite3_bind_blob64(statement_, parameter, bytes.data() ? bytes.data() : "",
                                     bytes.size(), SQLITE_STATIC);
  return *this;
}

Statement& Statement::bind_null(int parameter) {
  bind_error_ |= sqlite3_bind_null(statement_, parameter);
  return *this;
}

Result<bool> Statement::step() {
  if (bind_error_ != SQLITE_OK) {
    auto error = last_error(connection_, *path_);
    reset();
    return error;
  }
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) {
    reset();
    return false;
  }
  auto error = last_error(connection_, *path_);
  reset();
  return error;
}

Result<void> Statement::run() {
  auto row = step();
  if (!row) return std::unexpected(std::move(row.error()));
  CHECK(!*row);
  return {};
}

void Statement::reset() {
  bind_error_ = SQLITE_OK;
  sqlite3_reset(statement_);  // repeats the error of the last step
}

// No table has floating point numbers.
ValueType Statement::type(int column) const {
  switch (sqlite3_column_type(statement_, column)) {
    case SQLITE_NULL:
      return ValueType::null;
    case SQLITE_INTEGER:
      return ValueType::integer;
    case SQLITE_TEXT:
      return ValueType::text;
    default:
      return ValueType::blob;
  }
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::optional<std::int64_t> Statement::optional_integer(int column) const {
  if (is_null(column)) return std::nullopt;
  return integer(column);
}

std::string_view Statement::bytes(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<std::size_t>(size)};
}

Database::Database(sqlite3* connection, const std::string& path)
    : connection_(connection), path_(std::make_unique<const std::string>(path)) {}

Database::Database(Database&& other) noexcept
    : connection_(std::exchange(other.connection_, nullptr)),
      patience_ms_(other.patience_ms_),
      log_pages_(std::move(other.log_pages_)),
      path_(std::move(other.path_)) {}

Database::~Database() {
  sqlite3_close_v2(connection_);
}

Result<Database> Database::open(const std::string& path) {
  auto database = open_with(path, SQLITE_OPEN_READWRITE);
  // SQLite opens a file without the right to write for reading.
  if (database && sqlite3_db_readonly(database->connection_, "main") == 1) {
    return std::unexpected(sqlite_error(SQLITE_READONLY, 0, path, ""));
  }
  return database;
}

Result<Database> Database::open_for_reading(const std::string& path) {
  return open_with(path, SQLITE_OPEN_READONLY);
}

Result<Database> Database::open_with(const std::string& path, int flags) {
  // Otherwise SQLite takes a lock for each allocation, to count the memory.
  static const int without_statistics = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(without_statistics);
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &connection,
                                   flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  Database database(connection, path);
  if (code != SQLITE_OK) {
    if (connection == nullptr) return std::unexpected(sqlite_error(code, 0, path, "no memory"));
    return last_error(connection, path);
  }
  database.set_patience(std::chrono::seconds(5));
  const int made = sqlite3_create_function_v2(
      connection, "row_checksum", -1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY,
      nullptr, row_checksum, nullptr, nullptr, nullptr);
  if (made != SQLITE_OK) return last_error(connection, path);
  return database;
}

void Database::set_patience(std::chrono::milliseconds patience) {
  patience_ms_ = static_cast<int>(patience.count());
  sqlite3_busy_timeout(connection_, patience_ms_);
}

Result<void> Database::execute(const char* statements) {
  if (sqlite3_exec(connection_, statements, nullptr, nullptr, nullptr) != SQLITE_OK) {
    return last_error(connection_, *path_);
  }
  return {};
}

Result<Statement> Database::prepare(std::string_view statement) {
  sqlite3_stmt* prepared = nullptr;
  const int code =
      sqlite3_prepare_v3(connection_, statement.data(), static_cast<int>(statement.size()),
                         SQLITE_PREPARE_PERSISTENT, &prepared, nullptr);
  if (code != SQLITE_OK) return last_error(connection_, *path_);
  return Statement(connection_, prepared, path_.get());
}

Result<std::int64_t> Database::integer(std::string_view statement) {
  auto prepared = prepare(statement);
  if (!prepared) return std::unexpected(std::move(prepared.error()));
  auto row = prepared->step();
  if (!row) return std::unexpected(std::move(row.error()));
  if (!*row) return std::unexpected(sqlite_error(SQLITE_CORRUPT, 0, *path_, "a row is missing"));
  return prepared->integer(0);
}

std::int64_t Database::rows_changed() const {
  return sqlite3_changes64(connection_);
}

bool Database::read_file(std::span<unsigned char> bytes, std::int64_t offset) {
  sqlite3_file* file = nullptr;
  const int code = sqlite3_file_control(connection_, "main", SQLITE_FCNTL_FILE_POINTER,
                                        static_cast<void*>(&file));
  if (code != SQLITE_OK || file == nullptr || file->pMethods == nullptr) return false;
  return file->pMethods->xRead(file, bytes.data(), static_cast<int>(bytes.size()), offset) ==
         SQLITE_OK;
}

void Database::keep_log() {
  sqlite3_wal_hook(
      connection_,
      [](void* pages, sqlite3*, const char*, int count) {
        *static_cast<int*>(pages) = count;
        return SQLITE_OK;
      },
      log_pages_.get());
}

void Database::leave_log() {
  sqlite3_db_config(connection_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
}

Result<void> Database::copy_log() {
  constexpr int mode = SQLITE_CHECKPOINT_PASSIVE;
  *log_pages_ = 0;
  if (sqlite3_wal_checkpoint_v2(connection_, "main", mode, nullptr, nullptr) == SQLITE_OK)
    return {};
  return last_error(connection_, *path_);
}

Result<bool> Database::empty_log() {
  constexpr int mode = SQLITE_CHECKPOINT_TRUNCATE;
  sqlite3_busy_timeout(connection_, 0);
  const int code = sqlite3_wal_checkpoint_v2(connection_, "main", mode, nullptr, nullptr);
  sqlite3_busy_timeout(connection_, patience_ms_);
  if (code == SQLITE_BUSY || code == SQLITE_LOCKED) return false;
  if (code != SQLITE_OK) return last_error(connection_, *path_);
  *log_pages_ = 0;
  return true;
}

Result<void> Database::copy_to(
    Database& target, const std::function<Result<void>(int pages, int all_pages)>& copied) {
  sqlite3_backup* const copy = sqlite3_backup_init(target.connection_, "main", connection_, "main");
  if (copy == nullptr) return last_error(target.connection_, target.path());
  Result<void> told;
  int code = SQLITE_OK;
  while (code == SQLITE_OK && told) {
    code = sqlite3_backup_step(copy, pages_of_step);
    const int pages = sqlite3_backup_pagecount(copy);
    told = copied(pages - sqlite3_backup_remaining(copy), pages);
  }
  // Gives the error to the target.
  sqlite3_backup_finish(copy);
  if (code != SQLITE_OK && code != SQLITE_DONE) {
    return last_error(target.connection_, is_of_reading(code) ? path() : target.path());
  }
  return told;
}

void Database::release_memory() {
  sqlite3_db_release_memory(connection_);
}

Statement StatementPreparer::operator()(std::string_view statement) {
  auto prepared = database_.prepare(statement);
  if (prepared) return std::move(*prepared);
  if (!error_) error_ = std::move(prepared.error());
  return {database_.connection_, nullptr, database_.path_.get()};
}

Result<Transaction> Transaction::begin_write(Database& database) {
  auto begun = database.execute("BEGIN IMMEDIATE");
  if (!begun) return std::unexpected(std::move(begun.error()));
  return Transaction(&database);
}

Result<Transaction> Transaction::begin_read(Database& database) {
  auto begun = database.execute("BEGIN");
  if (!begun) return std::unexpected(std::move(begun.error()));
  return Transaction(&database);
}

// After some errors SQLite has rolled back by itself.
Transaction::~Transaction() {
  if (database_ == nullptr || sqlite3_get_autocommit(database_->connection_) != 0) return;
  sqlite3_exec(database_->connection_, "ROLLBACK", nullptr, nullptr, nullptr);
}

Result<void> Transaction::commit() {
  return database_->execute("COMMIT");
}

}  // namespace chatreports::store
