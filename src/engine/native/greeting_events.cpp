#include "engine/native/greeting_events.h"

#include <algorithm>
#include <map>

#include "base/check.h"
#include "engine/native/bucket_sums.h"
#include "engine/native/holds.h"

namespace chatreports::engine::native {
namespace {

enum Measure : std::size_t { displayed, canceled, goals, measures };

Measure measure_of(chat::GreetingEvent event) {
  switch (event) {
    case chat::GreetingEvent::displayed:
      return displayed;
    case chat::GreetingEvent::canceled:
      return canceled;
    case chat::GreetingEvent::goal:
      return goals;
  }
  CHECK(false && "unknown greeting event");
  return displayed;
}

bool holds_for(const report::Predicate& predicate, const GreetingEventKind& kind) {
  const auto value_in = [&kind](const report::Field& field) -> std::optional<std::int64_t> {
    CHECK(field.kind == report::Field::Kind::greeting || field.kind == report::Field::Kind::group);
    return field.kind == report::Field::Kind::greeting ? kind.greeting_id : kind.group_id;
  };
  return holds(
      predicate, [&](const report::Field& field) { return value_in(field).has_value(); },
      [&](const report::Field& field, const report::Value& wanted) {
        const std::optional<std::int64_t> value = value_in(field);
        return value && report::Value(*value) == wanted;
      });
}

}  // namespace

GreetingEventChunk::GreetingEventChunk(std::span<const GreetingEventRow> rows) {
  CHECK(!rows.empty() && rows.size() <= max_segment_rows);
  std::vector<Instant> times;
  for (const GreetingEventRow& row : rows) {
    times.push_back(row.at);
    kinds_.push_back(row.kind);
  }
  at_ = TimeColumn(times);
  std::sort(kinds_.begin(), kinds_.end());
  kinds_.erase(std::unique(kinds_.begin(), kinds_.end()), kinds_.end());
  kinds_.shrink_to_fit();
  kind_numbers_.reserve(rows.size());
  for (const GreetingEventRow& row : rows) {
    const auto found = std::lower_bound(kinds_.begin(), kinds_.end(), row.kind);
    kind_numbers_.push_back(static_cast<std::uint16_t>(found - kinds_.begin()));
  }
}

std::vector<GreetingEventRow> GreetingEventChunk::unpack() const {
  std::vector<GreetingEventRow> rows;
  rows.reserve(size());
  for (std::uint32_t number = 0; number < size(); ++number) rows.push_back(row(number));
  return rows;
}

std::size_t GreetingEventChunk::bytes() const {
  return sizeof(*this) + at_.bytes() + kinds_.capacity() * sizeof(GreetingEventKind) +
         kind_numbers_.capacity() * sizeof(std::uint16_t);
}

GreetingEvents GreetingEvents::with(std::vector<GreetingEventRow> removed,
                                    std::vector<GreetingEventRow> added, ChunkSizes sizes) const {
  GreetingEvents result;
  result.chunks_ = ChunkChange<GreetingEventChunk, GreetingEventRow, GreetingEventRow>::made(
      chunks_, std::move(removed), std::move(added), sizes);
  return result;
}

report::Table GreetingEvents::run(const report::Plan& plan,
                                  const report::GreetingEventsSource& source) const {
  std::map<std::int64_t, BucketSums> greetings;
  const TimeRange range = plan.buckets.range();
  std::vector<std::int64_t> counts;
  for (const auto& chunk : chunks_) {
    const std::uint32_t size = chunk->at().size();
    const TimeRange of_chunk{chunk->at().value(0), chunk->at().value(size - 1)};
    if (of_chunk.to < range.from || range.to < of_chunk.from) continue;
    const std::vector<GreetingEventKind>& kinds = chunk->kinds();
    std::vector<BucketSums*> sums(kinds.size(), nullptr);  // of the kinds that are wanted
    for (std::size_t number = 0; number < kinds.size(); ++number) {
      if (!holds_for(plan.predicate, kinds[number])) continue;
      sums[number] =
          &greetings.try_emplace(kinds[number].greeting_id, std::size_t{measures}).first->second;
    }
    for (const BucketRun& run : plan.buckets.runs_within(of_chunk)) {
      const Instant begin = source.at ? std::max(run.begin, source.at->from) : run.begin;
      const Instant end = source.at ? std::min(run.end, source.at->to + Duration{1}) : run.end;
      if (begin >= end) continue;
      const RowRange rows = chunk->at().rows_between(begin, end);
      if (rows.size() == 0) continue;
      counts.assign(kinds.size(), 0);
      for (const std::uint16_t number : chunk->kind_numbers().subspan(rows.begin, rows.size())) {
        ++counts[number];
      }
      for (std::size_t number = 0; number < kinds.size(); ++number) {
        if (counts[number] == 0 || sums[number] == nullptr) continue;
        (*sums[number])[run.key][measure_of(kinds[number].event)] += counts[number];
      }
    }
  }
  std::vector<report::GreetingEventsCell> cells;
  for (const auto& [id, sums] : greetings) {
    const auto greeting_id = id;
    sums.for_each([&, greeting_id](std::uint32_t bucket, std::span<const report::Sum> figures) {
      cells.push_back({bucket, greeting_id, static_cast<std::int64_t>(figures[displayed]),
                       static_cast<std::int64_t>(figures[canceled]),
                       static_cast<std::int64_t>(figures[goals])});
    });
  }
  std::sort(cells.begin(), cells.end());
  return cells;
}

std::size_t GreetingEvents::bytes() const {
  std::size_t bytes = 0;
  for (const auto& chunk : chunks_) bytes += chunk->bytes();
  return bytes;
}

}  // namespace chatreports::engine::native
