#pragma once
// The flags of `chatreports report` → the JSON of a question, as docs/api.md has it.

#include <cstdint>
#include <string>
#include <string_view>

#include "app/report.h"
#include "base/error.h"
#include "report/definition.h"

namespace chatreports::app {

// Returns the object `filters` of the question. Fails if a flag is wrong.
Result<std::string> filters_of(const ReportOptions& options);

// Returns the whole question. Where all reports are asked at once, it leaves out what this one does
// not take.
std::string question_of(const ReportOptions& options, const report::Definition& definition,
                        std::string_view filters, std::string_view format, std::int64_t page);

}  // namespace chatreports::app
