#include "engine/native/parts/greeting_events.h"

#include <algorithm>
#include <map>
#include <optional>
#include <vector>

#include "base/check.h"
#include "engine/native/run/bucket_rows.h"
#include "engine/native/run/bucket_sums.h"
#include "engine/native/run/holds.h"
#include "engine/native/run/run_plan.h"

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

// A filter's list is searched for each kind.
constexpr std::size_t steps_a_kind = 64;

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

// What the plan's predicate selects of a chunk: kinds, or whole tallies if it treats all groups of
// each tally alike.
class Selected {
 public:
  Selected(const GreetingEventChunk& chunk, const report::Predicate& predicate, Steps& steps)
      : chunk_(chunk), kinds_(chunk.kinds().size()) {
    enum State : std::uint8_t { unknown, left_out, selected };
    std::vector<State> tallies(chunk.tallies(), unknown);
    for (std::size_t kind = 0; kind < kinds_.size(); ++kind) {
      if (steps.take(steps_a_kind)) return;
      kinds_[kind] = holds_for(predicate, chunk.kinds()[kind]);
      State& tally = tallies[chunk.tally_of(kind)];
      const State state = kinds_[kind] ? selected : left_out;
      by_kind_ = by_kind_ || (tally != unknown && tally != state);
      tally = state;
    }
  }

  bool has_kind(std::size_t kind) const { return kinds_[kind]; }
  // Returns how many places there are, and the place at which a kind is counted.
  std::size_t places() const { return by_kind_ ? kinds_.size() : chunk_.tallies(); }
  std::size_t place_of(std::size_t kind) const { return by_kind_ ? kind : chunk_.tally_of(kind); }

  // Adds to counts[place] how many of the rows are counted there.
  void add_counts(RowRange rows, std::span<std::int64_t> counts) const {
    if (!by_kind_) return chunk_.add_counts(rows, counts);
    for (const std::uint16_t kind : chunk_.kind_numbers().subspan(rows.begin, rows.size())) {
      ++counts[kind];
    }
  }

 private:
  const GreetingEventChunk& chunk_;
  std::vector<bool> kinds_;
  bool by_kind_ = false;
};

class GreetingSums {
 public:
  explicit GreetingSums(const Run& run) : run_(run), steps_(run.allowance) {}

  // Adds the picked rows of the chunk. Returns whether to go on.
  bool add(const GreetingEventChunk& chunk, RowRange picked) {
    const report::Plan& plan = run_.plan;
    const Selected selected(chunk, plan.predicate, steps_);
    std::vector<Figure> figures(selected.places());
    for (std::size_t kind = 0; kind < chunk.kinds().size(); ++kind) {
      if (selected.has_kind(kind)) {
        figures[selected.place_of(kind)] = figure_of(chunk.kinds()[kind]);
      }
    }
    for (const auto& [rows, bucket] : rows_by_bucket(chunk.at(), picked, plan.buckets)) {
      // A few rows may be spread over far more places.
      if (rows.size() < figures.size()) {
        for (const std::uint16_t kind : chunk.kind_numbers().subspan(rows.begin, rows.size())) {
          if (selected.has_kind(kind)) add(figures[selected.place_of(kind)], bucket, 1);
        }
      } else {
        counts_.assign(figures.size(), 0);
        selected.add_counts(rows, counts_);
        for (std::size_t place = 0; place < figures.size(); ++place) {
          if (counts_[place] != 0 && figures[place].sums != nullptr) {
            add(figures[place], bucket, counts_[place]);
          }
        }
      }
      if (steps_.take(rows.size()) || run_.allowance.is_used_up_by(bytes_)) return false;
    }
    return run_.allowance.end() == Allowance::End::none;
  }

  std::vector<report::GreetingEventsCell> table() {
    std::vector<report::GreetingEventsCell> cells;
    for (const auto& [greeting, sums] : greetings_) {
      if (steps_.take(sums.size())) break;
      const auto greeting_id = greeting;
      sums.for_each(
          [&cells, greeting_id](std::uint32_t bucket, std::span<const report::Sum> figures) {
            cells.push_back({bucket, greeting_id, static_cast<std::int64_t>(figures[displayed]),
                             static_cast<std::int64_t>(figures[canceled]),
                             static_cast<std::int64_t>(figures[goals])});
          });
    }
    std::sort(cells.begin(), cells.end());
    return cells;
  }

 private:
  // A figure of a greeting, in each bucket.
  struct Figure {
    BucketSums* sums = nullptr;  // null if it is not selected
    Measure measure = displayed;
  };

  Figure figure_of(const GreetingEventKind& kind) {
    return {&greetings_.try_emplace(kind.greeting_id, std::size_t{measures}).first->second,
            measure_of(kind.event)};
  }

  void add(const Figure& figure, std::uint32_t bucket, std::int64_t count) {
    const std::size_t before = figure.sums->size();
    (*figure.sums)[bucket][figure.measure] += count;
    bytes_ += (figure.sums->size() - before) * run_.allowance.bytes_of_cell(0);
  }

  const Run& run_;
  Steps steps_;
  std::map<std::int64_t, BucketSums> greetings_;
  std::vector<std::int64_t> counts_;
  std::size_t bytes_ = 0;  // the least that the cells take of the answer
};

}  // namespace

report::Table run_source(const Run& run, const report::GreetingEventsSource& source) {
  TimeRange range = run.plan.buckets.range();
  if (source.at) range = {std::max(range.from, source.at->from), std::min(range.to, source.at->to)};
  GreetingSums sums(run);
  if (range.to < range.from) return sums.table();
  for (const auto& chunk : run.chunks<GreetingEventChunk>()) {
    if (run.allowance.is_used_up()) return std::vector<report::GreetingEventsCell>();
    const RowRange picked = chunk->at().rows_between(range.from, range.to + Duration{1});
    if (picked.size() == 0) continue;
    if (!sums.add(*chunk, picked)) return std::vector<report::GreetingEventsCell>();
  }
  return sums.table();
}

}  // namespace chatreports::engine::native
