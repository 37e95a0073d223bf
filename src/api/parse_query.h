#pragma once
// Fields of a request → report::Query: defaults, time zone and range decided. The one place where a
// parameter is understood; filters are in read_filters.h.

#include <optional>
#include <string>

#include "api/fields.h"
#include "base/error.h"
#include "base/numbers.h"
#include "chat/record.h"
#include "report/query.h"
#include "time/instant.h"

namespace chatreports::api {

// The circumstances that a query depends on beside its fields.
struct QueryContext {
  LicenseId license;
  std::optional<std::string> agent_timezone;
  Instant now;
  std::size_t max_filter_values = 10'000;  // in one list
  std::size_t max_buckets = Buckets::default_max_size;
  chat::DigestKey digest_key = {};  // the licence's, see chat/property_digest.h
  // Those that the report accepts, at least one.
  std::span<const Distribution> distributions = all_distributions;
};

// The error of kind `invalid` names the path and what is allowed; any other is ours.
Result<report::Query> parse_query(const Object& fields, const QueryContext& context);

}  // namespace chatreports::api
