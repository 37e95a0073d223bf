#pragma once
// The time zone of reports whose request names none.

#include <optional>
#include <string>

#include "api/access.h"
#include "api/services.h"
#include "base/error.h"

namespace chatreports::api {

// Returns the IANA name of the zone of the token's agent, or of its licence in the options; nothing
// if neither has one that the system knows. Fails if the agent can't be read.
Result<std::optional<std::string>> default_timezone(const Services& services, const Caller& caller);

}  // namespace chatreports::api
