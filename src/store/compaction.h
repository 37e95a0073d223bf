#pragma once
// Removes from the store's file what deletions have left: the texts of the string table that no
// record names any more, and free pages. SQLite overwrites what is deleted with zeros
// (secure_delete), so free pages contain nothing. One thread.

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "store/sqlite.h"
#include "store/string_rows.h"

namespace chatreports::store {

struct CompactionStep {
  bool is_done = false;
  ChangeNumber last_change;  // of the store
};

class Compaction {
 public:
  Compaction(Database& database, StringRows& strings, StatementPreparer& prepare);

  // Call within a transaction that writes. Goes on until is_enough. `last` is the number of the
  // last change.
  Result<CompactionStep> go_on(const std::function<bool()>& is_enough, ChangeNumber last);
  // Call after the commit.
  void committed();

 private:
  Result<void> look_at_records(const std::function<bool()>& is_enough);
  Result<bool> shrink(const std::function<bool()>& is_enough);

  Database& database_;
  StringRows& strings_;
  Statement records_;
  // While records are looked at: they were up to `examined`, and have to be up to `last`. Later
  // ones are noticed when they are written.
  struct Search {
    std::int64_t examined = 0;
    std::int64_t last = 0;
    std::size_t strings = 0;  // that may be unused
  };
  std::optional<Search> search_;
  bool has_searched_ = false;
  std::vector<std::uint32_t> erased_;  // in the transaction
};

}  // namespace chatreports::store
