#pragma once
// A plan as text on one line, for logs and for messages of failed tests:
//
//   license 1: chats by tag: count, duration where tag is any of ["spam"]; from … to …, 31 buckets;
//   where agent is any of ["ann@example.com"] and not (rating exists)

#include <string>

#include "report/plan.h"

namespace chatreports::report {

// Characters that could break the line are replaced, see base/printable.h.
std::string plan_text(const Plan& plan);
std::string predicate_text(const Predicate& predicate);

}  // namespace chatreports::report
