#include "engine/native/parts/greeting_events.h"

#include <algorithm>
#include <map>

#include "base/check.h"
#include "engine/native/run/bucket_rows.h"
#include "engine/native/run/bucket_sums.h"
#include "engine/native/run/holds.h"

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

// A filter's list is gone through for each kind.
constexpr std::size_t steps_a_kind = 64;

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

std::vector<GreetingEventRow> rows_of(std::span<const ChunkRun<GreetingEventChunk>> runs) {
  std::vector<GreetingEventRow> rows;
  for (const auto& run : runs) {
    for (std::uint32_t row = run.begin; row < run.end; ++row) rows.push_back(run.chunk->row(row));
  }
  return rows;
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

GreetingEventChunk::GreetingEventChunk(std::span<const ChunkRun<GreetingEventChunk>> runs)
    : GreetingEventChunk(rows_of(runs)) {}

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
                                  const report::GreetingEventsSource& source,
                                  Allowance& allowance) const {
  std::map<std::int64_t, BucketSums> greetings;
  TimeRange range = plan.buckets.range();
  if (source.at) range = {std::max(range.from, source.at->from), std::min(range.to, source.at->to)};
  std::vector<std::int64_t> counts;
  Steps steps(allowance);
  std::size_t bytes = 0;  // that the cells take of the answer at least
  const auto add = [&](const Counted& counted, std::uint32_t bucket, std::int64_t count) {
    const std::size_t before = counted.sums->size();
    (*counted.sums)[bucket][counted.measure] += count;
    bytes += (counted.sums->size() - before) * allowance.bytes_of_cell(0);
  };
  for (const auto& chunk : chunks_) {
    if (allowance.is_used_up()) return std::vector<report::GreetingEventsCell>();
    const RowRange picked = chunk->at().rows_between(range.from, range.to + Duration{1});
    if (range.to < range.from || picked.size() == 0) continue;
    const std::vector<GreetingEventKind>& kinds = chunk->kinds();
    // Where groups play no part, tallies are counted, else kinds. Of those that are wanted, the
    // sums.
    std::vector<bool> wanted(kinds.size());
    std::vector<int> of_tally(chunk->tallies(), -1);
    bool groups_play_a_part = false;
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
      if (steps.take(steps_a_kind)) return std::vector<report::GreetingEventsCell>();
      wanted[kind] = holds_for(plan.predicate, kinds[kind]);
      int& known = of_tally[chunk->tally_of(kind)];
      groups_play_a_part = groups_play_a_part || (known >= 0 && (known == 1) != wanted[kind]);
      known = wanted[kind] ? 1 : 0;
    }
    const auto place_of = [&](std::size_t kind) -> std::size_t {
      return groups_play_a_part ? kind : chunk->tally_of(kind);
    };
    std::vector<Counted> counted(groups_play_a_part ? kinds.size() : chunk->tallies());
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
      if (!wanted[kind]) continue;
      counted[place_of(kind)] = {
          &greetings.try_emplace(kinds[kind].greeting_id, std::size_t{measures}).first->second,
          measure_of(kinds[kind].event)};
    }
    for (const auto& [rows, bucket] : rows_by_bucket(chunk->at(), picked, plan.buckets)) {
      // Few rows may be of far more kinds.
      const bool rows_are_few = rows.size() < counted.size();
      if (rows_are_few) {
        for (const std::uint16_t kind : chunk->kind_numbers().subspan(rows.begin, rows.size())) {
          if (wanted[kind]) add(counted[place_of(kind)], bucket, 1);
        }
      } else {
        counts.assign(counted.size(), 0);
        if (groups_play_a_part) {
          for (const std::uint16_t kind : chunk->kind_numbers().subspan(rows.begin, rows.size())) {
            ++counts[kind];
          }
        } else {
          chunk->add_counts(rows, counts);
        }
        for (std::size_t at = 0; at < counted.size(); ++at) {
          if (counts[at] != 0 && counted[at].sums != nullptr) add(counted[at], bucket, counts[at]);
        }
      }
      if (steps.take(rows.size()) || allowance.is_used_up_by(bytes)) {
        return std::vector<report::GreetingEventsCell>();
      }
    }
  }
  std::vector<report::GreetingEventsCell> cells;
  for (const auto& [id, sums] : greetings) {
    if (steps.take(sums.size())) break;
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
