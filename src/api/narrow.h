#pragma once
// Tokens that are narrowed to groups or agents.

#include <string>

#include "api/access.h"
#include "report/query.h"

namespace chatreports::api {

// Adds the filters of the token to those of a question.
void narrow(report::Filters& filters, const Caller& caller);

// Returns what a key of the answer cache needs so that callers who see different chats of a licence
// share no answer; empty for callers who see all.
std::string narrowed_key(const Caller& caller);

}  // namespace chatreports::api
