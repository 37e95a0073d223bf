#include "engine/native/parts/greeting_events.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "base/check.h"
#include "base/one_of.h"
#include "base/overloaded.h"

namespace chatreports::engine::native {
namespace {

std::vector<GreetingEventRow> rows_of(std::span<const ChunkRun<GreetingEventChunk>> runs) {
  std::vector<GreetingEventRow> rows;
  for (const auto& run : runs) {
    for (std::uint32_t row = run.begin; row < run.end; ++row) rows.push_back(run.chunk->row(row));
  }
  return rows;
}

GreetingEventRow row_of(const chat::GreetingRecord& event) {
  return {event.at, {event.greeting_id, event.group_id, event.event}};
}

// Drops the rows that a batch both removes and adds: they are the same before and after it, or were
// never there.
void cancel_out(std::vector<GreetingEventRow>& removed, std::vector<GreetingEventRow>& added) {
  std::sort(removed.begin(), removed.end());
  std::sort(added.begin(), added.end());
  std::vector<GreetingEventRow> only_removed;
  std::vector<GreetingEventRow> only_added;
  std::ranges::set_difference(removed, added, std::back_inserter(only_removed));
  std::ranges::set_difference(added, removed, std::back_inserter(only_added));
  removed = std::move(only_removed);
  added = std::move(only_added);
}

}  // namespace

Chunks<GreetingEventChunk> GreetingEventChunk::apply(const Chunks<GreetingEventChunk>& chunks,
                                                     LicenseChanges changes,
                                                     const ChunkSizes& sizes) {
  std::vector<GreetingEventRow> removed;
  std::vector<GreetingEventRow> added;
  for_each_change<chat::GreetingChange>(changes, [&](const chat::GreetingChange& change) {
    if (change.previous) removed.push_back(row_of(*change.previous));
    added.push_back(row_of(change.event));
  });
  cancel_out(removed, added);
  if (removed.empty() && added.empty()) return chunks;
  return ChunkChange<GreetingEventChunk, GreetingEventRow, GreetingEventRow>::made(
      chunks, std::move(removed), std::move(added), sizes);
}

Chunks<GreetingEventChunk> GreetingEventChunk::remove(const Chunks<GreetingEventChunk>& chunks,
                                                      const chat::Removal& removal,
                                                      const ChunkSizes&) {
  return std::visit(
      Overloaded{[&](const OneOf<chat::ThreadRemoval, chat::AgentRemoval> auto&) { return chunks; },
                 [&](const chat::TimeRemoval& time) {
                   return without_first_rows(
                       chunks, [&time](const GreetingEventChunk& chunk, std::uint32_t row) {
                         return chunk.at().value(row) < time.before;
                       });
                 },
                 [](const chat::LicenseRemoval&) { return Chunks<GreetingEventChunk>(); }},
      removal);
}

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
  image_ = move_to_image(parts_);
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
  // There are sums before each block; the last block may end with the chunk.
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

}  // namespace chatreports::engine::native
