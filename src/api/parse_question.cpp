#include "api/parse_question.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "api/errors.h"
#include "api/parameter_reader.h"
#include "api/read_filters.h"

namespace chatreports::api {
namespace {

// Returns the last seven local calendar days, today included, up to now.
TimeRange default_range(const Zone& zone, Instant now) {
  constexpr std::size_t days = 7;
  constexpr Duration more_than_that = std::chrono::days(9);
  const TimeRange wide{now - more_than_that, now};
  const Result<Buckets> by_day = Buckets::make(zone, wide, Distribution::day);
  const auto first = static_cast<std::uint32_t>(by_day->size() - days);
  for (const BucketRun& run : by_day->runs_within(wide)) {
    if (run.bucket == first) return {run.begin, now};
  }
  return wide;
}

Result<Zone> read_zone(ParameterReader& request, const QuestionContext& context,
                       const std::optional<GivenRange>& range) {
  if (const std::optional<std::string> name = request.read_text("timezone")) {
    Result<Zone> zone = Zone::named(*name);
    if (zone || zone.error().kind != ErrorKind::invalid) return zone;
    request.fail("timezone", fmt::format("{} is not a time zone of the IANA database, such as "
                                         "Europe/Warsaw",
                                         in_quotes(*name)));
  } else if (context.default_timezone) {
    // An unknown zone counts as none, unlike one that can't be read.
    Result<Zone> zone = Zone::named(*context.default_timezone);
    if (zone || zone.error().kind != ErrorKind::invalid) return zone;
  }
  return range ? Zone::fixed(range->from.offset) : Zone::utc();
}

Distribution read_distribution(ParameterReader& request, std::span<const Distribution> accepted) {
  const std::optional<std::string> text = request.read_text("distribution");
  if (!text) return Distribution::day;
  const std::optional<Distribution> distribution = parse_distribution(*text);
  if (distribution && std::ranges::find(accepted, *distribution) != accepted.end()) {
    return *distribution;
  }
  std::vector<std::string_view> names;
  for (const Distribution one : accepted) names.push_back(name_of(one));
  request.fail("distribution",
               fmt::format("must be {}, not {}", alternatives(names), in_quotes(*text)));
  return Distribution::day;
}

std::int64_t read_page(ParameterReader& request) {
  const std::int64_t page = request.read_integer("page").value_or(1);
  if (page < 1) request.fail("page", fmt::format("must be 1 or above, not {}", page));
  return page;
}

// The keys of `filters`, which some clients write beside it by mistake.
ParameterReader::Elsewhere keys_of_filters(report::Version version) {
  static const Object none;
  FirstError error;
  ParameterReader filters(none, "filters", error);
  read_filters(filters, version, SIZE_MAX, {});
  return filters.known_keys();
}

}  // namespace

Result<Question> parse_question(const Object& parameters, const QuestionContext& context) {
  FirstError error;
  ParameterReader request(parameters, "", error);
  report::Query query;
  query.license = context.license;
  query.now = context.now;
  query.max_buckets = context.max_buckets;
  query.distribution = read_distribution(request, context.distributions);
  GivenFilters given;
  if (std::optional<ParameterReader> filters = request.read_object("filters")) {
    given = read_filters(*filters, context.version, context.max_filter_values, context.digest_key);
  }
  query.filters = std::move(given.filters);
  query.picked_by = given.picked_by;
  const std::optional<GivenRange>& range = given.range;
  const Result<Zone> zone = read_zone(request, context, range);
  if (!zone) return std::unexpected(zone.error());
  query.zone = *zone;
  if (context.has_pages) query.page = read_page(request);
  const Presentation presentation =
      read_presentation(request, context.format, context.groupings, context.why_no_groupings);
  request.allow_null("page");
  request.refuse_unknown_keys([&context] { return keys_of_filters(context.version); });
  if (error.message()) return invalid(*error.message());
  query.is_up_to_now = !range;
  query.range = range ? TimeRange{range->from.instant, range->to.instant}
                      : default_range(query.zone, context.now);
  return Question{std::move(query), presentation};
}

}  // namespace chatreports::api
