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

RowSet all_rows(const Segment& segment) {
  RowSet rows(segment.size());
  rows.fill();
  return rows;
}

// Calls visit(rows) for the rows of each of the values that the segment has.
template <class Visit>
void for_each_listed_value(const Segment& segment, const report::HasAny& test, Allowance& allowance,
                           Visit visit) {
  const FieldIndex index = segment.index(test.field);
  Steps steps(allowance);
  // Walks the smaller side and searches the larger one, so that a long list stays cheap.
  if (test.values.size() <= index.size()) {
    for (const Value& value : test.values) {
      if (steps.take(steps_a_value)) break;
      if (const auto number = index.find(value)) visit(index.rows(*number));
    }
  } else {
    for (std::uint32_t number = 0; number < index.size(); ++number) {
      if (steps.take(steps_a_value)) break;
      if (std::binary_search(test.values.begin(), test.values.end(), index.value(number))) {
        visit(index.rows(number));
      }
    }
  }
}

RowSet rows_where(const Segment& segment, const report::All& test, Allowance& allowance);

RowSet rows_where(const Segment& segment, const report::Exists& test, Allowance&) {
  RowSet rows(segment.size());
  unite(rows, segment.index(test.field).any());
  return rows;
}

RowSet rows_where(const Segment& segment, const report::HasAny& test, Allowance& allowance) {
  RowSet rows(segment.size());
  for_each_listed_value(segment, test, allowance,
                        [&rows](const Postings::View& of_value) { unite(rows, of_value); });
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

// Keeps those of the rows for which the predicate holds, if possible without making a set of its
// own.
void narrow(RowSet& rows, const Segment& segment, const report::Predicate& predicate,
            Allowance& allowance) {
  const auto narrow_by_set = [&](const auto& test) {
    const RowSet selected = rows_where(segment, test, allowance);
    predicate.negated ? rows.subtract(selected.words()) : rows.intersect(selected);
  };
  std::visit(Overloaded{[&](const report::Exists& test) {
                          const Postings::View any = segment.index(test.field).any();
                          predicate.negated ? subtract(rows, any) : intersect(rows, any);
                        },
                        [&](const report::HasAny& test) {
                          if (!predicate.negated) return narrow_by_set(test);
                          for_each_listed_value(segment, test, allowance,
                                                [&rows](const Postings::View& of_value) {
                                                  subtract(rows, of_value);
                                                });
                        },
                        narrow_by_set},
             predicate.test);
}

RowSet rows_where(const Segment& segment, const report::All& test, Allowance& allowance) {
  // The first predicate that is not negated makes the set, and the others narrow it.
  const auto first = std::ranges::find(test.predicates, false, &report::Predicate::negated);
  RowSet rows =
      first == test.predicates.end() ? all_rows(segment) : select(segment, *first, allowance);
  for (auto predicate = test.predicates.begin(); predicate != test.predicates.end(); ++predicate) {
    if (allowance.is_used_up()) break;
    if (predicate != first) narrow(rows, segment, *predicate, allowance);
  }
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
