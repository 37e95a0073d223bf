#pragma once
// Formats the rows of a report (report/rows.h) as CSV or as JSON.

#include <string>

#include "base/allowance.h"
#include "report/rows.h"

namespace chatreports::render {

// CSV as RFC 4180 has it: a header of the names of the columns, with units in parentheses, and a
// line that ends with CR and LF for each row. A text is quoted if it has a comma, a semicolon, a
// tab, a quote, CR or LF. An apostrophe stands before a text that begins with =, +, -, @, tab, CR
// or LF, after any apostrophes of its own, which a spreadsheet would take for a formula. An empty
// cell is empty.
//
// Stops early if the allowance is used up; the text is incomplete then. `buckets` and `names` as in
// take_rows.
std::string to_csv(report::Report report, const Buckets& buckets, const chat::Team* names,
                   Allowance& allowance);

// A JSON array of objects, whose keys are the names of the columns. An empty cell is null. Stops as
// to_csv does.
std::string to_json_rows(report::Report report, const Buckets& buckets, const chat::Team* names,
                         Allowance& allowance);

}  // namespace chatreports::render
