#pragma once
// The index over ids: from a kind of row, a licence and an id to the numbers of the rows that may
// be meant. It keeps a digest of 32 bits in place of these, so whoever finds a row must look
// whether it is the one.
//
// Ids come in no order, and each would touch a page of its own. So an import keeps those of the
// latest rows in memory and puts a million into the table at once, in order. The counter `indexed`
// says up to which number the rows are all in the table; the others are read again by whoever
// writes next, should an import end before it is done.
//
// Every function belongs into the caller's transaction.

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

// The numbers stand in stores.
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

  // At the beginning of a transaction that writes; `last` is the last change there is. Answers
  // after which number the rows have to be added again; mostly there are none.
  Result<std::optional<std::int64_t>> begin(ChangeNumber last);
  // At its end. All that was added is in the table then, unless an import may keep it for later.
  Result<void> end(ChangeNumber last);
  // Empties it, so that all rows have to be added again.
  Result<void> clear();
  // The transaction was taken back.
  void roll_back() { is_known_ = false; }

  // While an import writes, about so many ids at most are kept for later: of a million and the
  // filter, some 80 MB.
  void begin_import(std::size_t most_recent) { most_recent_ = most_recent; }
  void end_import();

  Result<void> add(RowKind kind, LicenseId license, std::string_view id, std::int64_t number);
  // It will be looked for soon, while an import writes: memory is slow, and this does not wait for
  // it.
  void prefetch(RowKind kind, LicenseId license, std::string_view id) const;
  // Ascending, each once; valid until the next call.
  Result<std::span<const std::int64_t>> find(RowKind kind, LicenseId license, std::string_view id);
  // The number of the row that is meant. `by_number` selects the row of the number that is its
  // parameter 1; `is_it` says whether that is the one on which it stands, and then it stays there.
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
  Statement find_;
  Statement all_digests_;

  std::size_t most_recent_ = 0;  // not 0 while an import writes
  bool is_known_ = false;        // what follows is true of the store
  std::uint64_t seed_ = 0;
  std::int64_t last_ = 0;
  std::int64_t indexed_ = 0;
  RecentRows recent_;
  // A bit for each sixteen digests: none of them is in the table where it is not set. Empty where
  // an import is not long enough to be worth it.
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
