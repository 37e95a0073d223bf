#include "store/compaction.h"

#include <algorithm>
#include <utility>

#include "store/change_counter.h"
#include "store/record_codec.h"

namespace chatreports::store {
namespace {

// Rows, and pages, between two looks at the clock.
constexpr std::int64_t rows_at_once = 512;
constexpr const char* remove_pages = "PRAGMA incremental_vacuum(64)";

}  // namespace

Compaction::Compaction(Database& database, StringRows& strings, StatementPreparer& prepare)
    : database_(database),
      strings_(strings),
      records_(prepare("SELECT record FROM threads "
                       "WHERE thread_number > ?1 AND thread_number <= ?2")) {}

Result<CompactionStep> Compaction::go_on(const std::function<bool()>& is_enough,
                                         ChangeNumber last) {
  CompactionStep step;
  next_stage_ = stage_;
  if (stage_ == Stage::idle) {
    const auto begun = begin(last);
    if (!begun) return std::unexpected(begun.error());
    step.has_nothing_to_do = !*begun;
    return step;
  }
  const auto done = stage_ == Stage::looking ? look_at_records(is_enough) : shrink(is_enough);
  if (!done) return std::unexpected(done.error());
  return step;
}

Result<bool> Compaction::begin(ChangeNumber last) {
  const auto traces = read_counter(database_, "traces");
  if (!traces) return std::unexpected(traces.error());
  const auto compacted = read_counter(database_, "compacted");
  if (!compacted) return std::unexpected(compacted.error());
  if (*traces == *compacted) return false;
  traces_ = *traces;
  examined_ = 0;
  last_ = last.value;
  known_strings_ = strings_.saved();
  strings_.table().begin_marking();
  next_stage_ = Stage::looking;
  return true;
}

// To decode a record is to look up its strings, which marks them.
Result<void> Compaction::look_at_records(const std::function<bool()>& is_enough) {
  do {
    const std::int64_t end = std::min(examined_ + rows_at_once, last_);
    auto done = for_each_row(records_.bind(1, examined_).bind(2, end), [this]() -> Result<void> {
      static_cast<void>(decode(records_.bytes(0), strings_.table()));
      return {};
    });
    if (!done) return done;
    examined_ = end;
  } while (examined_ < last_ && !is_enough());
  if (examined_ < last_) return {};
  erased_ = strings_.table().unused(known_strings_);
  next_stage_ = Stage::shrinking;
  return strings_.erase(erased_);
}

Result<void> Compaction::shrink(const std::function<bool()>& is_enough) {
  do {
    const auto free_pages = database_.integer("PRAGMA freelist_count");
    if (!free_pages) return std::unexpected(free_pages.error());
    if (*free_pages == 0) {
      next_stage_ = Stage::whole;
      return write_counter(database_, "compacted", traces_);
    }
    if (auto removed = database_.execute(remove_pages); !removed) return removed;
  } while (!is_enough());
  return {};
}

void Compaction::committed() {
  if (stage_ == Stage::looking && next_stage_ == Stage::shrinking) {
    strings_.forget(std::exchange(erased_, {}));
    strings_.table().stop_marking();
  }
  stage_ = next_stage_;
}

}  // namespace chatreports::store
