#pragma once
// Plans that group by the outcome of the queue, and measure waits: a walk over the chats that were
// queued alone.

#include <vector>

#include "engine/native/parts/segment.h"
#include "engine/native/run/bucket_rows.h"
#include "engine/native/run/group_chats.h"
#include "report/plan.h"

namespace chatreports::engine::native {

bool are_of_queue_waits(const report::Field& group_by,
                        const std::vector<report::Measure>& measures);

// Adds the figures of the picked rows, or of all if `picked` is null. Requires
// are_of_queue_waits(). Breaks off as add_grouped() does.
void add_queue_waits(const Segment& segment, const std::vector<BucketRows>& buckets,
                     const RowSet* picked, const std::vector<report::Measure>& measures,
                     Groups& groups);

}  // namespace chatreports::engine::native
