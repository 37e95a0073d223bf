#include "engine/native/run/selection.h"

#include "engine/native/run/select.h"

namespace chatreports::engine::native {
namespace {

// The rows of a predicate that asks for one value, or for any value, of a field.
std::optional<Postings::View> rows_as_they_lie(const Segment& segment,
                                               const report::Predicate& predicate) {
  if (predicate.negated) return std::nullopt;
  if (const auto* exists = std::get_if<report::Exists>(&predicate.test)) {
    return segment.index(exists->field).any();
  }
  const auto* any = std::get_if<report::HasAny>(&predicate.test);
  if (any == nullptr || any->values.size() != 1) return std::nullopt;
  const FieldIndex index = segment.index(any->field);
  const auto number = index.find(any->values[0]);
  return number ? index.rows(*number) : Postings::View{};
}

}  // namespace

std::uint32_t MeasureRows::count(RowRange range) const {
  if (set_) return set_->count(range);
  return view_ ? view_->rank(range.end) - view_->rank(range.begin) : range.size();
}

report::Sum MeasureRows::sum(const Column& column, RowRange range) const {
  if (set_) return column.sum(range, *set_);
  if (!view_) return column.sum(range);
  if (!view_->is_dense()) {
    const std::uint32_t begin = view_->rank(range.begin);
    return column.sum(view_->sparse.subspan(begin, view_->rank(range.end) - begin));
  }
  return column.sum(range, view_->dense);
}

std::vector<MeasureRows> select_measures(const Segment& segment, const RowSet* picked,
                                         const std::vector<report::Measure>& measures, bool as_sets,
                                         Allowance& allowance) {
  std::vector<MeasureRows> selection(measures.size());
  for (std::size_t at = 0; at < measures.size(); ++at) {
    MeasureRows& rows = selection[at];
    const report::Measure& measure = measures[at];
    if (!measure.where || holds_for_all(*measure.where)) {
      if (picked != nullptr) rows.set_ = *picked;
      continue;
    }
    if (!as_sets && picked == nullptr) rows.view_ = rows_as_they_lie(segment, *measure.where);
    if (rows.view_) continue;
    rows.set_.emplace(select(segment, *measure.where, allowance));
    if (picked != nullptr) rows.set_->intersect(*picked);
  }
  return selection;
}

}  // namespace chatreports::engine::native
