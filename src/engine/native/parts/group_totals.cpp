#include "engine/native/parts/group_totals.h"

#include <algorithm>

namespace chatreports::engine::native {

GroupTotals::Figures GroupTotals::find(const report::Field& group_by,
                                       const std::vector<report::Measure>& measures) const {
  const auto found = std::ranges::find_if(known_, [&](const Known& known) {
    return known.group_by == group_by && known.measures == measures;
  });
  return found == known_.end() ? nullptr : found->figures;
}

GroupTotals::Figures GroupTotals::of(
    const report::Field& group_by, const std::vector<report::Measure>& measures,
    const std::function<std::optional<std::vector<report::Sum>>()>& make) const {
  {
    const std::lock_guard lock(mutex_);
    if (auto known = find(group_by, measures)) return known;
  }
  auto figures = make();
  if (!figures) return nullptr;
  auto made = std::make_shared<const std::vector<report::Sum>>(*std::move(figures));
  const std::lock_guard lock(mutex_);
  if (find(group_by, measures)) return made;
  if (known_.size() == most_questions) known_.erase(known_.begin());
  known_.push_back({group_by, measures, made});
  return made;
}

}  // namespace chatreports::engine::native
