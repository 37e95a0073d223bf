#include "store/compaction.h"

#include <algorithm>
#include <utility>

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
  if (!search_ && !has_searched_) {
    search_ = {0, last.value, strings_.saved()};
    strings_.table().begin_marking();
  }
  if (search_) {
    if (auto done = look_at_records(is_enough); !done) {
      return std::unexpected(std::move(done.error()));
    }
    return step;
  }
  const auto is_small = shrink(is_enough);
  if (!is_small) return std::unexpected(is_small.error());
  step.is_done = *is_small;
  if (step.is_done) has_searched_ = false;  // the next compaction begins anew
  return step;
}

// To decode a record is to look up its strings, which marks them.
Result<void> Compaction::look_at_records(const std::function<bool()>& is_enough) {
  do {
    const std::int64_t end = std::min(search_->examined + rows_at_once, search_->last);
    auto done =
        for_each_row(records_.bind(1, search_->examined).bind(2, end), [this]() -> Result<void> {
          static_cast<void>(decode(records_.bytes(0), strings_.table()));
          return {};
        });
    if (!done) return done;
    search_->examined = end;
  } while (search_->examined < search_->last && !is_enough());
  if (search_->examined < search_->last) return {};
  erased_ = strings_.table().unused(search_->strings);
  return strings_.erase(erased_);
}

void Compaction::committed() {
  if (!search_ || search_->examined < search_->last) return;
  strings_.forget(std::exchange(erased_, {}));
  strings_.table().stop_marking();
  search_.reset();
  has_searched_ = true;
}

Result<bool> Compaction::shrink(const std::function<bool()>& is_enough) {
  while (true) {
    const auto free_pages = database_.integer("PRAGMA freelist_count");
    if (!free_pages) return std::unexpected(free_pages.error());
    if (*free_pages == 0) return true;
    if (auto removed = database_.execute(remove_pages); !removed) {
      return std::unexpected(std::move(removed.error()));
    }
    if (is_enough()) return false;
  }
}

}  // namespace chatreports::store
