#include "app/report.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "api/parameters.h"
#include "app/local_reports.h"
#include "app/messages.h"
#include "app/no_chats.h"
#include "app/report_question.h"
#include "base/nearest_name.h"
#include "report/catalogue.h"
#include "store/data_folder.h"

namespace chatreports::app {
namespace {

// The message of an answer with an error.
std::string message_in(const std::string& answer) {
  const auto read = api::parse_json_parameters(answer);
  if (!read || read->empty()) return answer;
  const auto* const error = std::get_if<api::Object>(&read->front().parameter.value);
  if (error == nullptr) return answer;
  for (const api::Member& member : *error) {
    const auto* const text = std::get_if<std::string>(&member.parameter.value);
    if (member.key == "message" && text != nullptr) return *text;
  }
  return answer;
}

Error error_in(const http::Response& answer) {
  // Else the fault is not in the question.
  const bool is_refused = answer.status == 400 || answer.status == 404;
  return {is_refused ? ErrorKind::invalid : ErrorKind::failed, message_in(answer.body)};
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
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  std::string text(format == "csv" && options.begins_with_mark ? byte_order_mark : "");
  for (std::int64_t page = options.page;; ++page) {
    http::Response answer =
        reports.ask(target, question_of(options, definition, *filters, format, page));
    if (answer.status != 200) return std::unexpected(error_in(answer));
    if (!answer.body.ends_with('\n')) answer.body += '\n';
    text += page == options.page ? std::string_view(answer.body) : rows_in(answer.body);
    // A spreadsheet gets all further pages.
    if (!definition.has_pages || format != "csv" || rows_in(answer.body).empty()) return text;
  }
}

// A table or JSON has one page.
void say_if_there_are_more_pages(const LocalReports& reports, const ReportOptions& options,
                                 const report::Definition& definition) {
  if (!definition.has_pages || options.format == "csv") return;
  const auto text = text_of(reports, options, definition, "json");
  constexpr std::string_view key = R"("total_pages":)";
  const std::size_t found = text ? text->find(key) : std::string::npos;
  if (found == std::string::npos) return;
  std::int64_t pages = 0;
  std::from_chars(text->data() + found + key.size(), text->data() + text->size(), pages);
  if (pages < 2) return;
  say(fmt::format("page {} of {}; --page chooses another, and the format csv has all that follow",
                  options.page, pages));
}

std::string_view suffix_of(std::string_view format) {
  if (format == "csv") return "csv";
  return format == "table" ? "txt" : "json";
}

// Replaces the file at once, so that nobody reads half of it.
Result<void> write_file(const std::filesystem::path& path, const std::string& text) {
  const std::filesystem::path unfinished = path.string() + ".new";
  std::error_code error;
  // What a run before has left, or a link that somebody else has put there.
  std::filesystem::remove(unfinished, error);
  {
    std::ofstream file(unfinished, std::ios::binary | std::ios::noreplace);
    file << text;
    file.close();
    const int why = errno;
    if (!file) {
      std::error_code ignored;
      std::filesystem::remove(unfinished, ignored);
      return failed(fmt::format("{} can't be written: {}", path.string(), std::strerror(why)));
    }
  }
  std::filesystem::rename(unfinished, path, error);
  if (!error) return {};
  std::error_code ignored;
  std::filesystem::remove(unfinished, ignored);
  return failed(fmt::format("{} can't be written: {}", path.string(), error.message()));
}

Result<void> write_all(const LocalReports& reports, const ReportOptions& options,
                       std::span<const report::Definition* const> chosen) {
  if (store::is_within(options.output_folder, options.data_folder)) {
    return invalid("--output must not be in the data folder");
  }
  if (store::is_data_folder(options.output_folder)) {
    return invalid(fmt::format("--output: {} is a data folder", options.output_folder));
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

std::string path_of(const report::Definition& definition) {
  return fmt::format("{}/{}", definition.resource, definition.action);
}

// Returns the report that a mistyped name probably means; an empty text if none is near.
std::string report_meant_by(std::string_view name, std::span<const std::string> paths) {
  if (const auto* const meant = report::find_meant(name.substr(name.find('/') + 1))) {
    return path_of(*meant);
  }
  const std::vector<std::string_view> names(paths.begin(), paths.end());
  return std::string(nearest_name(name, names));
}

Result<std::vector<const report::Definition*>> chosen_by(const ReportOptions& options) {
  std::vector<const report::Definition*> chosen;
  std::vector<std::string> paths;
  for (const report::Definition& definition : report::catalogue()) {
    paths.push_back(path_of(definition));
    if (options.report.empty() || options.report == paths.back()) chosen.push_back(&definition);
  }
  if (!chosen.empty()) return chosen;
  const std::string meant = report_meant_by(options.report, paths);
  return invalid(fmt::format("there is no report \"{}\"; {}there are {}", options.report,
                             meant.empty() ? "" : fmt::format("did you mean {}? ", meant),
                             fmt::join(paths, ", ")));
}

Result<void> print(const ReportOptions& options, Output& output) {
  const auto chosen = chosen_by(options);
  if (!chosen) return std::unexpected(chosen.error());
  const auto reports = LocalReports::open(options.data_folder, LicenseId{options.license});
  if (!reports) return std::unexpected(reports.error());
  if (!options.output_folder.empty()) {
    const auto written = write_all(**reports, options, *chosen);
    if (written) say_if_no_chat_matches(**reports, options);
    return written;
  }
  const auto text = text_of(**reports, options, *chosen->front(),
                            options.format.empty() ? "table" : options.format);
  if (!text) return std::unexpected(text.error());
  say_if_no_chat_matches(**reports, options);
  say_if_there_are_more_pages(**reports, options, *chosen->front());
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
