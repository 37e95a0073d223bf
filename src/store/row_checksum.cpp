#include "store/row_checksum.h"

#define XXH_INLINE_ALL  // what is digested is short: a call would cost more than the digest
#include <xxhash.h>

#include <algorithm>

namespace chatreports::store {
namespace {

// They distinguish NULL from an integer, and an integer from equal bytes.
constexpr std::uint64_t null_mark = 0x9e3779b97f4a7c15;
constexpr std::uint64_t integer_mark = 0xc2b2ae3d27d4eb4f;

}  // namespace

RowChecksum::RowChecksum(CheckedTable table) : state_(static_cast<std::uint64_t>(table) + 1) {}

RowChecksum& RowChecksum::add(std::int64_t value) {
  state_ = XXH3_64bits_withSeed(&value, sizeof value, state_ ^ integer_mark);
  return *this;
}

RowChecksum& RowChecksum::add(std::optional<std::int64_t> value) {
  return value ? add(*value) : add_null();
}

RowChecksum& RowChecksum::add_bytes(std::string_view bytes) {
  state_ = XXH3_64bits_withSeed(bytes.data(), bytes.size(), state_);
  return *this;
}

RowChecksum& RowChecksum::add_optional_text(const std::optional<std::string>& text) {
  return text ? add_bytes(*text) : add_null();
}

RowChecksum& RowChecksum::add_null() {
  return add(static_cast<std::int64_t>(null_mark));
}

std::int64_t checksum_of_row(const Statement& row, CheckedTable table) {
  const TableForm& form = form_of(table);
  RowChecksum checksum(table);
  for (int column = 0; column < form.column_count; ++column) {
    switch (row.type(column)) {
      case ValueType::null:
        checksum.add_null();
        break;
      case ValueType::integer:
        checksum.add(row.integer(column));
        break;
      case ValueType::text:
        checksum.add_bytes(row.bytes(column));
        break;
      case ValueType::blob:
        if (std::ranges::find(form.ids, column) != form.ids.end()) {
          checksum.add_bytes(id_in(row, column));
        } else {
          checksum.add_bytes(row.bytes(column));
        }
        break;
    }
  }
  return checksum.value();
}

bool is_intact(const Statement& row, CheckedTable table) {
  const int columns = form_of(table).column_count;
  return row.type(columns) == ValueType::integer &&
         row.integer(columns) == checksum_of_row(row, table);
}

}  // namespace chatreports::store
