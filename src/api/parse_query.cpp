#include "api/parse_query.h"

#include <fmt/format.h>

#include <algorithm>

#include "api/errors.h"
#include "api/field_reader.h"

namespace chatreports::api {
namespace {

using report::SetFilter;

struct Range {
  Timestamp from;
  Timestamp to;
};

std::optional<Range> read_range(FieldReader& filters) {
  const std::optional<Timestamp> from = filters.read_time("from");
  const std::optional<Timestamp> to = filters.read_time("to");
  if (filters.has("from") != filters.has("to")) {
    filters.fail(filters.has("from") ? "to" : "from",
                 "missing; from and to are given together or not at all");
  }
  if (!from || !to) return std::nullopt;
  if (to->instant < from->instant) filters.fail("from", "must not be after to");
  return Range{*from, *to};
}

enum class Elements { texts, integers };

std::optional<SetFilter> read_set_filter(FieldReader& filters, std::string_view key,
                                         Elements elements) {
  std::optional<FieldReader> reader = filters.read_object(key);
  if (!reader) return std::nullopt;
  const auto read_values = [&](std::string_view name) {
    return elements == Elements::texts ? reader->read_texts(name) : reader->read_integers(name);
  };
  SetFilter filter;
  const std::optional<bool> exists = reader->read_bool("exists");
  auto values = read_values("values");
  auto exclude_values = read_values("exclude_values");
  filter.require_every_value = reader->read_bool("require_every_value").value_or(false);
  reader->refuse_unknown_keys();
  const int given = reader->has("exists") + reader->has("values") + reader->has("exclude_values");
  if (given != 1) {
    filters.fail(key, "needs exactly one of exists, values and exclude_values");
    return std::nullopt;
  }
  if (exists) {
    filter.kind = SetFilter::Kind::exists;
    filter.exists = *exists;
  } else if (values) {
    filter.kind = SetFilter::Kind::values;
    filter.values = *std::move(values);
  } else if (exclude_values) {
    filter.kind = SetFilter::Kind::exclude_values;
    filter.values = *std::move(exclude_values);
  }
  std::sort(filter.values.begin(), filter.values.end());
  filter.values.erase(std::unique(filter.values.begin(), filter.values.end()), filter.values.end());
  return filter;
}

// The last seven local calendar days, today included, up to now.
TimeRange default_range(const Zone& zone, Instant now) {
  constexpr std::size_t days = 7;
  constexpr Duration more_than_that{std::int64_t{9} * 86'400 * microseconds_per_second};
  const TimeRange wide{Instant{now.microseconds - more_than_that.microseconds}, now};
  const Result<Buckets> by_day = Buckets::make(zone, wide, Distribution::day);
  const auto first = static_cast<std::uint32_t>(by_day->keys().size() - days);
  for (const BucketRun& run : by_day->runs_within(wide)) {
    if (run.key == first) return {run.begin, now};
  }
  return wide;
}

Zone zone_of_range(const std::optional<Range>& range) {
  return range ? Zone::fixed(range->from.offset_seconds) : Zone::utc();
}

Zone read_zone(FieldReader& request, const QueryContext& context,
               const std::optional<Range>& range) {
  if (const std::optional<std::string> name = request.read_text("timezone")) {
    const Result<Zone> zone = Zone::named(*name);
    if (zone) return *zone;
    request.fail("timezone", fmt::format("{} is not a time zone of the IANA database, such as "
                                         "Europe/Warsaw",
                                         in_quotes(*name)));
  } else if (context.agent_timezone) {
    // A zone that nobody knows is as good as none.
    if (const Result<Zone> zone = Zone::named(*context.agent_timezone)) return *zone;
  }
  return zone_of_range(range);
}

Distribution read_distribution(FieldReader& request) {
  const std::optional<std::string> text = request.read_text("distribution");
  if (!text) return Distribution::day;
  const std::optional<Distribution> distribution = parse_distribution(*text);
  if (!distribution) {
    request.fail("distribution", fmt::format("must be hour, day, day-hours, month or year, not {}",
                                             in_quotes(*text)));
  }
  return distribution.value_or(Distribution::day);
}

}  // namespace

Result<report::Query> parse_query(const Object& fields, const QueryContext& context) {
  FirstError error;
  FieldReader request(fields, "", error);
  report::Query query;
  query.license = context.license;
  query.distribution = read_distribution(request);
  std::optional<Range> range;
  if (std::optional<FieldReader> filters = request.read_object("filters")) {
    range = read_range(*filters);
    query.filters.agents = read_set_filter(*filters, "agents", Elements::texts);
    query.filters.tags = read_set_filter(*filters, "tags", Elements::texts);
    query.filters.groups = read_set_filter(*filters, "groups", Elements::integers);
    for (const char* key : {"properties", "sales", "goals", "surveys", "event_types", "greetings",
                            "agent_response"}) {
      filters->refuse_unsupported(key);
    }
    filters->refuse_unknown_keys();
  }
  query.zone = read_zone(request, context, range);
  request.refuse_unknown_keys();
  if (error.message()) return invalid(*error.message());
  query.range = range ? TimeRange{range->from.instant, range->to.instant}
                      : default_range(query.zone, context.now);
  return query;
}

}  // namespace chatreports::api
