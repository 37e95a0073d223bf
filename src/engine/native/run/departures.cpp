#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "engine/native/run/run_plan.h"
#include "engine/native/run/select.h"

namespace chatreports::engine::native {
namespace {

report::DepartureCell cell_of(const Segment& segment, const Departures::Departure& departure) {
  const bool is_known = departure.customer != chat::CustomerDigest{};
  return {segment.started_at().value(departure.row),
          std::string(departure.thread_id),
          std::string(departure.chat_id),
          is_known ? std::optional(departure.customer) : std::nullopt,
          departure.group,
          departure.queued_at,
          Duration(segment.column(report::Column::queue_wait).value(departure.row)),
          departure.has_pre_chat_form};
}

}  // namespace

report::Table run_source(const Run& run, const report::DeparturesSource&) {
  constexpr std::size_t steps_a_cell = 16;
  const report::Predicate predicate = prepared(run.plan.predicate);
  std::vector<report::DepartureCell> cells;
  Steps steps(run.allowance);
  for (const auto& segment : run.chunks<Segment>()) {
    if (run.allowance.is_used_up()) return cells;
    const Departures& departures = segment->departures();
    const RowRange picked = rows_picked_by_start(*segment, run.plan);
    const std::uint32_t begin = departures.first_from(picked.begin);
    const std::uint32_t end = departures.first_from(picked.end);
    if (begin >= end) continue;
    std::optional<RowSet> among;
    if (!holds_for_all(predicate)) among.emplace(select(*segment, predicate, run.allowance));
    for (std::uint32_t number = begin; number < end; ++number) {
      const Departures::Departure departure = departures[number];
      if (among && !among->contains(departure.row)) continue;
      cells.push_back(cell_of(*segment, departure));
      if (steps.take(steps_a_cell) ||
          run.allowance.is_used_up_by(cells.size() * run.allowance.bytes_of_cell(0))) {
        return cells;
      }
    }
  }
  // Segments order chats of the same start by number, a table does by id.
  std::ranges::sort(cells);
  return cells;
}

}  // namespace chatreports::engine::native
