#pragma once
// A segment's cache of figures of all of its rows, for each value of a field. It is never saved.

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "report/plan.h"
#include "report/table.h"

namespace chatreports::engine::native {

// Any thread.
class GroupTotals {
 public:
  using Figures = std::shared_ptr<const std::vector<report::Sum>>;

  // Returns the figures; calls `make` if they are not in the cache, and returns null if it makes
  // none. Several threads may call their `make` at the same time.
  Figures of(const report::Field& group_by, const std::vector<report::Measure>& measures,
             const std::function<std::optional<std::vector<report::Sum>>()>& make) const;

 private:
  // Reports use few different ones; another one replaces the oldest.
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
