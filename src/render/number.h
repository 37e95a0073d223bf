#pragma once
// A number of a report as text.

#include <string>

#include "report/report.h"

namespace chatreports::render {

// Appends it as JSON and CSV have it: `5`, `51.06`, or the shortest text that reads back as the
// same double.
void append_number(std::string& text, const report::Number& number);

}  // namespace chatreports::render
