#include "app/no_chats.h"

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "app/messages.h"
#include "app/report_question.h"
#include "report/catalogue.h"
#include "time/rfc3339.h"

namespace chatreports::app {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> nouns = {
    {{"agents", "agent"},
     {"tags", "tag"},
     {"groups", "group"},
     {"customer_countries", "country"},
     {"goals", "goal"},
     {"sales", "sale"}}};

std::string_view noun_of(std::string_view filter) {
  for (const auto& [known, noun] : nouns) {
    if (known == filter) return noun;
  }
  return filter;
}

// Returns whether no chat matches; false if the question is refused.
bool matches_nothing(const LocalReports& reports, ReportOptions options) {
  options.report = "chats/total_chats";
  options.has_names = false;
  options.distribution = "year";
  options.group_by.clear();
  const auto filters = filters_of(options);
  if (!filters) return false;
  const report::Definition& total_chats = *report::find("chats", "total_chats");
  const http::Response answer = reports.ask("/v1/reports/chats/total_chats",
                                            question_of(options, total_chats, *filters, "json", 1));
  return answer.status == 200 && answer.body.find(R"("total":0,)") != answer.body.npos;
}

// All chats, without a filter.
ReportOptions all_chats(const ReportOptions& options, const TimeRange& starts) {
  ReportOptions all;
  all.timezone = options.timezone;
  all.from = format_rfc3339(starts.from);
  all.to = format_rfc3339(starts.to);
  return all;
}

}  // namespace

void say_if_no_chat_matches(const LocalReports& reports, const ReportOptions& options) {
  if (options.report == "agents/availability") return;  // it is about no chats
  if (!matches_nothing(reports, options)) return;
  const engine::LicenseContent content = reports.content();
  if (!content.starts) return say(fmt::format("licence {} has no chats", options.license));
  bool is_explained = false;
  for (const auto& [filter, value] : options.values) {
    ReportOptions one = all_chats(options, *content.starts);
    one.values = {{filter, value}};
    if (!matches_nothing(reports, one)) continue;
    say(fmt::format("no chat has the {} \"{}\"", noun_of(filter), value));
    is_explained = true;
  }
  if (is_explained) return;
  say(fmt::format("no chat matches; the chats of licence {} began from {} to {}", options.license,
                  format_rfc3339_second(content.starts->from),
                  format_rfc3339_second(content.starts->to)));
}

}  // namespace chatreports::app
