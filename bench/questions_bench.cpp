// How long the native engine takes for each of the questions that it reads from a file, a line
// each: ADDRESS and the JSON body, a tab between them. An address is `/v3.6/reports/chats/groups`.
// Prints for each, in that order: median and p99
// of the engine alone, and of the whole way from the request to its JSON, in microseconds.
//
//   questions_bench --chats N --questions FILE [--seconds S for each] [--folder F]
//
// The chats are generated; with a folder they are those of the engine's files there, a server's for
// instance, and generated into it where it has none.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <vector>

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

struct Times {
  double median = 0;
  double p99 = 0;
};

// For at least so long, and at least 20 times.
template <class Work>
Times times_of(double seconds, Work work) {
  std::vector<double> times;
  const Clock::time_point begin = Clock::now();
  work();
  while (times.size() < 20 || (microseconds_since(begin) < seconds * 1e6 && times.size() < 5'000)) {
    const Clock::time_point one = Clock::now();
    work();
    times.push_back(microseconds_since(one));
  }
  std::ranges::sort(times);
  return {times[times.size() / 2], times[times.size() * 99 / 100]};
}

// How fast one thread reads memory that is in no cache, in bytes a second: what no question that
// reads all of its bytes once could beat.
double bytes_per_second() {
  const std::vector<std::uint64_t> memory(std::size_t{32} << 20, 1);
  std::uint64_t sum = 0;
  const Times times = times_of(0.5, [&] {
    // Four sums, so that no addition waits for the one before.
    std::array<std::uint64_t, 4> sums{};
    for (std::size_t at = 0; at < memory.size(); at += 4) {
      for (std::size_t lane = 0; lane < 4; ++lane) sums[lane] += memory[at + lane];
    }
    sum += sums[0] + sums[1] + sums[2] + sums[3];
  });
  CHECK(sum > 0);
  return static_cast<double>(memory.size() * sizeof(std::uint64_t)) / (times.median / 1e6);
}

// A report by its address.
struct Asked {
  report::Version version = {};
  const report::Definition* definition = nullptr;
};

Asked asked_of(std::string_view address) {
  std::array<std::string_view, 5> parts;  // "", "v3.6", "reports", "chats", "groups"
  for (std::string_view& part : parts) {
    part = address.substr(0, address.find('/'));
    address.remove_prefix(std::min(part.size() + 1, address.size()));
  }
  const auto version = report::parse_version(parts[1].substr(1));
  const report::Definition* definition = report::find(parts[3], parts[4]);
  CHECK(version && definition != nullptr && definition->versions.contain(*version));
  return {*version, definition};
}

int run(int argc, char** argv) {
  generate::Options options{1'000'000, 365, 200, 1, parse_rfc3339("2022-01-01T00:00:00Z")->instant};
  std::string questions;
  std::string folder;
  double seconds = 0.5;
  CLI::App program("The native engine's times for a list of questions");
  program.add_option("--chats", options.chats);
  program.add_option("--questions", questions)->required();
  program.add_option("--seconds", seconds);
  program.add_option("--folder", folder);
  CLI11_PARSE(program, argc, argv);

  engine::IdleThreads idle_threads;
  const auto engine =
      engine::open_engine(engine::NativeOptions{.folder = folder, .idle_threads = &idle_threads});
  const Clock::time_point begin = Clock::now();
  const bool is_restored =
      !folder.empty() &&
      engine->restore([](std::int64_t, ChangeNumber) { return true; }).value_or(false);
  if (!is_restored) {
    fill(*engine, options);
    if (!folder.empty()) CHECK(engine->save(0).has_value());
  }
  const engine::EngineSize size = engine->size();
  const double seconds_until_ready = microseconds_since(begin) / 1e6;
  fmt::print(
      "# {} chats in {} segments, {} in {:.3f} s; {:.1f} bytes a chat; one thread reads memory at "
      "{:.1f} GB a second\n",
      size.chats, size.segments, is_restored ? "taken up from files" : "made and taken in",
      seconds_until_ready, static_cast<double>(size.bytes) / static_cast<double>(size.chats),
      bytes_per_second() / 1e9);
  const Instant now = options.end;
  api::Fakes fakes;
  // Without a cache, so that each answer is made.
  const api::Api api(fakes.with(*engine), {.now = [now] { return now; }}, {.max_kept_bytes = 0});
  std::ifstream file(questions);
  for (std::string line; std::getline(file, line);) {
    const std::size_t tab = line.find('\t');
    CHECK(tab != std::string::npos);
    const std::string address = line.substr(0, tab);
    const http::Request request{
        "POST", address, {{"Authorization", "Bearer reader"}}, line.substr(tab + 1)};
    const auto [version, definition] = asked_of(address);
    const auto question = api::parse_question(*api::parse_json_parameters(request.body),
                                              {.license = {1},
                                               .default_timezone = std::nullopt,
                                               .now = now,
                                               .version = version,
                                               .has_pages = definition->has_pages});
    CHECK(question.has_value());
    const auto plans = *report::plans_of(*definition, question->query);
    const Times engine_times = times_of(seconds, [&] {
      for (const report::Plan& plan : plans) CHECK(engine->run(plan).has_value());
    });
    const Times whole = times_of(seconds, [&] { CHECK(api::answer(api, request).status == 200); });
    fmt::print("{:.1f}\t{:.1f}\t{:.1f}\t{:.1f}\n", engine_times.median, engine_times.p99,
               whole.median, whole.p99);
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace chatreports

int main(int argc, char** argv) {
  return chatreports::run(argc, argv);
}
