#pragma once
// The table of form labels: the latest of each field and answer of a licence. A label that comes
// again replaces a damaged row. Call every function within a transaction.

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <tuple>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/record.h"
#include "store/sqlite.h"
#include "store/totals.h"

namespace chatreports::store {

class LabelTable {
 public:
  LabelTable(Totals& totals, StatementPreparer& prepare);

  // Call at the beginning of a transaction, and after a rollback.
  void forget() { labels_.clear(); }
  // Returns whether any of them is later than the known one. Of two labels of the same time the
  // greater text counts.
  Result<bool> write(LicenseId license, std::span<const chat::FormLabel> labels);
  // Call before the transaction is committed: thousands of chats have the same few labels.
  Result<void> save();

 private:
  using Key = std::tuple<LicenseId, std::string, std::string, std::string>;
  struct Known {
    std::string label;
    Instant at = earliest_instant;
    bool is_there = false;
    bool is_changed = false;
    bool is_damaged = false;               // the row in the table
    std::optional<std::int64_t> checksum;  // of that row, unless it is damaged
  };
  Result<Known*> find(LicenseId license, const chat::FormLabel& label);

  Totals& totals_;
  Statement find_;
  Statement write_;
  std::map<Key, Known, std::less<>> labels_;  // of this transaction
};

}  // namespace chatreports::store
