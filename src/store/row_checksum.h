#pragma once
// The checksum of a row, which stands in the row's last column: 32 bits over the table and all
// other columns, so that neither a damaged record nor a damaged licence or id passes for what was
// written. Whoever reads a row looks at it. SQLite's own structure has none; what damage to that
// takes away shows in the totals (totals.h).

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "store/sqlite.h"

namespace chatreports::store {

// The numbers stand in stores: in the totals, and in every checksum.
enum class CheckedTable : std::uint8_t {
  threads = 0,
  greeting_events = 1,
  agent_statuses = 2,
  agents = 3,
  groups = 4,
  chats = 5,
  strings = 6,
  row_index = 7,
  thread_moves = 8,
  greeting_event_replacements = 9,
  counters = 10,
  totals = 11,
  tokens = 12,
  form_labels = 13,
  digest_keys = 14,
};

// Columns are added in the order of the table.
class RowChecksum {
 public:
  explicit RowChecksum(CheckedTable table);

  RowChecksum& add(std::int64_t value);
  RowChecksum& add(std::optional<std::int64_t> value);
  RowChecksum& add_bytes(std::string_view bytes);  // text or blob
  RowChecksum& add_optional_text(const std::optional<std::string>& text);
  RowChecksum& add_null();

  // As it stands in the column.
  std::int64_t value() const { return static_cast<std::int32_t>(state_); }

 private:
  std::uint64_t state_;
};

// Bytes that are bound as a blob, not as text.
struct Blob {
  std::string_view bytes;
};

// A row that is about to be written: each column is bound to the statement's next parameter, from
// 1, and goes into the checksum, so that the two can't differ.
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
  // Binds the checksum, too.
  std::int64_t end() {
    statement_.bind(parameter_ + 1, checksum_.value());
    return checksum_.value();
  }

 private:
  Statement& statement_;
  RowChecksum checksum_;
  int parameter_ = 0;
};

// Binds all columns of a row, in the order of the table, and its checksum behind them, which is the
// answer. The statement need not use each of them.
template <class... Columns>
std::int64_t bind_row(Statement& statement, CheckedTable table, const Columns&... columns) {
  RowBinding row(statement, table);
  (row.add(columns), ...);
  return row.end();
}

// Of the row on which the statement stands, whose columns from 0 are the first `columns` of the
// table.
std::int64_t checksum_of_row(const Statement& row, CheckedTable table, int columns);

// Whether those columns have the checksum that follows them.
bool is_intact(const Statement& row, CheckedTable table, int columns);

}  // namespace chatreports::store
