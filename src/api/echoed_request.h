#pragma once
// The request as an answer repeats it, see ApiOptions::echo_request.

#include <string>

#include "api/parameters.h"
#include "report/query.h"

namespace chatreports::api {

// Returns {"distribution":…,"timezone":…,"filters":…} as JSON: the distribution of the query, and
// the others as given, if they are. `parameters` are those of the query. Values of a query string
// stay text. The JSON takes at most six times the bytes of the request.
std::string echoed_request(const Object& parameters, const report::Query& query);

}  // namespace chatreports::api
