#pragma once
// The list of all reports.

#include <span>
#include <string_view>

#include "report/definition.h"

namespace chatreports::report {

// In the order of the API text.
std::span<const Definition> catalogue();

// Null if there is no such report.
const Definition* find(std::string_view resource, std::string_view action);
// The report whose action has the same letters, ignoring case and all other characters; null if
// there is none.
const Definition* find_meant(std::string_view action);

}  // namespace chatreports::report
