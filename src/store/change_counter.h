#pragma once
// The numbers of changes: one rising sequence for all tables, never used again.

#include <string_view>

#include "base/error.h"
#include "base/numbers.h"
#include "store/sqlite.h"

namespace chatreports::store {

// The numbers that the store keeps under a name, each with a checksum. One that is not there, or
// not what was written, is an error.
Result<std::int64_t> read_counter(Database& database, std::string_view name);
Result<void> write_counter(Database& database, std::string_view name, std::int64_t value);

// Belongs to one transaction: made in it, saved at its end.
class ChangeCounter {
 public:
  static Result<ChangeCounter> read(Database& database);

  // The number that the next change will have; it is spent by `spend`, because whether there is a
  // change at all is known only once it has been tried.
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
