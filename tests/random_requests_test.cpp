// Random requests about random histories: every engine's answer is the same text as the reference
// engine's. All code from the request's text to the answer's takes part.
//
//   RC_PARAMS=max_success=10000 build/release/random_requests_test

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <iterator>
#include <vector>

#include "api/fakes.h"
#include "engine/contract/chance.h"
#include "engine/contract/engines.h"
#include "report/catalogue.h"
#include "report/version.h"
#include "time/rfc3339.h"

namespace chatreports {
namespace {

using engine::contract::Chance;
using engine::contract::some_instant;

constexpr int requests_per_history = 20;

template <class Make>
std::string some_list(Chance& chance, Make make) {
  std::string list = make(chance);
  while (chance.one_in(2)) list += "," + make(chance);
  return "[" + list + "]";
}

std::string some_range(Chance& chance) {
  const Instant one = some_instant(chance);
  const Instant other = some_instant(chance);
  return fmt::format(R"("from":"{}","to":"{}")", format_rfc3339(std::min(one, other)),
                     format_rfc3339(std::max(one, other)));
}

// The values are those of engine/contract/chance_test.cpp.
std::string some_agent(Chance& chance) {
  return chance.one_of<const char*>({R"("ann@example.com")", R"("bob@example.com")",
                                     R"("cid@example.com")", R"("Ann@example.com")"});
}
std::string some_tag(Chance& chance) {
  return chance.one_of<const char*>({R"("spam")", R"("support")", R"("sales")", R"("")"});
}
std::string some_id(Chance& chance) {
  return chance.one_of<const char*>({"0", "1", "2", "7", "-3", "1099511627776"});
}
std::string some_country(Chance& chance) {
  return chance.one_of<const char*>({R"("NO")", R"("se")", R"("PL")", R"("Norway")"});
}
std::string some_event_type(Chance& chance) {
  return chance.one_of<const char*>(
      {R"("message")", R"("file")", R"("filled_form")", R"("system_message")"});
}
std::string some_answer(Chance& chance) {
  return chance.one_of<const char*>({R"("f1:0")", R"("f1:1")", R"("f2:0")"});
}

template <class Make>
std::string some_set_filter(Chance& chance, Make make, bool may_exist = true) {
  if (may_exist && chance.one_in(4)) {
    return fmt::format(R"({{"exists":{}}})", chance.one_in(2));
  }
  const bool every = chance.one_in(3);
  return fmt::format(R"({{"{}":{}{}}})", chance.one_in(2) ? "values" : "exclude_values",
                     some_list(chance, make), every ? R"(,"require_every_value":true)" : "");
}

std::string some_property_filter(Chance& chance) {
  const char* name =
      chance.one_of<const char*>({R"("rating":{"score":)", R"("routing":{"continuous":)"});
  const char* value = chance.one_of<const char*>({"[1]", "[0,1]", "[true]", R"(["1","true"])"});
  const std::string filter =
      chance.one_in(3)
          ? fmt::format(R"({{"exists":{}}})", chance.one_in(2))
          : fmt::format(R"({{"{}":{}}})", chance.one_in(2) ? "values" : "exclude_values", value);
  return fmt::format("{{{}{}}}}}", name, filter);
}

std::string some_survey(Chance& chance) {
  std::string survey = fmt::format(R"("type":"{}")", chance.one_in(2) ? "pre_chat" : "post_chat");
  if (chance.one_in(2)) {
    survey += fmt::format(R"(,"{}":{})", chance.one_in(2) ? "values" : "exclude_values",
                          some_list(chance, some_answer));
  } else {
    survey += fmt::format(R"(,"exists":{})", chance.one_in(2));
  }
  if (chance.one_in(2)) survey += "," + some_range(chance);
  if (chance.one_in(3)) survey += R"(,"groups":)" + some_set_filter(chance, some_id);
  return "{" + survey + "}";
}

std::string some_greetings(Chance& chance) {
  std::string filter;
  if (chance.one_in(2)) filter = some_range(chance);
  if (chance.one_in(2)) {
    if (!filter.empty()) filter += ",";
    filter += fmt::format(R"("{}":{})", chance.one_in(2) ? "values" : "exclude_values",
                          some_list(chance, some_id));
  }
  if (chance.one_in(3)) {
    if (!filter.empty()) filter += ",";
    filter += R"("groups":)" + some_set_filter(chance, some_id);
  }
  return "{" + filter + "}";
}

std::string some_agent_response(Chance& chance) {
  std::string filter = fmt::format(R"("exists":{})", chance.one_in(2));
  if (chance.one_in(2)) {
    filter += R"(,"first":true)";
    if (chance.one_in(2)) filter += R"(,"agents":)" + some_set_filter(chance, some_agent);
    if (chance.one_in(2)) filter += R"(,"groups":)" + some_set_filter(chance, some_id);
  }
  return "{" + filter + "}";
}

// `system` is an event type from 3.6 on.
std::string some_late_event_type(Chance& chance) {
  return chance.one_in(3) ? R"("system")" : some_event_type(chance);
}

constexpr int filter_kinds = 11;

std::string some_filter(Chance& chance, report::Version version, int which) {
  using enum report::Version;
  switch (which) {
    case 0:
      return R"("agents":)" + some_set_filter(chance, some_agent);
    case 1:
      return R"("tags":)" + some_set_filter(chance, some_tag);
    case 2:
      return R"("groups":)" + some_set_filter(chance, some_id);
    case 3:
      return R"("goals":)" + some_set_filter(chance, some_id);
    case 4:
      return R"("sales":)" + some_set_filter(chance, some_id);
    case 5:
      return R"("event_types":)" +
             some_set_filter(chance, version >= v3_6 ? some_late_event_type : some_event_type,
                             false);
    case 6:
      return R"("properties":)" + some_property_filter(chance);
    case 7:
      return fmt::format(R"("{}":{})", version >= v3_5 && chance.one_in(2) ? "forms" : "surveys",
                         some_list(chance, some_survey));
    case 8:
      return R"("greetings":)" + some_greetings(chance);
    case 9:
      return version >= v3_5 ? R"("customer_countries":)" + some_set_filter(chance, some_country)
                             : R"("customer_countries":null)";
    default:
      return R"("agent_response":)" + some_agent_response(chance);
  }
}

http::Request some_request(Chance& chance) {
  const auto reports = report::catalogue();
  const report::Definition& report =
      reports[static_cast<std::size_t>(chance.below(static_cast<std::int64_t>(reports.size())))];
  std::vector<report::Version> versions;
  std::ranges::copy_if(
      report::all_versions, std::back_inserter(versions),
      [&report](report::Version version) { return report.versions.contain(version); });
  const report::Version version =
      versions[static_cast<std::size_t>(chance.below(static_cast<std::int64_t>(versions.size())))];
  std::string filters;
  if (!chance.one_in(6)) filters = some_range(chance);
  for (int which = 0; which < filter_kinds; ++which) {
    if (!chance.one_in(6)) continue;
    if (!filters.empty()) filters += ",";
    filters += some_filter(chance, version, which);
  }
  const char* distribution =
      report.resource == "agents"
          ? chance.one_of<const char*>({"hour", "day"})
          : chance.one_of<const char*>({"hour", "day", "day-hours", "month", "year"});
  const char* zone = chance.one_of<const char*>(
      {"UTC", "Europe/Warsaw", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns"});
  return {"POST",
          fmt::format("/v{}/reports/{}/{}", name_of(version), report.resource, report.action),
          {{"Authorization", "Bearer reader"}},
          fmt::format(R"({{{}"distribution":"{}","timezone":"{}","filters":{{{}}}}})",
                      report.has_pages && chance.one_in(4) ? R"("page":2,)" : "", distribution,
                      zone, filters)};
}

// How many answers of a run held figures, so that a run of empty answers is noticed.
struct Tally {
  int answers = 0;
  int refusals = 0;
  int with_figures = 0;
};

// Whether a figure other than 0 follows a key.
bool has_figures(const std::string& json) {
  for (std::size_t at = json.find("\"records\"");
       (at = json.find("\":", at)) != std::string::npos;) {
    at += 2;
    if (at < json.size() && '1' <= json[at] && json[at] <= '9') return true;
  }
  return false;
}

TEST(RandomRequests, GetTheSameAnswerFromEveryEngine) {
  Tally tally;
  const auto engines_under_test = engine::contract::engines_for(engine::contract::Worlds::small);
  const bool held = rc::check("the answers are the same text", [&] {
    const auto seeds = *rc::gen::scale(3.0, rc::gen::arbitrary<std::vector<std::uint64_t>>());
    const auto request_seeds = *rc::gen::container<std::vector<std::uint64_t>>(
        requests_per_history, rc::gen::arbitrary<std::uint64_t>());
    const std::vector<chat::Change> changes = engine::contract::some_changes(seeds);
    std::vector<std::unique_ptr<engine::Engine>> engines;
    for (const auto& under_test : engines_under_test) {
      engines.push_back(under_test.open());
      RC_ASSERT(engines.back()->apply(changes).has_value());
    }
    for (const std::uint64_t seed : request_seeds) {
      Chance chance(seed);
      const Instant now = some_instant(chance);
      api::Fakes fakes;
      const api::Clock clock{.now = [now] { return now; }};
      const http::Request request = some_request(chance);
      const http::Response expected =
          answer(api::Api(fakes.with(*engines.front()), clock), request);
      for (std::size_t at = 1; at < engines.size(); ++at) {
        const http::Response answered = answer(api::Api(fakes.with(*engines[at]), clock), request);
        if (answered.body != expected.body) {
          RC_LOG() << engines_under_test[at].name << ": " << request.target << " " << request.body
                   << "\nexpected: " << expected.body << "\nanswered: " << answered.body << "\n";
        }
        RC_ASSERT(answered.status == expected.status);
        RC_ASSERT(answered.body == expected.body);
      }
      // A refused request asks for too many buckets, or has two filters that contradict each other.
      RC_ASSERT(expected.status == 200 || expected.status == 400);
      ++(expected.status == 200 ? tally.answers : tally.refusals);
      if (expected.status == 200 && has_figures(expected.body)) ++tally.with_figures;
    }
  });
  EXPECT_TRUE(held);
  EXPECT_LT(tally.refusals, tally.answers / 10);
  EXPECT_GT(tally.with_figures, tally.answers / 10);
  RecordProperty("answers", tally.answers);
  RecordProperty("with_figures", tally.with_figures);
  RecordProperty("refusals", tally.refusals);
}

}  // namespace
}  // namespace chatreports
