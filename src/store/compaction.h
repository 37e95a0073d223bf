#pragma once
// Removes from the store's file what deletions have left: the texts of the string table that no
// record names any more, and free pages. SQLite overwrites what is deleted with zeros
// (secure_delete), so free pages contain nothing. One thread.

#include <cstdint>
#include <functional>
#include <vector>

#include "base/error.h"
#include "base/numbers.h"
#include "store/sqlite.h"
#include "store/string_rows.h"

namespace chatreports::store {

struct CompactionStep {
  bool has_nothing_to_do = false;  // the file has no traces
  ChangeNumber last_change;        // of the store
};

class Compaction {
 public:
  Compaction(Database& database, StringRows& strings, StatementPreparer& prepare);

  // Call within a transaction that writes. Goes on until is_enough. `last` is the number of the
  // last change.
  Result<CompactionStep> go_on(const std::function<bool()>& is_enough, ChangeNumber last);
  // Call after the commit.
  void committed();
  // Returns whether the file has no traces any more: only the log may have some.
  bool is_whole() const { return stage_ == Stage::whole; }
  // Call when the log has none either.
  void end() { stage_ = Stage::idle; }

 private:
  enum class Stage : std::uint8_t { idle, looking, shrinking, whole };

  Result<bool> begin(ChangeNumber last);
  Result<void> look_at_records(const std::function<bool()>& is_enough);
  Result<void> shrink(const std::function<bool()>& is_enough);

  Database& database_;
  StringRows& strings_;
  Statement records_;
  Stage stage_ = Stage::idle;
  Stage next_stage_ = Stage::idle;  // after the commit
  std::int64_t traces_ = 0;         // the counter at the beginning
  // Records are looked at up to `examined`, and have to be up to `last`. Later ones are noticed
  // when they are written.
  std::int64_t examined_ = 0;
  std::int64_t last_ = 0;
  std::size_t known_strings_ = 0;      // that may be unused
  std::vector<std::uint32_t> erased_;  // in the transaction
};

}  // namespace chatreports::store
