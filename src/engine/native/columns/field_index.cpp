#include "engine/native/columns/field_index.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/check.h"
#include "base/overloaded.h"

namespace chatreports::engine::native {

ValueView view_of(const report::Value& value) {
  return std::visit([](const auto& of_type) { return ValueView(of_type); }, value);
}

report::Value value_of(const ValueView& view) {
  return std::visit(
      Overloaded{[](std::string_view text) { return report::Value(std::string(text)); },
                 [](auto number) { return report::Value(number); }},
      view);
}

std::optional<std::uint32_t> FieldIndex::find(const report::Value& value) const {
  const std::uint32_t number = lower_bound(value);
  const bool is_there = number < size() && view(number) == view_of(value);
  return is_there ? std::optional(number) : std::nullopt;
}

std::uint32_t FieldIndex::lower_bound(const report::Value& value) const {
  const ValueView wanted = view_of(value);
  std::uint32_t first = 0;
  for (std::uint32_t left = size(); left > 0;) {
    const std::uint32_t half = left / 2;
    if (view(first + half) < wanted) {
      first += half + 1;
      left -= half + 1;
    } else {
      left = half;
    }
  }
  return first;
}

ValueView FieldIndex::view(std::uint32_t number) const {
  if (number < bools_) return numbers_[number] != 0;
  if (number < numbers_.size()) return numbers_[number];
  return text_of(*texts_, first_text_ + number - static_cast<std::uint32_t>(numbers_.size()));
}

void RowsByValue::append(Rows& rows, std::uint32_t row) {
  // A row counts once for a value, however often it is added.
  if (rows.empty() || rows.back() != row) rows.push_back(static_cast<std::uint16_t>(row));
}

void RowsByValue::add(std::uint32_t row, const report::Value& value) {
  std::visit(Overloaded{[&](const std::string& text) { add(row, std::string_view(text)); },
                        [&](std::int64_t integer) { add(row, integer); },
                        [&](bool truth) { append(bools_[truth ? 1 : 0], row); }},
             value);
}

void RowsByValue::add(std::uint32_t row, std::int64_t value) {
  append(integers_[value], row);
}

void RowsByValue::add(std::uint32_t row, std::string_view value) {
  auto found = texts_.find(value);
  if (found == texts_.end()) found = texts_.emplace(std::string(value), Rows{}).first;
  append(found->second, row);
}

void ValueLists::add(const ValueView& value) {
  std::visit(Overloaded{[this](std::string_view text) { texts.push_back(text); },
                        [this](std::int64_t integer) { numbers.push_back(integer); },
                        [this](bool truth) {
                          numbers.push_back(truth ? 1 : 0);
                          ++bools;
                        }},
             value);
}

// Makes a field from its values in ascending order.
class StoredField::Writer {
 public:
  explicit Writer(std::uint32_t segment_rows)
      : segment_rows_(segment_rows), postings_(segment_rows), any_(segment_rows) {}

  // `rows` ascend and hold at least one row.
  void add(const ValueView& value, std::span<const std::uint16_t> rows) {
    values_.add(value);
    postings_.push_back(rows);
    pairs_ += static_cast<std::uint32_t>(rows.size());
    for (const std::uint16_t row : rows) any_.insert(row);
  }

  StoredField build(ValuesOfRows values_of_rows) && {
    StoredField field;
    std::vector<std::uint16_t> rows;
    any_.for_each_row({0, segment_rows_}, [&rows](std::uint32_t row) {
      rows.push_back(static_cast<std::uint16_t>(row));
    });
    Postings::Builder of_any(segment_rows_);
    if (!rows.empty()) of_any.push_back(rows);
    field.bools_ = values_.bools;
    field.numbers_ = std::move(values_.numbers);
    field.texts_ = std::move(values_.texts).build();
    field.postings_ = std::move(postings_).build();
    field.any_ = std::move(of_any).build();
    field.pairs_ = pairs_;
    if (values_of_rows == ValuesOfRows::stored) field.add_values_of_rows(segment_rows_);
    return field;
  }

