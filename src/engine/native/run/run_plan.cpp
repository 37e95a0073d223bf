#include "engine/native/run/run_plan.h"

#include <variant>

namespace chatreports::engine::native {

report::Table run_plan(const Run& run) {
  return std::visit([&run](const auto& source) { return run_source(run, source); },
                    run.plan.source);
}

RowRange rows_picked_by_start(const Segment& segment, const report::Plan& plan) {
  if (plan.any_start) return {0, segment.size()};
  const TimeRange range = plan.buckets.range();
  if (range.from <= segment.first_start() && segment.last_start() <= range.to) {
    return {0, segment.size()};
  }
  return segment.started_at().rows_between(range.from, range.to + Duration{1});
}

}  // namespace chatreports::engine::native
