#pragma once
// Plan → Table, over the parts of a licence.

#include "base/allowance.h"
#include "engine/idle_threads.h"
#include "engine/native/parts/license_parts.h"
#include "report/plan.h"
#include "report/table.h"

namespace chatreports::engine::native {

// One run of a plan. All of it is borrowed.
struct Run {
  const LicenseParts& parts;
  const report::Plan& plan;
  IdleThreads& idle_threads;
  Allowance& allowance;

  template <class Chunk>
  const Chunks<Chunk>& chunks() const {
    return std::get<Chunks<Chunk>>(parts);
  }
};

// Computes the plan's table. Breaks off if the allowance is used up; the table is worthless then.
report::Table run_plan(const Run& run);

// One function for each source, in a file of its own: as run_plan, where `source` is that of the
// plan.
report::Table run_source(const Run& run, const report::ChatsSource& source);
report::Table run_source(const Run& run, const report::SubmissionsSource& source);
report::Table run_source(const Run& run, const report::DeparturesSource& source);
report::Table run_source(const Run& run, const report::GreetingEventsSource& source);
report::Table run_source(const Run& run, const report::StatusTimesSource& source);
report::Table run_source(const Run& run, const report::ChattingTimesSource& source);

// Returns the rows of the segment whose chats the plan picks by their start.
RowRange rows_picked_by_start(const Segment& segment, const report::Plan& plan);

}  // namespace chatreports::engine::native
