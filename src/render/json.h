#pragma once
// Report → JSON text, in the order of its entries, without white space.

#include <string>

#include "base/allowance.h"
#include "report/report.h"

namespace chatreports::render {

// Breaks off where the allowance is used up, as by a text of more bytes than it has; the text is
// worth nothing then.
std::string to_json(const report::Report& report, Allowance& allowance);

}  // namespace chatreports::render
