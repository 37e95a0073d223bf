#include "time/buckets.h"

#include <benchmark/benchmark.h>

#include "time/rfc3339.h"

namespace chatreports {
namespace {

const TimeRange week{parse_rfc3339("2021-04-08T00:00:00Z")->instant,
                     parse_rfc3339("2021-04-14T23:59:59Z")->instant};
const TimeRange year{parse_rfc3339("2021-01-01T00:00:00Z")->instant,
                     parse_rfc3339("2021-12-31T23:59:59Z")->instant};

void parse_time(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(parse_rfc3339("2021-04-08T00:00:00.000000Z"));
}
BENCHMARK(parse_time);

void find_zone(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(Zone::named("Europe/Warsaw"));
}
BENCHMARK(find_zone);

void make_buckets(benchmark::State& state, TimeRange range, Distribution distribution) {
  const Zone zone = *Zone::named("Europe/Warsaw");
  for (auto _ : state) benchmark::DoNotOptimize(Buckets::make(zone, range, distribution));
}
BENCHMARK_CAPTURE(make_buckets, week_by_day, week, Distribution::day);
BENCHMARK_CAPTURE(make_buckets, year_by_day, year, Distribution::day);
BENCHMARK_CAPTURE(make_buckets, year_by_day_hours, year, Distribution::day_hours);

void find_runs(benchmark::State& state) {
  const Buckets buckets = *Buckets::make(*Zone::named("Europe/Warsaw"), year, Distribution::day);
  for (auto _ : state) benchmark::DoNotOptimize(buckets.runs_within(week));
}
BENCHMARK(find_runs);

}  // namespace
}  // namespace chatreports
