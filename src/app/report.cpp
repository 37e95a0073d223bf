#include "app/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>

#include "api/parameters.h"
#include "app/local_reports.h"
#include "app/messages.h"
#include "base/json_text.h"
#include "report/bucket_keys.h"
#include "report/catalogue.h"
#include "report/grouping.h"
#include "time/rfc3339.h"

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
    return invalid(
        fmt::format("{}: must be a day such as 2026-10-01 or a time as RFC 3339, not "
                    "\"{}\"",
                    is_end ? "--to" : "--from", text));
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
    if (!api::parse_json_parameters(options.filters) || options.filters.find('{') != 0) {
      return invalid("--filters must be a JSON object");
    }
    const std::string more = options.filters.substr(1, options.filters.rfind('}') - 1);
    const bool is_empty = more.find_first_not_of(" \t\r\n") == more.npos;
    if (!is_empty) json += (json.back() == '{' ? "" : ",") + more;
  }
  return json + "}";
}

std::string question(const ReportOptions& options, const report::Definition& definition,
                     std::string_view filters, std::string_view format, std::int64_t page) {
  std::string json = "{";
  if (definition.has_pages) json += fmt::format(R"("page":{})", page);
  append_text(json, "format", format);
  append_text(json, "timezone", options.timezone);
  // Of all reports at once, some have no such distribution, and some can't be grouped.
  const bool is_one = !options.report.empty();
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

// The message of an answer with an error.
std::string message_in(std::string_view answer) {
  constexpr std::string_view before = R"("message":")";
  const std::size_t begin = answer.find(before);
  if (begin == answer.npos) return std::string(answer);
  std::string message;
  for (std::size_t at = begin + before.size(); at < answer.size() && answer[at] != '"'; ++at) {
    if (answer[at] == '\\' && at + 1 < answer.size()) ++at;
    message += answer[at];
  }
  return message;
}

// Returns what follows the header.
std::string_view rows_in(std::string_view csv) {
  return csv.substr(std::min(csv.find('\n') + 1, csv.size()));
}

Result<std::string> text_of(const LocalReports& reports, const ReportOptions& options,
                            const report::Definition& definition, std::string_view format) {
  const auto filters = filters_of(options);
  if (!filters) return std::unexpected(filters.error());
  const std::string target =
      fmt::format("/v1/reports/{}/{}", definition.resource, definition.action);
  std::string text;
  for (std::int64_t page = 1;; ++page) {
    http::Response answer =
        reports.ask(target, question(options, definition, *filters, format, page));
    if (answer.status != 200) return invalid(message_in(answer.body));
    if (!answer.body.ends_with('\n')) answer.body += '\n';
    text += page == 1 ? std::string_view(answer.body) : rows_in(answer.body);
    // A spreadsheet gets all pages.
    if (!definition.has_pages || format != "csv" || rows_in(answer.body).empty()) return text;
  }
}

std::string_view suffix_of(std::string_view format) {
  if (format == "csv") return "csv";
  return format == "table" ? "txt" : "json";
}

// Replaces the file at once, so that nobody reads half of it.
Result<void> write_file(const std::filesystem::path& path, const std::string& text) {
  const std::filesystem::path unfinished = path.string() + ".new";
  {
    std::ofstream file(unfinished, std::ios::binary | std::ios::trunc);
    file << text;
    file.close();
    const int why = errno;
    if (!file) {
      std::error_code ignored;
      std::filesystem::remove(unfinished, ignored);
      return failed(fmt::format("{} can't be written: {}", path.string(), std::strerror(why)));
    }
  }
  std::error_code error;
  std::filesystem::rename(unfinished, path, error);
  if (!error) return {};
  std::error_code ignored;
  std::filesystem::remove(unfinished, ignored);
  return failed(fmt::format("{} can't be written: {}", path.string(), error.message()));
}

bool is_within(const std::filesystem::path& path, const std::filesystem::path& folder) {
  std::error_code error;
  const auto whole = std::filesystem::weakly_canonical(path, error);
  const auto outer = std::filesystem::weakly_canonical(folder, error);
  const auto rest = whole.lexically_relative(outer);
  return !rest.empty() && *rest.begin() != "..";
}

Result<void> write_all(const LocalReports& reports, const ReportOptions& options,
                       std::span<const report::Definition* const> chosen) {
  if (is_within(options.output_folder, options.data_folder)) {
    return invalid("--output must not be in the data folder");
  }
  std::error_code error;
  std::filesystem::create_directories(options.output_folder, error);
  if (error) {
    return failed(fmt::format("{} can't be made: {}", options.output_folder, error.message()));
  }
  const std::string format = options.format.empty() ? "csv" : options.format;
  for (const report::Definition* definition : chosen) {
    const auto text = text_of(reports, options, *definition, format);
    if (!text) return std::unexpected(text.error());
    const auto path =
        std::filesystem::path(options.output_folder) /
        fmt::format("{}-{}.{}", definition->resource, definition->action, suffix_of(format));
    if (auto written = write_file(path, *text); !written) return written;
  }
  return {};
}

Result<std::vector<const report::Definition*>> chosen_by(const ReportOptions& options) {
  std::vector<const report::Definition*> chosen;
  std::string names;
  for (const report::Definition& definition : report::catalogue()) {
    const std::string name = fmt::format("{}/{}", definition.resource, definition.action);
    names.append(names.empty() ? "" : ", ").append(name);
    if (options.report.empty() || options.report == name) chosen.push_back(&definition);
  }
  if (!chosen.empty()) return chosen;
  return invalid(fmt::format("there is no report \"{}\"; there are {}", options.report, names));
}

Result<void> print(const ReportOptions& options, Output& output) {
  const auto chosen = chosen_by(options);
  if (!chosen) return std::unexpected(chosen.error());
  const auto reports = LocalReports::open(options.data_folder, LicenseId{options.license});
  if (!reports) return std::unexpected(reports.error());
  if (!options.output_folder.empty()) return write_all(**reports, options, *chosen);
  const auto text = text_of(**reports, options, *chosen->front(),
                            options.format.empty() ? "table" : options.format);
  if (!text) return std::unexpected(text.error());
  return output.print(*text);
}

}  // namespace

int run_report(const ReportOptions& options) {
  Output output;
  const Result<void> printed = print(options, output);
  if (printed || printed.error().kind != ErrorKind::invalid) return output.end(printed);
  say_error(printed.error());
  return exit_wrong_usage;
}

}  // namespace chatreports::app
