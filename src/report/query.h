#pragma once
// A query: what somebody asked for, understood. The api makes it from a request, a report turns it
// into plans. All times are instants; the zone and the range are decided.

#include <optional>
#include <vector>

#include "base/numbers.h"
#include "report/plan.h"
#include "time/buckets.h"
#include "time/zone.h"

namespace chatreports::report {

// A condition on a set: exactly one of the three kinds, as docs/definitions.md, "Set filters".
struct SetFilter {
  enum class Kind { exists, values, exclude_values };
  Kind kind = Kind::exists;
  bool exists = true;         // of Kind::exists
  std::vector<Value> values;  // of the others; not empty, ascending, each once
  bool require_every_value = false;
  bool operator==(const SetFilter&) const = default;
};

struct Filters {
  std::optional<SetFilter> agents;
  std::optional<SetFilter> tags;
  std::optional<SetFilter> groups;
  bool operator==(const Filters&) const = default;
};

struct Query {
  LicenseId license;
  Zone zone = Zone::utc();
  TimeRange range;
  Distribution distribution = Distribution::day;
  Filters filters;
};

// What a set filter keeps, as a predicate on that field.
Predicate predicate_of(const Field& field, const SetFilter& filter);

// What all filters of the query together keep.
Predicate predicate_of(const Filters& filters);

}  // namespace chatreports::report
