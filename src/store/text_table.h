#pragma once
// The table of texts that records name by their number. Every function belongs into the caller's
// transaction.

#include "base/error.h"
#include "store/sqlite.h"
#include "store/texts.h"

namespace chatreports::store {

class TextTable {
 public:
  TextTable(Database& database, Preparation& prepare);

  // At the beginning of every transaction, for whatever others have written since.
  Result<void> read_new();
  // At the end of one that writes.
  Result<void> save_new();
  // The transaction was taken back.
  void roll_back();

  Texts& texts() { return texts_; }

 private:
  Database& database_;
  Statement select_;
  Statement insert_;
  Texts texts_;
  std::size_t saved_ = 0;  // as many stand in the table
  std::size_t saved_at_begin_ = 0;
};

}  // namespace chatreports::store
