#pragma once
// The numbers of changes: one rising sequence for all tables, never used again.

#include <string_view>

#include "base/error.h"
#include "base/numbers.h"
#include "store/sqlite.h"

namespace chatreports::store {

// The named numbers of the store, each with a checksum. A missing or damaged one is an error.
Result<std::int64_t> read_counter(Database& database, std::string_view name);
Result<void> write_counter(Database& database, std::string_view name, std::int64_t value);

// Lives for one transaction: read at its beginning, saved at its end.
class ChangeCounter {
 public:
  static Result<ChangeCounter> read(Database& database);

  // The number of the next change. `spend` counts it; only then is it known that there is a change.
  std::int64_t next() const { return last_ + 1; }
  void spend() { ++last_; }

  Result<void> save(Database& database) const;
  ChangeNumber last() const { return {last_}; }

 private:
  explicit ChangeCounter(std::int64_t last) : last_(last), saved_(last) {}
  std::int64_t last_;
  std::int64_t saved_;
};

}  // namespace chatreports::store
