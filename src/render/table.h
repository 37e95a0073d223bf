#pragma once
// Formats a report as a table for a terminal.

#include <string>

#include "base/allowance.h"
#include "report/rows.h"

namespace chatreports::render {

// Returns lines that end with a line feed: the total, if there is one; the rows of the report
// (report/rows.h), whose columns are aligned; and, if the report is by bucket, a line for each
// figure with a small chart of it over the buckets. Of a report by bucket and another value, each
// value has such a line and no other. A text of outside shows no control characters.
//
// Stops early if the allowance is used up; the text is incomplete then. `buckets` as in take_rows.
std::string to_table(report::Report report, const Buckets& buckets, Allowance& allowance);

}  // namespace chatreports::render
