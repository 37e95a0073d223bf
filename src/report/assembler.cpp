#include "report/assembler.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/overloaded.h"
#include "report/bucket_keys.h"
#include "report/plans.h"

namespace chatreports::report {
namespace {

// Where the sums of a figure stand among the measures of a plan.
struct Place {
  std::size_t sum = 0;
  std::optional<std::size_t> count;  // of the chats that a mean is over
};

// The measures of all figures, each once, and where each figure's are.
struct Layout {
  std::vector<Measure> measures;
  std::optional<Place> total;  // if the plan is not grouped; else another plan makes it
  std::vector<Place> figures;
};

// Other chats add nothing to a response time, so its sum needs no predicate.
bool adds_nothing_elsewhere(const Figure& figure) {
  return (figure.column == Column::response_time || figure.column == Column::first_response_time) &&
         figure.where == has_response();
}

std::size_t place_of(Measure measure, std::vector<Measure>& measures) {
  const auto found = std::ranges::find(measures, measure);
  const auto place = static_cast<std::size_t>(found - measures.begin());
  if (found == measures.end()) measures.push_back(std::move(measure));
  return place;
}

Place place_of(const Figure& figure, std::vector<Measure>& measures) {
  CHECK(figure.statistic != Statistic::score);
  const std::optional<Predicate> where =
      figure.where == Predicate{} ? std::nullopt : std::optional(figure.where);
  if (figure.statistic == Statistic::count) return {place_of({Column::count, where}, measures), {}};
  if (figure.statistic == Statistic::minimum || figure.statistic == Statistic::maximum) {
    const auto aggregate =
        figure.statistic == Statistic::minimum ? Aggregate::minimum : Aggregate::maximum;
    return {place_of({figure.column, where, aggregate}, measures), {}};
  }
  const std::size_t sum =
      place_of({figure.column, adds_nothing_elsewhere(figure) ? std::nullopt : where}, measures);
  if (figure.statistic == Statistic::sum) return {sum, {}};
  return {sum, place_of({Column::count, where}, measures)};
}

// The dimension beside the bucket.
std::optional<Field> group_of(const Definition& definition) {
  switch (definition.dimensions.back()) {
    case Dimension::bucket:
      return std::nullopt;
    case Dimension::agent:
      return Field::agent();
    case Dimension::tag:
      return Field::tag();
    case Dimension::group:
      return Field::group();
    case Dimension::greeting:
      return Field::greeting();
    case Dimension::queue_outcome:
      return Field::queue_outcome();
    case Dimension::country:
      return Field::country();
    case Dimension::first_responder:
      return Field::first_responder();
    default:
      CHECK(false && "no chat has such a dimension");
      return std::nullopt;
  }
}

Layout layout_of(const Definition& definition) {
  Layout layout;
  const bool is_grouped = group_of(definition).has_value();
  if (definition.total && !is_grouped) {
    layout.total = place_of(*definition.total, layout.measures);
  }
  for (const Figure& figure : definition.figures) {
    layout.figures.push_back(place_of(figure, layout.measures));
  }
  return layout;
}

// The key of a value of the dimension beside the bucket.
std::string key_of(const Definition& definition, const Value& value) {
  if (definition.dimensions.back() == Dimension::queue_outcome) {
    const bool has_left = value == Value(static_cast<std::int64_t>(chat::QueueOutcome::left));
    return has_left ? "left_queue" : "queued";
  }
  return std::visit(Overloaded{[](bool boolean) { return std::string(boolean ? "true" : "false"); },
                               [](std::int64_t integer) { return std::to_string(integer); },
                               [](const std::string& text) { return text; }},
                    value);
}

Number number_at(const Figure& figure, const Place& place, std::span<const Sum> sums) {
  return number_of(figure, sums[place.sum], place.count ? sums[*place.count] : 1);
}

// The figures of one cell: an object or, of a figure without a key, the number alone.
Entry::Value value_of(const Definition& definition, const Layout& layout,
                      std::span<const Sum> sums) {
  if (definition.figures.front().key.empty()) {
    return number_at(definition.figures.front(), layout.figures.front(), sums);
  }
  Entries entries;
  entries.reserve(definition.figures.size());
  for (std::size_t at = 0; at < definition.figures.size(); ++at) {
    const Figure& figure = definition.figures[at];
    const Number number = number_at(figure, layout.figures[at], sums);
    if (!figure.is_zero_written && is_zero(number)) continue;
    entries.push_back({std::string(figure.key), number});
  }
  return entries;
}

Sum sum_over(const ChatsTable& cells, std::size_t measure) {
  Sum sum = 0;
  for (const ChatsCell cell : cells) sum += cell.figures[measure];
  return sum;
}

}  // namespace

Result<std::vector<Plan>> assembled_plans(const Definition& definition, const Query& query) {
  const Layout layout = layout_of(definition);
  ChatsSource source{group_of(definition), layout.measures};
  const bool is_grouped = source.group_by.has_value();
  std::vector<Plan> plans;
  if (is_by_bucket(definition)) {
    Result<Plan> plan = plan_by_bucket(query, std::move(source));
    if (!plan) return std::unexpected(plan.error());
    plans.push_back(*std::move(plan));
  } else {
    plans.push_back(plan_of_whole_range(query, std::move(source)));
  }
  if (is_grouped && definition.total) {
    ChatsSource total;
    place_of(*definition.total, total.measures);
    plans.push_back(plan_of_whole_range(query, std::move(total)));
  }
  return plans;
}

Report assembled_report(const Definition& definition, std::span<const Plan> plans,
                        std::span<const Table> tables, Allowance& allowance) {
  const Layout layout = layout_of(definition);
  const auto& cells = std::get<ChatsTable>(tables[0]);
  Report report{&definition, definition.figures};
  if (definition.total) {
    const Sum total = layout.total ? sum_over(cells, layout.total->sum)
                                   : sum_over(std::get<ChatsTable>(tables[1]), 0);
    report.total = number_of(*definition.total, total);
    report.total_unit = definition.total->unit;
  }
  Steps steps(allowance);
  if (!is_by_bucket(definition)) {
    for (const ChatsCell cell : cells) {
      if (steps.take(steps_per_entry)) break;
      report.records.push_back(
          {key_of(definition, *cell.group), value_of(definition, layout, cell.figures)});
    }
    return report;
  }
  const Buckets& buckets = plans[0].buckets;
  report.records.reserve(buckets.size());
  std::size_t next = 0;
  for (std::uint32_t bucket = 0; bucket < buckets.size(); ++bucket) {
    if (steps.take(steps_per_entry)) break;
    Entry::Value record = Entries{};
    for (; next < cells.size() && cells[next].bucket == bucket; ++next) {
      const ChatsCell cell = cells[next];
      auto value = value_of(definition, layout, cell.figures);
      if (cell.group == nullptr) {
        record = std::move(value);
        continue;
      }
      if (steps.take(steps_per_entry)) break;
      std::get<Entries>(record).push_back({key_of(definition, *cell.group), std::move(value)});
    }
    report.records.push_back({bucket_key(buckets, bucket), std::move(record)});
  }
  return report;
}

}  // namespace chatreports::report
