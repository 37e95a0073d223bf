#pragma once
// Predicate → rows of a segment.

#include <optional>

#include "base/allowance.h"
#include "engine/native/columns/row_set.h"
#include "engine/native/parts/segment.h"
#include "report/plan.h"

namespace chatreports::engine::native {

// A predicate made ready to be asked of many segments: its lists are sorted, each value once.
report::Predicate prepared(report::Predicate predicate);

// True of a predicate that holds for every chat, whatever the chat: there is nothing to select.
bool holds_for_all(const report::Predicate& predicate);

// The rows of which the predicate holds; any, where the allowance is used up. `predicate` must be
// prepared.
RowSet select(const Segment& segment, const report::Predicate& predicate, Allowance& allowance);

}  // namespace chatreports::engine::native
