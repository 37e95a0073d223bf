#pragma once
// Plan → Table, over the segments of a licence.

#include <memory>
#include <span>

#include "engine/native/segment.h"
#include "report/plan.h"
#include "report/table.h"

namespace chatreports::engine::native {

using Segments = std::vector<std::shared_ptr<const Segment>>;  // ascending, apart from each other

report::Table run_chats(const Segments& segments, const report::Plan& plan,
                        const report::ChatsSource& source);

report::Table run_submissions(const Segments& segments, const report::Plan& plan);

// Cost: two searches an agent and segment; where the predicate leaves chats out, the intervals of
// the segments in the range are gone through.
report::Table run_chatting_times(const Segments& segments, const report::Plan& plan);

// The rows of the segment that the plan picks by when the chat started.
RowRange rows_picked_by_start(const Segment& segment, const report::Plan& plan);

}  // namespace chatreports::engine::native
