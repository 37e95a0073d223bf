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
  std::vector<GreetingEventKind> kinds;
  for (const GreetingEventRow& row : rows) {
    times.push_back(row.at);
    kinds.push_back(row.kind);
  }
  parts_.at = TimeColumn(times);
  std::sort(kinds.begin(), kinds.end());
  kinds.erase(std::unique(kinds.begin(), kinds.end()), kinds.end());
  std::vector<std::uint16_t> numbers;
  numbers.reserve(rows.size());
  for (const GreetingEventRow& row : rows) {
    const auto found = std::lower_bound(kinds.begin(), kinds.end(), row.kind);
    numbers.push_back(static_cast<std::uint16_t>(found - kinds.begin()));
  }
  parts_.kind_numbers = std::move(numbers);
  std::vector<PlainKind> plain;
  for (const GreetingEventKind& one : kinds) {
    plain.push_back({one.greeting_id, one.group_id.value_or(0), one.group_id ? 1U : 0U,
                     static_cast<std::uint32_t>(one.event)});
  }
  parts_.kinds = std::move(plain);
  image_ = pack(parts_);
  unpack_kinds();
}

GreetingEventChunk::GreetingEventChunk(std::shared_ptr<const Image> image)
    : image_(std::move(image)) {
  ImageReader reader(image_->bytes());
  reader(parts_);
  CHECK(reader.is_whole());  // the checksum says that it is as it was written
  unpack_kinds();
}

void GreetingEventChunk::unpack_kinds() {
  for (const PlainKind& plain : parts_.kinds) {
    kinds_.push_back({plain.greeting_id,
                      plain.has_group != 0 ? std::optional(plain.group_id) : std::nullopt,
                      static_cast<chat::GreetingEvent>(plain.event)});
  }
}

std::vector<GreetingEventRow> GreetingEventChunk::unpack() const {
  std::vector<GreetingEventRow> rows;
  rows.reserve(size());
  for (std::uint32_t number = 0; number < size(); ++number) rows.push_back(row(number));
  return rows;
}

std::size_t GreetingEventChunk::bytes() const {
  return sizeof(*this) + image_->bytes().size() + kinds_.capacity() * sizeof(GreetingEventKind);
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

}  // namespace chatreports::engine::native
