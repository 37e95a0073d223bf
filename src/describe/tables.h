#pragma once
// The reports of the catalogue as tables in Markdown. Each text ends with a line break.

#include <string>

namespace chatreports::describe {

// A row for each report: its records and its total.
std::string table_of_reports();
// A row for each figure of each report, in its unit.
std::string table_of_figures();

}  // namespace chatreports::describe
