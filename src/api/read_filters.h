#pragma once
// The filters of a request → report::Filters, and the range that they give. The one place that
// knows what a filter means. Their meaning is in docs/definitions/filters.md.

#include <optional>

#include "api/parameter_reader.h"
#include "chat/record.h"
#include "report/query.h"
#include "report/version.h"
#include "time/rfc3339.h"

namespace chatreports::api {

constexpr std::size_t max_conditions = 100;  // of properties, and of surveys

struct GivenRange {
  Timestamp from;
  Timestamp to;
};

struct GivenFilters {
  report::Filters filters;
  std::optional<GivenRange> range;
  report::PickedBy picked_by = report::PickedBy::start;  // the time that must be in the range
};

// Reads the filters of a version of the API. Errors go to the reader's FirstError; a list with more
// than `max_values` is one. `key` is the licence's, for texts that are stored as digests only.
GivenFilters read_filters(ParameterReader& filters, report::Version version, std::size_t max_values,
                          const chat::DigestKey& key);

}  // namespace chatreports::api
