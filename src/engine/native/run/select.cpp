#include "engine/native/run/select.h"

#include <algorithm>
#include <utility>

#include "base/overloaded.h"

namespace chatreports::engine::native {
namespace {

using report::Value;

constexpr std::size_t steps_a_value = 64;  // to find it and to add its rows

template <class T>
void make_set(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

RowSet rows_where(const Segment& segment, const report::All& test, Allowance& allowance) {
  RowSet rows(segment.size());
  rows.fill();
  for (const report::Predicate& predicate : test.predicates) {
    if (allowance.is_used_up()) break;
    rows.intersect(select(segment, predicate, allowance));
  }
  return rows;
}

RowSet rows_where(const Segment& segment, const report::Exists& test, Allowance&) {
  RowSet rows(segment.size());
  unite(rows, segment.index(test.field).any());
  return rows;
}

RowSet rows_where(const Segment& segment, const report::HasAny& test, Allowance& allowance) {
  const FieldIndex index = segment.index(test.field);
  RowSet rows(segment.size());
  Steps steps(allowance);
  // Walks the smaller side and searches the larger one, so that a long list stays cheap.
  if (test.values.size() <= index.size()) {
    for (const Value& value : test.values) {
      if (steps.take(steps_a_value)) break;
      if (const auto number = index.find(value)) unite(rows, index.rows(*number));
    }
  } else {
    for (std::uint32_t number = 0; number < index.size(); ++number) {
      if (steps.take(steps_a_value)) break;
      if (std::binary_search(test.values.begin(), test.values.end(), index.value(number))) {
        unite(rows, index.rows(number));
      }
    }
  }
  return rows;
}

RowSet rows_where(const Segment& segment, const report::HasEvery& test, Allowance& allowance) {
  const FieldIndex index = segment.index(test.field);
  RowSet rows(segment.size());
  if (test.values.size() > index.size()) return rows;
  rows.fill();
  Steps steps(allowance);
  for (const Value& value : test.values) {
    if (steps.take(steps_a_value)) break;
    const auto number = index.find(value);
    if (!number) return RowSet(segment.size());
    intersect(rows, index.rows(*number));
  }
  return rows;
}

RowSet rows_where(const Segment& segment, const report::Submitted& test, Allowance&) {
  RowSet rows(segment.size());
  segment.submissions().add_rows_where(test, segment.started_at(), rows);
  return rows;
}

RowSet rows_where(const Segment& segment, const report::GreetingSent& test, Allowance&) {
  RowSet rows(segment.size());
  segment.add_rows_where(test, rows);
  return rows;
}

}  // namespace

report::Predicate prepared(report::Predicate predicate) {
  std::visit(
      Overloaded{[](report::All& all) {
                   for (report::Predicate& inner : all.predicates) {
                     inner = prepared(std::move(inner));
                   }
                 },
                 [](report::HasAny& any) { make_set(any.values); },
                 [](report::HasEvery& every) { make_set(every.values); }, [](report::Exists&) {},
                 [](report::Submitted&) {}, [](report::GreetingSent&) {}},
      predicate.test);
  return predicate;
}

bool holds_for_all(const report::Predicate& predicate) {
  const auto* all = std::get_if<report::All>(&predicate.test);
  return !predicate.negated && all != nullptr &&
         std::ranges::all_of(all->predicates, holds_for_all);
}

RowSet select(const Segment& segment, const report::Predicate& predicate, Allowance& allowance) {
  RowSet rows = std::visit([&](const auto& test) { return rows_where(segment, test, allowance); },
                           predicate.test);
  if (predicate.negated) rows.complement();
  return rows;
}

}  // namespace chatreports::engine::native
