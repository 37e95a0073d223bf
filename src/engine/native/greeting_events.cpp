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

// What is counted together belongs to one figure.
struct Counted {
  BucketSums* sums = nullptr;  // null where it is not wanted
  Measure measure = displayed;
};

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
  unpack_kinds();
  std::vector<std::uint16_t> sums;
  std::vector<std::uint16_t> before(tallies_);
  for (std::uint32_t row = 0; row < rows.size(); ++row) {
    if (row % rows_per_block == 0) sums.insert(sums.end(), before.begin(), before.end());
    ++before[tally_of_kind_[kind_numbers()[row]]];
  }
  parts_.sums = std::move(sums);
  image_ = pack(parts_);
}

GreetingEventChunk::GreetingEventChunk(std::shared_ptr<const Image> image)
    : image_(std::move(image)) {
  read(*image_, parts_);
  unpack_kinds();
}

void GreetingEventChunk::unpack_kinds() {
  for (const PlainKind& plain : parts_.kinds) {
    kinds_.push_back({plain.greeting_id,
                      plain.has_group != 0 ? std::optional(plain.group_id) : std::nullopt,
                      static_cast<chat::GreetingEvent>(plain.event)});
  }
  std::map<std::pair<std::int64_t, chat::GreetingEvent>, std::uint32_t> numbers;
  for (const GreetingEventKind& kind : kinds_) {
    const auto number = static_cast<std::uint32_t>(numbers.size());
    const auto found = numbers.try_emplace({kind.greeting_id, kind.event}, number).first;
    tally_of_kind_.push_back(found->second);
  }
  tallies_ = static_cast<std::uint32_t>(numbers.size());
}

void GreetingEventChunk::add_counts(RowRange rows, std::span<std::int64_t> counts) const {
  const auto add_rows = [&](std::uint32_t begin, std::uint32_t end, int sign) {
    for (const std::uint16_t kind : kind_numbers().subspan(begin, end - begin)) {
      counts[tally_of_kind_[kind]] += sign;
    }
  };
  const std::uint32_t first = rows.begin / rows_per_block;
  const std::uint32_t last = rows.end / rows_per_block;
  if (first == last) {
    add_rows(rows.begin, rows.end, 1);
    return;
  }
  // Sums are there before each block; the last may end where the chunk does.
  const std::uint32_t last_with_sums = std::min(last, (size() - 1) / rows_per_block);
  const auto sums_of = [this](std::uint32_t block) {
    return parts_.sums.span().subspan(std::size_t{block} * tallies_, tallies_);
  };
  for (std::uint32_t tally = 0; tally < tallies_; ++tally) {
    counts[tally] += sums_of(last_with_sums)[tally] - sums_of(first)[tally];
  }
  add_rows(first * rows_per_block, rows.begin, -1);
  add_rows(last_with_sums * rows_per_block, rows.end, 1);
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
    // Where groups play no part, tallies are counted, else kinds. Of those that are wanted, the
    // sums.
    std::vector<bool> wanted(kinds.size());
    std::vector<int> of_tally(chunk->tallies(), -1);
    bool groups_play_a_part = false;
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
      wanted[kind] = holds_for(plan.predicate, kinds[kind]);
      int& known = of_tally[chunk->tally_of(kind)];
      groups_play_a_part = groups_play_a_part || (known >= 0 && (known == 1) != wanted[kind]);
      known = wanted[kind] ? 1 : 0;
    }
    std::vector<Counted> counted(groups_play_a_part ? kinds.size() : chunk->tallies());
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
      if (!wanted[kind]) continue;
      counted[groups_play_a_part ? kind : chunk->tally_of(kind)] = {
          &greetings.try_emplace(kinds[kind].greeting_id, std::size_t{measures}).first->second,
          measure_of(kinds[kind].event)};
    }
    for (const BucketRun& run : plan.buckets.runs_within(of_chunk)) {
      const Instant begin = source.at ? std::max(run.begin, source.at->from) : run.begin;
      const Instant end = source.at ? std::min(run.end, source.at->to + Duration{1}) : run.end;
      if (begin >= end) continue;
      const RowRange rows = chunk->at().rows_between(begin, end);
      if (rows.size() == 0) continue;
      counts.assign(counted.size(), 0);
      if (groups_play_a_part) {
        for (const std::uint16_t kind : chunk->kind_numbers().subspan(rows.begin, rows.size())) {
          ++counts[kind];
        }
      } else {
        chunk->add_counts(rows, counts);
      }
      for (std::size_t at = 0; at < counted.size(); ++at) {
        if (counts[at] == 0 || counted[at].sums == nullptr) continue;
        (*counted[at].sums)[run.key][counted[at].measure] += counts[at];
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
