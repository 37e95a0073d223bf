#pragma once
// Predicate → rows of a segment.

#include <optional>

#include "base/allowance.h"
#include "engine/native/columns/row_set.h"
#include "engine/native/parts/segment.h"
#include "report/plan.h"

namespace chatreports::engine::native {

// Prepares a predicate for selecting from many segments: sorts its lists and drops duplicates.
report::Predicate prepared(report::Predicate predicate);

// Whether the predicate obviously holds for every chat, so that there is nothing to select.
bool holds_for_all(const report::Predicate& predicate);

// Returns the rows for which the prepared predicate holds; any rows if the allowance is used up.
RowSet select(const Segment& segment, const report::Predicate& predicate, Allowance& allowance);

}  // namespace chatreports::engine::native
