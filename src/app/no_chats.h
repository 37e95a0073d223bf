#pragma once
// Tells a person who gets a report of nothing why there is nothing.

#include "app/local_reports.h"
#include "app/report.h"

namespace chatreports::app {

// If no chat matches the options, says on standard error which of their values no chat has, or when
// the licence's chats began.
void say_if_no_chat_matches(const LocalReports& reports, const ReportOptions& options);

}  // namespace chatreports::app
