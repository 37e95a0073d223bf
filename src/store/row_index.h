#pragma once
// The index over ids: from a licence and an id to the numbers of the rows that may speak of it:
// threads with that id, greeting events with that unique id, threads with that greeting, statuses
// of an agent at a time. It keeps a digest of 32 bits in place of the id, so whoever finds a row
// must look whether it is the one.
//
// Ids come in no order, and each would touch a page of its own. So an import keeps those of the
// latest rows in memory and puts millions into the table at once, in order. The counter `indexed`
// says up to which number the rows are all in the table; the others are read again by whoever
// writes next, should an import end before it is done.
//
// Every function belongs into the caller's transaction.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "store/recent_rows.h"
#include "store/sqlite.h"

namespace chatreports::store {

class RowIndex {
 public:
  explicit RowIndex(Preparation& prepare);

  // At the beginning of a transaction that writes; `last` is the last change there is. Answers
  // after which number the rows have to be added again; mostly there are none.
  Result<std::optional<std::int64_t>> begin(ChangeNumber last);
  // At its end. All that was added is in the table then, unless an import may keep it for later.
  Result<void> end(ChangeNumber last);
  // The transaction was taken back.
  void roll_back() { is_known_ = false; }

  // While an import writes, ids are kept for later: in some 150 MB of memory.
  void set_importing(bool is_importing) { is_importing_ = is_importing; }

  Result<void> add(LicenseId license, std::string_view id, std::int64_t number);
  // Ascending, each once; valid until the next call.
  Result<std::span<const std::int64_t>> find(LicenseId license, std::string_view id);

 private:
  std::int32_t digest(LicenseId license, std::string_view id) const;
  Result<void> insert(std::int32_t digest, std::int64_t number);
  Result<void> insert_recent();
  Result<bool> may_be_in_table(std::int32_t digest);
  Result<void> fill_filter();

  Statement read_counters_;
  Statement save_indexed_;
  Statement insert_;
  Statement find_;
  Statement all_digests_;

  bool is_importing_ = false;
  bool is_known_ = false;  // what follows is true of the store
  std::uint64_t seed_ = 0;
  std::int64_t last_ = 0;
  std::int64_t indexed_ = 0;
  RecentRows recent_;
  // A bit for each sixteen digests: none of them is in the table where it is not set. Empty where
  // an import is not long enough to be worth it.
  std::vector<bool> filter_;
  std::int64_t searches_without_filter_ = 0;
  std::vector<std::int64_t> found_;
};

}  // namespace chatreports::store
