#pragma once
// SQLite behind values: the only header of the folder that knows its C interface. Every failure is
// an Error whose sentence names the file and says what to do. A Database and all that was made from
// it belong to one thread at a time, and the Database outlives what was made from it.

#include <cstdint>
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

enum class ValueType { null, integer, bytes };  // bytes: text or blob

// A prepared statement, made once and run many times. What is bound is borrowed: it must stay alive
// until the statement is reset. Parameters are numbered from 1, columns from 0.
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

  // Goes to the next row. False: there is none, and the statement is reset, as it is after an
  // error. A bind that failed is told here.
  Result<bool> step();
  // For a statement without rows.
  Result<void> run();
  // To be called when rows are left unread: a statement that stands on a row holds a snapshot.
  void reset();

  ValueType type(int column) const;
  bool is_null(int column) const { return type(column) == ValueType::null; }
  std::int64_t integer(int column) const;
  std::optional<std::int64_t> optional_integer(int column) const;
  // Text or blob; borrowed until the next step or reset.
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

// Calls take() on each row, up to its first error.
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
  Database(Database&& other) noexcept;
  Database& operator=(Database&&) = delete;
  ~Database();

  Result<void> execute(const char* statements);
  Result<Statement> prepare(std::string_view statement);
  // The one integer that the statement answers, a PRAGMA for instance.
  Result<std::int64_t> integer(std::string_view statement);
  // How many rows the last INSERT, UPDATE or DELETE has touched.
  std::int64_t rows_changed() const;
  // Of the file itself, whatever its log says. Whether all of the bytes are there.
  bool read_file(std::span<unsigned char> bytes, std::int64_t offset);
  // From now on nobody but copy_log copies the log into the file, and log_pages says how many pages
  // it has since the last commit.
  void keep_log();
  int log_pages() const { return *log_pages_; }
  // The end of this connection does not copy it either, and does not remove it.
  void leave_log();
  // As much as is not being read.
  Result<void> copy_log();
  // Gives the page cache back.
  void release_memory();
  const std::string& path() const { return *path_; }

 private:
  friend class StatementPreparer;
  friend class Transaction;
  Database(sqlite3* connection, const std::string& path);
  sqlite3* connection_;
  std::unique_ptr<int> log_pages_ = std::make_unique<int>(0);  // on the heap, as the next
  std::unique_ptr<const std::string> path_;  // on the heap, so that statements can point to it
};

// Prepares the statements that a class keeps as members, and keeps the first error, so that it is
// looked at once: none of the statements may be used where there is one.
class StatementPreparer {
 public:
  explicit StatementPreparer(Database& database) : database_(database) {}
  Statement operator()(std::string_view statement);
  const std::optional<Error>& error() const { return error_; }

 private:
  Database& database_;
  std::optional<Error> error_;
};

// Rolled back when it is destroyed without having been committed.
class Transaction {
 public:
  // For writing: takes the write lock at once, so that it cannot fail for it half way.
  static Result<Transaction> begin_write(Database& database);
  // For reading: everything read in it is of one moment.
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
