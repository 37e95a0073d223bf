#pragma once
// The filters of a request → report::Filters, and the range that they give. The one place where a
// filter is understood. Their meaning is in docs/definitions/filters.md.

#include <optional>

#include "api/field_reader.h"
#include "chat/record.h"
#include "report/query.h"
#include "time/rfc3339.h"

namespace chatreports::api {

constexpr std::size_t max_conditions = 100;  // properties, and surveys

struct GivenRange {
  Timestamp from;
  Timestamp to;
};

struct GivenFilters {
  report::Filters filters;
  std::optional<GivenRange> range;
  report::PickedBy picked_by = report::PickedBy::start;  // what the range is about
};

// Errors go to the reader's FirstError. A list with more than `max_values` is one. `key` is the
// licence's: texts of which only a digest is kept are compared by it.
GivenFilters read_filters(FieldReader& filters, std::size_t max_values, const chat::DigestKey& key);

}  // namespace chatreports::api
