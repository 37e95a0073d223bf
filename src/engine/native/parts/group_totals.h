#pragma once
// What a segment remembers of questions that were asked of all of its rows: the figures of each
// value of a field. A cache: it is never saved, and made anew with the segment.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "report/plan.h"
#include "report/table.h"

namespace chatreports::engine::native {

// Any thread may use it.
class GroupTotals {
 public:
  using Figures = std::shared_ptr<const std::vector<report::Sum>>;

  // The figures for these, made where they are not known. `make` may run in several threads at a
  // time. Null where it makes none.
  Figures of(const report::Field& group_by, const std::vector<report::Measure>& measures,
             const std::function<std::optional<std::vector<report::Sum>>()>& make) const;

 private:
  // Reports ask few different things; whatever asks more takes the place of the oldest.
  static constexpr std::size_t most_questions = 8;

  struct Known {
    report::Field group_by;
    std::vector<report::Measure> measures;
    Figures figures;
  };

  Figures find(const report::Field& group_by, const std::vector<report::Measure>& measures) const;

  mutable std::mutex mutex_;
  mutable std::vector<Known> known_;  // guarded by mutex_
};

}  // namespace chatreports::engine::native
