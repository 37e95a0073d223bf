#pragma once
// The index over ids: from a kind of row, a licence and an id to the numbers of the rows. It stores
// a digest of 32 bits, which can collide, so the caller compares the id.
//
// Ids come in no order, and each would touch a page of its own. So an import keeps the ids of its
// latest rows in memory and adds a million to the table at once, in order. All rows up to the
// counter `indexed` are in the table. If an import is broken off, the next writer adds the others.
//
// Call every function within a transaction.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "store/recent_rows.h"
#include "store/sqlite.h"
#include "store/totals.h"

namespace chatreports::store {

// Stores contain these numbers.
enum class RowKind : std::uint8_t {
  thread = 0,              // by its id
  thread_of_greeting = 1,  // by the greeting's unique id
  greeting_event = 2,      // by the unique id
  agent_status = 3,        // by the agent and the time
  thread_of_author = 4,    // by the digest of an author who is not among its users
};

class RowIndex {
 public:
  RowIndex(Database& database, Totals& totals, StatementPreparer& prepare);

  // Call at the beginning of a transaction that writes; `last` is the number of the last change.
  // Returns the number after which the rows have to be added again, if there are any.
  Result<std::optional<std::int64_t>> begin(ChangeNumber last);
  // Call before the transaction is committed. Writes everything that was added to the table, except
  // what an import keeps in memory.
  Result<void> end(ChangeNumber last);
  // Empties it, so that all rows have to be added again.
  Result<void> clear();
  // Call after a rollback.
  void roll_back() { is_known_ = false; }

  // Until end_import about so many ids at most are kept in memory. A million and the filter take
  // about 80 MB.
  void begin_import(std::size_t most_recent) { most_recent_ = most_recent; }
  void end_import();

  Result<void> add(RowKind kind, LicenseId license, std::string_view id, std::int64_t number);
  // Removes what `add` has added. What an import keeps in memory may stay: then the number leads to
  // no row.
  Result<void> remove(RowKind kind, LicenseId license, std::string_view id, std::int64_t number);
  // Call if the id will be searched soon. Prefetches memory during an import.
  void prefetch(RowKind kind, LicenseId license, std::string_view id) const;
  // Returns numbers, ascending, each once; valid until the next call.
  Result<std::span<const std::int64_t>> find(RowKind kind, LicenseId license, std::string_view id);
  // Returns the number of the row that has the id. `by_number` selects the row whose number is its
  // parameter 1, and `is_it` returns whether that row has the id; then the statement stays on it.
  template <class IsIt>
  Result<std::optional<std::int64_t>> find_row(RowKind kind, LicenseId license, std::string_view id,
                                               Statement& by_number, IsIt is_it);

 private:
  std::int32_t digest(RowKind kind, LicenseId license, std::string_view id) const;
  Result<void> insert(std::int32_t digest, std::int64_t number);
  Result<void> insert_recent();
  Result<bool> may_be_in_table(std::int32_t digest);
  Result<void> fill_filter();

  Database& database_;
  Totals& totals_;
  Statement insert_;
  Statement remove_;
  Statement find_;
  Statement all_digests_;

  std::size_t most_recent_ = 0;  // not 0 during an import
  bool is_known_ = false;        // the members below are those of the store
  std::uint64_t seed_ = 0;
  std::int64_t last_ = 0;
  std::int64_t indexed_ = 0;
  RecentRows recent_;
  // A bit for each sixteen digests; if it is not set, none of them is in the table. Empty if an
  // import is too short to be worth it.
  std::vector<std::uint64_t> filter_;
  std::int64_t searches_without_filter_ = 0;
  std::vector<std::int64_t> found_;
};

template <class IsIt>
Result<std::optional<std::int64_t>> RowIndex::find_row(RowKind kind, LicenseId license,
                                                       std::string_view id, Statement& by_number,
                                                       IsIt is_it) {
  const auto numbers = find(kind, license, id);
  if (!numbers) return std::unexpected(numbers.error());
  for (const std::int64_t number : *numbers) {
    const auto is_there = by_number.bind(1, number).step();
    if (!is_there) return std::unexpected(is_there.error());
    if (*is_there && is_it()) return number;
    by_number.reset();
  }
  return std::nullopt;
}

}  // namespace chatreports::store
