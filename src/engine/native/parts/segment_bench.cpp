#include <benchmark/benchmark.h>

#include <algorithm>
#include <memory>
#include <random>

#include "engine/native/parts/segment.h"
#include "engine/native/run/select.h"

namespace chatreports::engine::native {
namespace {

// A full segment: 200 agents and 50 tags, some far more used than others.
std::vector<SegmentRow> rows() {
  static std::vector<chat::Thread> threads(max_segment_rows);
  std::mt19937_64 random(1);
  std::vector<SegmentRow> made;
  for (std::uint32_t row = 0; row < max_segment_rows; ++row) {
    chat::Thread& facts = threads[row];
    made.push_back({{row}, &facts});
    facts.started_at = from_unix_microseconds(std::int64_t{row} * 3'000'000);
    facts.duration = Duration(static_cast<std::int64_t>(random() % 2'000'000'000));
    facts.agents = {"agent" + std::to_string(std::min(random() % 200, random() % 200))};
    facts.tags = {"tag" + std::to_string(std::min(random() % 50, random() % 50))};
    facts.groups = {static_cast<std::int64_t>(random() % 6)};
    facts.properties = {{"routing", "continuous", random() % 10 == 0}};
  }
  return made;
}

void build_segment(benchmark::State& state) {
  const std::vector<SegmentRow> made = rows();
  for (auto _ : state) benchmark::DoNotOptimize(Segment{std::span<const SegmentRow>(made)});
  state.SetItemsProcessed(state.iterations() * max_segment_rows);
}
BENCHMARK(build_segment)->Unit(benchmark::kMillisecond);

// One chat is added in the middle of a full segment, another one is removed.
void change_segment(benchmark::State& state) {
  const std::vector<SegmentRow> made = rows();
  const auto segment = std::make_shared<const Segment>(std::span<const SegmentRow>(made));
  const auto added = std::make_shared<const Segment>(std::span(made).subspan(30'000, 1));
  const std::vector<ChunkRun<Segment>> runs = {
      {segment, 0, 30'000}, {added, 0, 1}, {segment, 30'001, max_segment_rows}};
  for (auto _ : state) {
    benchmark::DoNotOptimize(Segment{std::span<const ChunkRun<Segment>>(runs)});
  }
}
BENCHMARK(change_segment)->Unit(benchmark::kMillisecond);

void select_rows(benchmark::State& state) {
  const Segment segment{std::span<const SegmentRow>(rows())};
  using report::Field;
  using report::HasAny;
  using report::Predicate;
  const Predicate predicate = prepared(Predicate::that(report::All{
      {Predicate::that(HasAny{Field::agent(), {std::string("agent3"), std::string("agent150")}}),
       Predicate::not_that(HasAny{Field::tag(), {std::string("tag0")}}),
       Predicate::that(HasAny{Field::group(), {std::int64_t{1}, std::int64_t{2}}})}}));
  Allowance allowance;
  for (auto _ : state) benchmark::DoNotOptimize(select(segment, predicate, allowance));
}
BENCHMARK(select_rows)->Unit(benchmark::kMicrosecond);

void sum_selected(benchmark::State& state) {
  const Segment segment{std::span<const SegmentRow>(rows())};
  RowSet selected(segment.size());
  for (std::uint32_t row = 0; row < segment.size(); ++row) {
    if (row % static_cast<std::uint32_t>(state.range(0)) == 0) selected.insert(row);
  }
  segment.visit_column(report::Column::duration, [&](const auto& durations) {
    for (auto _ : state) benchmark::DoNotOptimize(durations.sum({0, segment.size()}, selected));
  });
}
BENCHMARK(sum_selected)->Arg(2)->Arg(100)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace chatreports::engine::native
