#pragma once
// The table of texts that records name by their number. Every function belongs into the caller's
// transaction.

#include "base/error.h"
#include "store/sqlite.h"
#include "store/texts.h"
#include "store/totals.h"

namespace chatreports::store {

class TextTable {
 public:
  TextTable(Totals& totals, Preparation& prepare);

  // At the beginning of every transaction, for whatever others have written since. A text that is
  // not there or not what was written is none: records that name it can't be read.
  Result<void> read_new();
  // At the end of one that writes.
  Result<void> save_new();
  // The transaction was taken back.
  void roll_back();

  Texts& texts() { return texts_; }

 private:
  Result<std::size_t> last_number();

  Totals& totals_;
  Statement select_;
  Statement last_;
  Statement insert_;
  Texts texts_;
  std::size_t saved_ = 0;  // as many stand in the table
  std::size_t saved_at_begin_ = 0;
};

}  // namespace chatreports::store
