#pragma once
// The number of rows of a licence in a table, and the sum of their checksums. They reveal a row
// that was lost with a damaged page, or that seems to belong to another licence. Call every
// function within a transaction.

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

// Stands for all licences, in tables whose rows belong to all of them.
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

  // Call for each row that the transaction writes or removes, with its checksum.
  void added(CheckedTable table, LicenseId license, std::int64_t checksum);
  void removed(CheckedTable table, LicenseId license, std::int64_t checksum);
  void replaced(CheckedTable table, LicenseId license, std::int64_t before, std::int64_t after);

  // Call when all rows were deleted.
  Result<void> clear(CheckedTable table, LicenseId license);

  // Call when a damaged row was replaced or removed (with any checksum): its own is not known.
  // If all rows are intact then and their number is right, their sum becomes the total; otherwise
  // the total stays.
  void repaired(CheckedTable table, LicenseId license) { repaired_.insert({license, table}); }
  bool has_repaired() const { return !repaired_.empty(); }

  // Call before the transaction is committed. A total that is itself damaged stays.
  Result<void> save();
  // Call after a rollback.
  void roll_back() {
    changes_.clear();
    repaired_.clear();
  }

 private:
  // Returns nothing if the total is damaged, zeros if there is none.
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
