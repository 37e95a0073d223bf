#pragma once
// What all rows of a licence in a table come to: how many there are, and the sum of their
// checksums. A row that vanished with a damaged page, or that another licence seems to have, is
// missing here. Every function belongs into the caller's transaction.

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "base/numbers.h"
#include "store/row_checksum.h"
#include "store/sqlite.h"

namespace chatreports::store {

// The licence under which what belongs to all of them is counted.
constexpr LicenseId of_all_licenses{-1};

struct Total {
  std::int64_t rows = 0;
  std::int64_t sum = 0;  // of checksums; wraps around
  bool operator==(const Total&) const = default;
  Total& operator+=(const Total& other);
};

class Totals {
 public:
  Totals(Database& database, StatementPreparer& prepare);

  // What the transaction has done; the checksums are those of the rows.
  void added(CheckedTable table, LicenseId license, std::int64_t checksum);
  void replaced(CheckedTable table, LicenseId license, std::int64_t before, std::int64_t after);

  // All rows are gone.
  Result<void> clear(CheckedTable table, LicenseId license);

  // A damaged row of threads or form_labels was replaced, after which nobody knows what to take
  // off. If all rows are whole then, and as many as were written, the total is theirs; otherwise it
  // stays what it was.
  void repaired(CheckedTable table, LicenseId license) { repaired_.insert({license, table}); }
  bool has_repaired() const { return !repaired_.empty(); }

  // At the end of the transaction. A total that is damaged itself stays as it is.
  Result<void> save();
  // The transaction was taken back.
  void roll_back() {
    changes_.clear();
    repaired_.clear();
  }

 private:
  // Nothing where it is damaged; zeros where there is none.
  Result<std::optional<Total>> find(LicenseId license, CheckedTable table);

  Result<void> make_good();
  Result<Total> whole_rows(LicenseId license, CheckedTable table);

  Database& database_;
  std::map<std::pair<LicenseId, CheckedTable>, Total> changes_;
  std::set<std::pair<LicenseId, CheckedTable>> repaired_;
  Statement find_;
  Statement write_;
  Statement remove_;
};

}  // namespace chatreports::store
