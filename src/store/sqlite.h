#pragma once
// SQLite as values. Every failure is an Error that names the file and says what to do. One thread
// at a time may use a Database and everything that was made from it, and the Database must outlive
// that.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"

struct sqlite3;
struct sqlite3_stmt;

namespace chatreports::store {

enum class ValueType { null, integer, text, blob };

// A prepared statement, made once and run many times. It borrows bound texts and bytes until it is
// reset. Parameters are numbered from 1, columns from 0.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  Statement& bind(int parameter, std::int64_t value);
  Statement& bind(int parameter, std::optional<std::int64_t> value);
  Statement& bind_text(int parameter, std::string_view text);
  Statement& bind_optional_text(int parameter, const std::optional<std::string>& text);
  Statement& bind_bytes(int parameter, std::string_view bytes);
  Statement& bind_null(int parameter);

  // Steps to the next row. Returns false if there is none; then the statement is reset, as after an
  // error. Also fails if a bind has failed.
  Result<bool> step();
  // Runs a statement that returns no rows.
  Result<void> run();
  // Call if rows are left unread: a statement that stands on a row holds a snapshot.
  void reset();

  ValueType type(int column) const;
  bool is_null(int column) const { return type(column) == ValueType::null; }
  std::int64_t integer(int column) const;
  std::optional<std::int64_t> optional_integer(int column) const;
  // Returns text or a blob, valid until the next step or reset.
  std::string_view bytes(int column) const;

 private:
  friend class Database;
  friend class StatementPreparer;
  Statement(sqlite3* connection, sqlite3_stmt* statement, const std::string* path)
      : connection_(connection), statement_(statement), path_(path) {}
  sqlite3* connection_;
  sqlite3_stmt* statement_;
  const std::string* path_;
  int bind_error_ = 0;
};

// Resets the statement at the end of the block.
class ResetAtEnd {
 public:
  explicit ResetAtEnd(Statement& statement) : statement_(statement) {}
  ResetAtEnd(const ResetAtEnd&) = delete;
  ResetAtEnd& operator=(const ResetAtEnd&) = delete;
  ~ResetAtEnd() { statement_.reset(); }

 private:
  Statement& statement_;
};

// Calls take() for each row, up to its first error.
template <class Take>
Result<void> for_each_row(Statement& statement, Take take) {
  const ResetAtEnd reset(statement);
  for (;;) {
    const auto found = statement.step();
    if (!found) return std::unexpected(found.error());
    if (!*found) return {};
    if (Result<void> taken = take(); !taken) return taken;
  }
}

class Database {
 public:
  // Opens a file that exists, for reading and writing.
  static Result<Database> open(const std::string& path);
  // Opens a file that exists, for reading: SQLite never changes it, and neither copies nor removes
  // its log.
  static Result<Database> open_for_reading(const std::string& path);
  Database(Database&& other) noexcept;
  Database& operator=(Database&&) = delete;
  ~Database();

  // The time to wait for another process that writes, 5 s at first.
  void set_patience(std::chrono::milliseconds patience);

  Result<void> execute(const char* statements);
  Result<Statement> prepare(std::string_view statement);
  // Returns the integer that the statement selects, a PRAGMA for instance.
  Result<std::int64_t> integer(std::string_view statement);
  // Returns the number of rows that the last INSERT, UPDATE or DELETE has changed.
  std::int64_t rows_changed() const;
  // Reads from the file itself, without its log. Returns whether it could read all of the bytes.
  bool read_file(std::span<unsigned char> bytes, std::int64_t offset);
  // From now on only copy_log copies the log into the file, and log_pages returns the number of its
  // pages after the last commit.
  void keep_log();
  int log_pages() const { return *log_pages_; }
  // The destructor will neither copy nor remove the log.
  void leave_log();
  // Copies as much as no reader needs.
  Result<void> copy_log();
  // Copies all of it, and empties it. Returns false if readers or writers are in the way.
  Result<bool> empty_log();
  // Copies the database into the target, whose content it replaces. In a transaction that has read,
  // the copy is of the moment of that transaction, and others who write meanwhile never make it
  // begin again. Calls `copied` now and then with the pages that are copied and all of them; its
  // error ends the copy and is returned.
  Result<void> copy_to(Database& target,
                       const std::function<Result<void>(int pages, int all_pages)>& copied);
  // Frees the page cache.
  void release_memory();
  const std::string& path() const { return *path_; }

 private:
  friend class StatementPreparer;
  friend class Transaction;
  Database(sqlite3* connection, const std::string& path);
  static Result<Database> open_with(const std::string& path, int flags);
  sqlite3* connection_;
  int patience_ms_ = 0;
  std::unique_ptr<int> log_pages_ = std::make_unique<int>(0);  // on the heap, as the next
  std::unique_ptr<const std::string> path_;  // on the heap, so that statements can point to it
};

// Prepares the statements that are members of a class, and keeps the first error, so that the
// caller checks once. If there is one, no statement may be used.
class StatementPreparer {
 public:
  explicit StatementPreparer(Database& database) : database_(database) {}
  Statement operator()(std::string_view statement);
  const std::optional<Error>& error() const { return error_; }

 private:
  Database& database_;
  std::optional<Error> error_;
};

// The destructor rolls it back unless it was committed.
class Transaction {
 public:
  // Begins to write: takes the write lock at once, so that the transaction cannot fail for it
  // later.
  static Result<Transaction> begin_write(Database& database);
  // Begins to read: everything that is read is of one moment.
  static Result<Transaction> begin_read(Database& database);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  Result<void> commit();

 private:
  explicit Transaction(Database* database) : database_(database) {}
  Database* database_;
};

}  // namespace chatreports::store
