#pragma once
// The rows of the string table. Call every function within a transaction.

#include <cstdint>
#include <vector>

#include "base/error.h"
#include "store/sqlite.h"
#include "store/string_table.h"
#include "store/totals.h"

namespace chatreports::store {

class StringRows {
 public:
  StringRows(Totals& totals, StatementPreparer& prepare);

  // Call at the beginning of every transaction: another connection may have written since. A string
  // whose row is missing or damaged is left out, so records that name it can't be read.
  Result<void> read_new();
  // Call at the end of a transaction that writes.
  Result<void> save_new();
  // Removes the texts of these rows, which no record names. Call `forget` after the commit.
  Result<void> erase(const std::vector<std::uint32_t>& numbers);
  void forget(const std::vector<std::uint32_t>& numbers);
  // Returns the number of rows that were there at the beginning of the transaction.
  std::size_t saved() const { return saved_at_begin_; }
  // Call after a rollback.
  void roll_back();

  StringTable& table() { return strings_; }

 private:
  Result<std::size_t> last_number();

  Totals& totals_;
  Statement select_;
  Statement last_;
  Statement insert_;
  Statement find_;
  Statement erase_;
  StringTable strings_;
  std::size_t saved_ = 0;  // the number of rows
  std::size_t saved_at_begin_ = 0;
};

}  // namespace chatreports::store
