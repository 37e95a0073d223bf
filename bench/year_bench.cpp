// How long each report takes over a week and over a year, on generated chats of one licence in the
// native engine: the engine alone, and the whole way from a request to its JSON. Also: memory a
// chat.
//
//   year_bench [--chats N]

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>

#include "api/fakes.h"
#include "api/parameters.h"
#include "api/parse_question.h"
#include "base/check.h"
#include "engine/open.h"
#include "generated.h"
#include "report/catalogue.h"
#include "time/rfc3339.h"

namespace chatreports {
namespace {

using Clock = std::chrono::steady_clock;

double microseconds_since(Clock::time_point begin) {
  return std::chrono::duration<double, std::micro>(Clock::now() - begin).count();
}

// The median of how long `work` takes, in microseconds; the work is done for at least a fifth of a
// second.
template <class Work>
double median_microseconds(Work work) {
  std::vector<double> times;
  const Clock::time_point begin = Clock::now();
  while (times.size() < 5 || (microseconds_since(begin) < 200'000 && times.size() < 10'000)) {
    const Clock::time_point one = Clock::now();
    work();
    times.push_back(microseconds_since(one));
  }
  std::ranges::nth_element(times, times.begin() + static_cast<std::ptrdiff_t>(times.size() / 2));
  return times[times.size() / 2];
}

struct Range {
  std::string name;
  Instant from;
};

// The version in which a report is asked: 3.6, if it has the report.
report::Version version_of(const report::Definition& definition) {
  const bool is_of_3_6 = definition.versions.contain(report::Version::v3_6);
  return is_of_3_6 ? report::Version::v3_6 : report::Version::v3_4;
}

void measure(const engine::Engine& engine, const Range& range, Instant to,
             std::string_view distribution, const std::string& filter_name,
             const std::string& filters, std::string_view resource = "",
             report::Version first = report::Version::v3_4) {
  api::Fakes fakes;
  const api::Api api(fakes.with(engine), {.now = [to] { return to; }}, {.max_kept_bytes = 0});
  for (const report::Definition& definition : report::catalogue()) {
    if (!resource.empty() && definition.resource != resource) continue;
    const report::Version version = version_of(definition);
    if (version < first) continue;  // it does not know the filter
    const http::Request request{
        "POST",
        fmt::format("/v{}/reports/{}/{}", report::name_of(version), definition.resource,
                    definition.action),
        {{"Authorization", "Bearer reader"}},
        fmt::format(R"({{"distribution":"{}","timezone":"Europe/Warsaw",)"
                    R"("filters":{{"from":"{}","to":"{}"{}}}}})",
                    distribution, format_rfc3339(range.from), format_rfc3339(to), filters)};
    const auto question = api::parse_question(
        *api::parse_json_parameters(request.body),
        {.license = {1}, .default_timezone = std::nullopt, .now = to, .version = version});
    CHECK(question.has_value());
    const auto plans = *report::plans_of(definition, question->query);
    const double engine_time = median_microseconds([&] {
      for (const report::Plan& plan : plans) CHECK(engine.run(plan).has_value());
    });
    const double whole_time =
        median_microseconds([&] { CHECK(api::answer(api, request).status == 200); });
    fmt::print("| {} | {} | {} | {} | {:.1f} | {:.1f} |\n", definition.action, range.name,
               distribution, filter_name, engine_time, whole_time);
    std::fflush(stdout);
  }
}

int run(int argc, char** argv) {
  generate::Options options{10'000'000, 365, 200, 1,
                            parse_rfc3339("2022-01-01T00:00:00Z")->instant};
  CLI::App program("Benchmarks of the native engine");
  program.add_option("--chats", options.chats);
  CLI11_PARSE(program, argc, argv);

  engine::IdleThreads idle_threads;
  const auto engine = engine::open_engine(engine::NativeOptions{.idle_threads = &idle_threads});
  const Clock::time_point begin = Clock::now();
  fill(*engine, options);
  const engine::EngineSize size = engine->size();
  CHECK(size.chats == options.chats);
  fmt::print(
      "{} chats over {} days in {} segments, made and taken in in {:.1f} s; {:.1f} bytes of memory "
      "a "
      "chat\n\n",
      size.chats, options.days, size.segments, microseconds_since(begin) / 1e6,
      static_cast<double>(size.bytes) / static_cast<double>(size.chats));
  fmt::print("| report | range | distribution | filter | engine, µs | request to JSON, µs |\n");
  fmt::print("|---|---|---|---|---|---|\n");
  const Instant to = options.end - Duration(1);
  for (const Range& range : {Range{"week", options.end - std::chrono::days(7)},
                             Range{"year", options.end - std::chrono::days(365)}}) {
    measure(*engine, range, to, "day", "none", "");
    measure(*engine, range, to, "day", "agents, tags, groups",
            R"(,"agents":{"values":["agent001@example.com","agent007@example.com"]},)"
            R"("tags":{"exclude_values":["spam"]},"groups":{"values":[1,2]})");
    measure(*engine, range, to, "day", "countries",
            R"(,"customer_countries":{"values":["PL","SE","NO"]})", "", report::Version::v3_5);
    // About half of the agents: the union of their times is not made beforehand.
    measure(*engine, range, to, "day", "groups 0 to 3", R"(,"groups":{"values":[0,1,2,3]})",
            "agents");
  }
  return 0;
}

}  // namespace
}  // namespace chatreports

int main(int argc, char** argv) {
  return chatreports::run(argc, argv);
}
