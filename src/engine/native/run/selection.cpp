#include "engine/native/run/selection.h"

#include "base/overloaded.h"
#include "engine/native/run/figures.h"
#include "engine/native/run/select.h"

namespace chatreports::engine::native {
namespace {

// Returns the rows of the predicate if the segment stores them: those of one value, or of any
// value.
std::optional<Postings::View> stored_rows(const Segment& segment,
                                          const report::Predicate& predicate) {
  using Rows = std::optional<Postings::View>;
  if (predicate.negated) return std::nullopt;
  return std::visit(Overloaded{[&](const report::Exists& exists) -> Rows {
                                 return segment.index(exists.field).any();
                               },
                               [&](const report::HasAny& any) -> Rows {
                                 if (any.values.size() != 1) return std::nullopt;
                                 const FieldIndex index = segment.index(any.field);
                                 const auto number = index.find(any.values[0]);
                                 return number ? index.rows(*number) : Postings::View{};
                               },
                               [](const auto&) -> Rows { return std::nullopt; }},
                    predicate.test);
}

}  // namespace

std::uint32_t MeasureRows::count(RowRange range) const {
  if (set_) return set_->count(range);
  return view_ ? view_->rank(range.end) - view_->rank(range.begin) : range.size();
}

template <class Values>
report::Sum MeasureRows::sum(const Values& values, RowRange range) const {
  if (set_) return values.sum(range, *set_);
  if (!view_) return values.sum(range);
  if (!view_->is_dense()) {
    const std::uint32_t begin = view_->rank(range.begin);
    return values.sum(view_->sparse.subspan(begin, view_->rank(range.end) - begin));
  }
  return values.sum(range, view_->dense);
}

report::Sum MeasureRows::part(const Segment& segment, report::Column column, RowRange range,
                              report::Aggregate aggregate) const {
  return segment.visit_column(column, [&](const auto& values) {
    if (aggregate == Aggregate::sum) return sum(values, range);
    report::Sum part = 0;
    for_each_row(range, [&](std::uint32_t row) {
      grow(part, part_of(values.value(row), aggregate), aggregate);
    });
    return part;
  });
}

std::vector<MeasureRows> select_measures(const Segment& segment, const RowSet* picked,
                                         const std::vector<report::Measure>& measures,
                                         MeasureRows::Form form, Allowance& allowance) {
  std::vector<MeasureRows> selection(measures.size());
  for (std::size_t at = 0; at < measures.size(); ++at) {
    MeasureRows& rows = selection[at];
    const report::Measure& measure = measures[at];
    if (!measure.where || holds_for_all(*measure.where)) {
      if (picked != nullptr) rows.set_ = *picked;
      continue;
    }
    if (form == MeasureRows::Form::any && picked == nullptr) {
      rows.view_ = stored_rows(segment, *measure.where);
    }
    if (rows.view_) continue;
    rows.set_.emplace(select(segment, *measure.where, allowance));
    if (picked != nullptr) rows.set_->intersect(*picked);
  }
  return selection;
}

}  // namespace chatreports::engine::native
