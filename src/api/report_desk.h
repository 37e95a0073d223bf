#pragma once
// From a question to the answer: parse, plan, run, render; and the cache of answers.

#include <expected>
#include <memory>
#include <optional>
#include <string>

#include "api/answer_cache.h"
#include "api/routes.h"
#include "api/services.h"
#include "http/message.h"

namespace chatreports::api {

// Returns the report, cached or made now; or the answer that says why there is none.
// `default_timezone` is the IANA name of the zone for a request that names none.
std::expected<std::shared_ptr<const CachedAnswer>, http::Response> report_answer(
    Services& services, const Call& call, const std::optional<std::string>& default_timezone);

}  // namespace chatreports::api