 private:
  std::uint32_t segment_rows_;
  std::uint32_t pairs_ = 0;
  ValueLists values_;
  Postings::Builder postings_;
  RowSet any_;
};

void StoredField::add_values_of_rows(std::uint32_t segment_rows) {
  const std::uint32_t values = postings_.size();
  if (values == 0 || values >= no_value) return;
  std::vector<std::uint16_t> first_values(segment_rows, no_value);
  std::vector<std::uint32_t> next_further(segment_rows, 0);  // how many a row has, at first
  std::vector<std::uint32_t> further_ends(words_for(segment_rows), 0);
  for (std::uint32_t number = 0; number < values; ++number) {
    for_each_row(postings_[number], [&](std::uint32_t row) {
      std::uint16_t& first = first_values[row];
      if (first == no_value) {
        first = static_cast<std::uint16_t>(number);
      } else {
        first |= has_further;
        ++next_further[row];
        ++further_ends[row / rows_per_word];
      }
    });
  }
  std::partial_sum(further_ends.begin(), further_ends.end(), further_ends.begin());
  const std::size_t all_further = further_ends.empty() ? 0 : further_ends.back();
  std::exclusive_scan(next_further.begin(), next_further.end(), next_further.begin(), 0U);
  std::vector<std::uint16_t> further_rows(all_further);
  std::vector<std::uint16_t> further_values(all_further);
  for (std::uint32_t number = 0; number < values && all_further > 0; ++number) {
    for_each_row(postings_[number], [&](std::uint32_t row) {
      if ((first_values[row] & ~has_further) == number) return;
      const std::uint32_t at = next_further[row]++;
      further_rows[at] = static_cast<std::uint16_t>(row);
      further_values[at] = static_cast<std::uint16_t>(number);
    });
  }
  first_values_ = std::move(first_values);
  further_rows_ = std::move(further_rows);
  further_values_ = std::move(further_values);
  further_ends_ = std::move(further_ends);
}

StoredField::StoredField(const RowsByValue& rows, std::uint32_t segment_rows,
                         ValuesOfRows values_of_rows) {
  Writer field(segment_rows);
  rows.for_each([&field](const ValueView& value, std::span<const std::uint16_t> of_value) {
    field.add(value, of_value);
  });
  *this = std::move(field).build(values_of_rows);
}

void add_moved(std::vector<std::uint16_t>& into, const Postings::View& rows,
               const NewNumbers& new_rows) {
  const auto before = static_cast<std::ptrdiff_t>(into.size());
  for_each_row(rows, [&](std::uint32_t row) {
    if (new_rows[row] != gone) into.push_back(static_cast<std::uint16_t>(new_rows[row]));
  });
  if (before > 0) std::inplace_merge(into.begin(), into.begin() + before, into.end());
}

StoredField StoredField::merged(std::span<const Moved> from, std::uint32_t segment_rows,
                                ValuesOfRows values_of_rows, std::vector<NewNumbers>& numbers) {
  std::vector<std::uint32_t> sizes;
  numbers.clear();
  for (const Moved& one : from) {
    sizes.push_back(one.index.size());
    numbers.emplace_back(sizes.back(), gone);
  }
  Writer field(segment_rows);
  std::uint32_t next_number = 0;
  std::vector<std::uint16_t> rows;
  for_each_value_in(
      sizes, [from](const InList& at) { return from[at.list].index.view(at.number); },
      [&](std::span<const InList> places) {
        rows.clear();
        for (const InList& at : places) {
          add_moved(rows, from[at.list].index.rows(at.number), *from[at.list].rows);
        }
        if (rows.empty()) return;
        field.add(from[places.front().list].index.view(places.front().number), rows);
        for (const InList& at : places) numbers[at.list][at.number] = next_number;
        ++next_number;
      });
  return std::move(field).build(values_of_rows);
}

FieldIndex StoredField::index() const {
  FieldIndex index;
  index.size_ = postings_.size();
  index.bools_ = bools_;
  index.numbers_ = numbers_.span();
  index.texts_ = &texts_;
  index.postings_ = &postings_;
  index.any_ = &any_;
  index.field_ = this;
  return index;
}

}  // namespace chatreports::engine::native
