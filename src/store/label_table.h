#pragma once
// The table of form labels: the latest of each field and answer of a licence. A label that comes
// again replaces a damaged row. Call every function except `read` within a transaction.

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "chat/record.h"
#include "store/change_counter.h"
#include "store/sqlite.h"
#include "store/totals.h"

namespace chatreports::store {

class LabelTable {
 public:
  LabelTable(const Database& database, Totals& totals, StatementPreparer& prepare);

  // Call at the beginning of a transaction, and after a rollback.
  void forget() {
    labels_.clear();
    counts_.clear();
  }
  // Returns whether any of them is later than the known one. Of two labels of the same time the
  // greater text counts. Only a text that has changed is a change: reports show no times. Leaves
  // out new labels if the licence has chat::max_labels of them.
  Result<bool> write(LicenseId license, std::span<const chat::FormLabel> labels,
                     ChangeCounter& counter);
  // Likewise for a record of a label. Fails with record_is_refused in place of leaving it out.
  Result<bool> write_record(LicenseId license, const chat::FormLabel& label,
                            ChangeCounter& counter);
  // Call before the transaction is committed: thousands of chats have the same few labels.
  Result<void> save();

  // Removes all labels of the licence. Call while none is in memory.
  Result<void> erase(LicenseId license);

  // Returns all labels of the licence, by form, field and answer. Fails if a row is damaged.
  Result<std::vector<chat::FormLabel>> read(LicenseId license);

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
  // Returns how many labels the licence has, but not more than chat::max_labels.
  Result<std::int64_t*> count(LicenseId license);

  const Database& database_;
  Totals& totals_;
  Statement find_;
  Statement read_;
  Statement count_;
  Statement write_;
  Statement erase_;
  std::map<Key, Known, std::less<>> labels_;  // of this transaction
  std::map<LicenseId, std::int64_t> counts_;  // likewise, of licences with new labels
  bool has_left_out_ = false;                 // at the last write
};

}  // namespace chatreports::store
