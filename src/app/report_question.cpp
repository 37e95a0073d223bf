#include "app/report_question.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <tuple>
#include <vector>

#include "api/parameters.h"
#include "base/json_text.h"
#include "report/bucket_keys.h"
#include "report/grouping.h"
#include "time/buckets.h"
#include "time/rfc3339.h"
#include "time/zone.h"

namespace chatreports::app {
namespace {

bool is_day(std::string_view text) {
  return text.size() == 10 && parse_rfc3339(std::string(text) + "T12:00:00Z").has_value();
}

// Returns the first and the last instant of a local day.
Result<TimeRange> range_of_day(const Zone& zone, const std::string& day) {
  constexpr Duration more_than_any_offset = std::chrono::days(2);
  const Instant noon = parse_rfc3339(day + "T12:00:00Z")->instant;
  const TimeRange wide{noon - more_than_any_offset, noon + more_than_any_offset};
  const Buckets days = Buckets::make(zone, wide, Distribution::day).value();
  std::optional<TimeRange> range;
  for (const BucketRun& run : days.runs_within(wide)) {
    if (report::bucket_key(days, run.bucket) != day) continue;
    if (!range) range = {run.begin, run.begin};
    range->to = run.end - Duration(1);
  }
  if (!range) return invalid(fmt::format("the time zone has no day {}", day));
  return *range;
}

// A time of the range.
Result<std::string> moment(const std::string& text, const std::string& timezone, bool is_end) {
  if (!is_day(text)) {
    if (parse_rfc3339(text)) return text;
    return invalid(fmt::format("{}: must be a day such as 2026-10-01 or a time: {}",
                               is_end ? "--to" : "--from", why_not_rfc3339(text)));
  }
  const auto zone = timezone.empty() ? Zone::utc() : Zone::named(timezone);
  if (!zone) return std::unexpected(zone.error());
  const auto range = range_of_day(*zone, text);
  if (!range) return std::unexpected(range.error());
  return format_rfc3339(is_end ? range->to : range->from);
}

// Appends `"<key>":"<text>"`, unless the text is empty.
void append_text(std::string& json, std::string_view key, std::string_view text) {
  if (text.empty()) return;
  if (json.back() != '{') json += ',';
  append_json_string(json, key);
  json += ':';
  append_json_string(json, text);
}

bool has_integers(std::string_view filter) {
  return filter == "groups" || filter == "goals" || filter == "sales";
}

bool is_integer(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

}  // namespace

Result<std::string> filters_of(const ReportOptions& options) {
  if (options.from.empty() != options.to.empty()) {
    return invalid("--from and --to are given together or not at all");
  }
  std::string json = "{";
  for (const auto& [key, text, is_end] :
       {std::tuple("from", options.from, false), std::tuple("to", options.to, true)}) {
    if (text.empty()) continue;
    const auto time = moment(text, options.timezone, is_end);
    if (!time) return std::unexpected(time.error());
    append_text(json, key, *time);
  }
  std::map<std::string, std::vector<std::string>> values;
  for (const auto& [filter, value] : options.values) values[filter].push_back(value);
  for (const auto& [filter, chosen] : values) {
    if (json.back() != '{') json += ',';
    append_json_string(json, filter);
    json += R"(:{"values":[)";
    for (const std::string& value : chosen) {
      if (json.back() != '[') json += ',';
      if (has_integers(filter)) {
        if (!is_integer(value)) {
          return invalid(fmt::format("{}: must be integers, not \"{}\"", filter, value));
        }
        json += value;
      } else {
        append_json_string(json, value);
      }
    }
    json += "]}";
  }
  if (!options.filters.empty()) {
    // Checked by itself, so that no part of it reaches the question around it.
    const std::size_t begin = options.filters.find_first_not_of(" \t\r\n");
    if (!api::parse_json_parameters(options.filters) || begin == options.filters.npos ||
        options.filters[begin] != '{') {
      return invalid("--filters must be a JSON object");
    }
    const std::string more =
        options.filters.substr(begin + 1, options.filters.rfind('}') - begin - 1);
    const bool is_empty = more.find_first_not_of(" \t\r\n") == more.npos;
    if (!is_empty) json += (json.back() == '{' ? "" : ",") + more;
  }
  return json + "}";
}

std::string question_of(const ReportOptions& options, const report::Definition& definition,
                        std::string_view filters, std::string_view format, std::int64_t page) {
  std::string json = "{";
  // Of all reports at once, some do not take all of this.
  const bool is_one = !options.report.empty();
  if (definition.has_pages || (is_one && page != 1)) json += fmt::format(R"("page":{})", page);
  append_text(json, "format", format);
  if (options.has_names && (is_one || format != "json")) {
    json += json == "{" ? R"("names":true)" : R"(,"names":true)";
  }
  append_text(json, "timezone", options.timezone);
  const auto distribution = parse_distribution(options.distribution);
  const bool has_distribution =
      distribution &&
      std::ranges::find(definition.distributions, *distribution) != definition.distributions.end();
  if (is_one || has_distribution) append_text(json, "distribution", options.distribution);
  if (is_one || !report::groupings_of(definition).empty()) {
    append_text(json, "group_by", options.group_by);
  }
  return fmt::format("{}{}\"filters\":{}}}", json, json == "{" ? "" : ",", filters);
}

}  // namespace chatreports::app
