#pragma once
// Formats a report as a table for a terminal.

#include <string>

#include "base/allowance.h"
#include "report/rows.h"

namespace chatreports::render {

// Returns lines that end with a line feed: the total, if there is one; the rows of the report
// (report/rows.h), whose columns are aligned; and, if the report has several buckets, a line for
// each figure, and for each value below the buckets, with a small chart of it over the buckets. A
// text of outside is cut to 40 characters and shows no control characters.
//
// Stops early if the allowance is used up; the text is incomplete then. `buckets` as in take_rows.
std::string to_table(report::Report report, const Buckets& buckets, const chat::Team* names,
                     Allowance& allowance);

}  // namespace chatreports::render
