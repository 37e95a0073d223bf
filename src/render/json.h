#pragma once
// Formats a report as JSON.

#include <string>
#include <string_view>

#include "base/allowance.h"
#include "report/report.h"

namespace chatreports::render {

// Returns the JSON text, without white space, in the order of the report's entries. `request` is
// JSON that stands behind the name, under the key `request`; empty for none. Stops early if the
// allowance is used up; the text is incomplete then.
std::string to_json(const report::Report& report, Allowance& allowance,
                    std::string_view request = {});

}  // namespace chatreports::render
