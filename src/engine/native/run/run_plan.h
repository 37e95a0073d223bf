#pragma once
// Plan → Table, over the segments of a licence.

#include <memory>
#include <span>

#include "base/allowance.h"
#include "engine/native/parts/segment.h"
#include "report/plan.h"
#include "report/table.h"

namespace chatreports::engine::native {

using Segments = std::vector<std::shared_ptr<const Segment>>;  // ascending, apart from each other

// Each breaks off where the allowance is used up; the table is worth nothing then.

report::Table run_chats(const Segments& segments, const report::Plan& plan,
                        const report::ChatsSource& source, Allowance& allowance);

report::Table run_submissions(const Segments& segments, const report::Plan& plan,
                              Allowance& allowance);

// Cost: two searches an agent and segment; where the predicate leaves chats out, the intervals of
// the segments in the range are gone through.
report::Table run_chatting_times(const Segments& segments, const report::Plan& plan,
                                 Allowance& allowance);

// The rows of the segment that the plan picks by when the chat started.
RowRange rows_picked_by_start(const Segment& segment, const report::Plan& plan);

}  // namespace chatreports::engine::native
