#pragma once
// The checksum of a row, in its last column: 32 bits over the number of the table and all other
// columns, so that no damaged record, licence or id passes unnoticed. Every reader of a row
// compares it. SQLite's own structures have no checksum; the totals (totals.h) show rows that they
// have lost.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "store/checked_table.h"
#include "store/sqlite.h"
#include "store/stored_id.h"

namespace chatreports::store {

// Add the columns in the order of the table.
class RowChecksum {
 public:
  explicit RowChecksum(CheckedTable table);

  RowChecksum& add(std::int64_t value);
  RowChecksum& add(std::optional<std::int64_t> value);
  RowChecksum& add_bytes(std::string_view bytes);  // text or blob
  RowChecksum& add_optional_text(const std::optional<std::string>& text);
  RowChecksum& add_null();

  // The value in the column.
  std::int64_t value() const { return static_cast<std::int32_t>(state_); }

 private:
  std::uint64_t state_;
};

// Bytes that are bound as a blob, not as text.
struct Blob {
  std::string_view bytes;
};

// Binds each column to the statement's next parameter, from 1, and adds it to the checksum, so that
// the two cannot differ.
class RowBinding {
 public:
  RowBinding(Statement& statement, CheckedTable table) : statement_(statement), checksum_(table) {}

  void add(std::int64_t value) {
    statement_.bind(++parameter_, value);
    checksum_.add(value);
  }
  void add(std::optional<std::int64_t> value) {
    statement_.bind(++parameter_, value);
    checksum_.add(value);
  }
  void add(std::string_view text) {
    statement_.bind_text(++parameter_, text);
    checksum_.add_bytes(text);
  }
  void add(std::optional<std::string_view> text) {
    if (text) {
      add(*text);
    } else {
      statement_.bind_null(++parameter_);
      checksum_.add_null();
    }
  }
  void add(Blob blob) {
    statement_.bind_bytes(++parameter_, blob.bytes);
    checksum_.add_bytes(blob.bytes);
  }
  void add(std::optional<Blob> blob) {
    if (blob) {
      add(*blob);
    } else {
      statement_.bind_null(++parameter_);
      checksum_.add_null();
    }
  }
  // The checksum is that of the text, so a text that has become a blob is damaged.
  void add(const StoredId& id) {
    id.bind_to(statement_, ++parameter_);
    checksum_.add_bytes(id.text());
  }
  void add(const std::optional<StoredId>& id) {
    if (id) {
      add(*id);
    } else {
      statement_.bind_null(++parameter_);
      checksum_.add_null();
    }
  }
  // Binds the checksum, and returns it.
  std::int64_t end() {
    statement_.bind(parameter_ + 1, checksum_.value());
    return checksum_.value();
  }

 private:
  Statement& statement_;
  RowChecksum checksum_;
  int parameter_ = 0;
};

// Binds all columns of a row, in the order of the table, and the checksum after them, which it
// returns. The statement may ignore some of them.
template <class... Columns>
std::int64_t bind_row(Statement& statement, CheckedTable table, const Columns&... columns) {
  RowBinding row(statement, table);
  (row.add(columns), ...);
  return row.end();
}

// Returns the checksum of the columns of the row on which the statement stands: those of the table,
// from column 0.
std::int64_t checksum_of_row(const Statement& row, CheckedTable table);

// Returns the checksum in the column behind these.
inline std::int64_t checksum_in_row(const Statement& row, CheckedTable table) {
  return row.integer(form_of(table).column_count);
}

// Returns whether the two are the same.
bool is_intact(const Statement& row, CheckedTable table);

}  // namespace chatreports::store
