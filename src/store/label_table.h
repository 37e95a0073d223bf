#pragma once
// The table of a licence's form labels: of each field and answer the latest. A label that comes in
// again takes the place of a damaged row. Every function belongs into the caller's transaction.

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

  // At the beginning of a transaction, and when one was taken back.
  void forget() { labels_.clear(); }
  // Answers whether any of them is later than what is known. Of two of the same time the greater
  // text counts.
  Result<bool> write(LicenseId license, std::span<const chat::FormLabel> labels);
  // At the end of a transaction: thousands of chats have the same few labels.
  Result<void> save();

 private:
  using Key = std::tuple<LicenseId, std::string, std::string, std::string>;
  struct Known {
    std::string label;
    Instant at = earliest_instant;
    bool is_there = false;
    bool is_changed = false;
    bool is_damaged = false;               // the row that is in the table
    std::optional<std::int64_t> checksum;  // of that row, if it is whole
  };
  Result<Known*> find(LicenseId license, const chat::FormLabel& label);

  Totals& totals_;
  Statement find_;
  Statement write_;
  std::map<Key, Known, std::less<>> labels_;  // that were met in this transaction
};

}  // namespace chatreports::store
