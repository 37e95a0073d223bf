#include "engine/native/field_index.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/check.h"

namespace chatreports::engine::native {

ValueView view_of(const report::Value& value) {
  return std::visit([](const auto& of_type) { return ValueView(of_type); }, value);
}

report::Value value_of(const ValueView& view) {
  if (const auto* text = std::get_if<std::string_view>(&view)) return std::string(*text);
  if (const auto* integer = std::get_if<std::int64_t>(&view)) return *integer;
  return std::get<bool>(view);
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
  return text(number - static_cast<std::uint32_t>(numbers_.size()));
}

void FieldIndexBuilder::append(Rows& rows, std::uint32_t row) {
  // A value that a row is said to have twice is had once.
  if (rows.empty() || rows.back() != row) rows.push_back(static_cast<std::uint16_t>(row));
}

void FieldIndexBuilder::add(std::uint32_t row, const report::Value& value) {
  if (const auto* text = std::get_if<std::string>(&value)) {
    add(row, std::string_view(*text));
  } else if (const auto* integer = std::get_if<std::int64_t>(&value)) {
    add(row, *integer);
  } else {
    append(bools_[std::get<bool>(value)], row);
  }
}

void FieldIndexBuilder::add(std::uint32_t row, std::int64_t value) {
  append(integers_[value], row);
}

void FieldIndexBuilder::add(std::uint32_t row, std::string_view value) {
  auto found = texts_.find(value);
  if (found == texts_.end()) found = texts_.emplace(std::string(value), Rows{}).first;
  append(found->second, row);
}

FieldIndex FieldIndexBuilder::build(std::uint32_t segment_rows, bool with_values_of_rows) && {
  FieldIndex index;
  Postings::Builder postings(segment_rows);
  std::vector<std::int64_t> numbers;
  Lists<char>::Builder texts;
  RowSet any(segment_rows);
  const std::size_t values = bools_.size() + integers_.size() + texts_.size();
  with_values_of_rows = with_values_of_rows && values > 0 && values < FieldIndex::no_value;
  std::vector<std::uint16_t> first_values(with_values_of_rows ? segment_rows : 0,
                                          FieldIndex::no_value);
  std::vector<std::pair<std::uint16_t, std::uint16_t>> further;
  std::uint16_t next_value = 0;
  const auto add_rows = [&](const Rows& rows) {
    postings.push_back(rows);
    index.pairs_ += static_cast<std::uint32_t>(rows.size());
    for (const std::uint16_t row : rows) {
      if (!with_values_of_rows) break;
      std::uint16_t& first = first_values[row];
      if (first == FieldIndex::no_value) {
        first = next_value;
      } else {
        first |= FieldIndex::has_further;
        further.emplace_back(row, next_value);
      }
    }
    ++next_value;
    for (const std::uint16_t row : rows) any.insert(row);
  };
  const auto in_order = [](const auto& entries) {
    std::vector<const typename std::decay_t<decltype(entries)>::value_type*> order;
    order.reserve(entries.size());
    for (const auto& entry : entries) order.push_back(&entry);
    std::sort(order.begin(), order.end(),
              [](const auto* left, const auto* right) { return left->first < right->first; });
    return order;
  };
  index.bools_ = static_cast<std::uint32_t>(bools_.size());
  for (const auto* of_type : {&bools_, &integers_}) {
    for (const auto* entry : in_order(*of_type)) {
      numbers.push_back(entry->first);
      add_rows(entry->second);
    }
  }
  for (const auto* entry : in_order(texts_)) {
    texts.push_back(entry->first);
    add_rows(entry->second);
  }
  Rows rows;
  any.for_each_row({0, segment_rows},
                   [&rows](std::uint32_t row) { rows.push_back(static_cast<std::uint16_t>(row)); });
  Postings::Builder of_any(segment_rows);
  if (!rows.empty()) of_any.push_back(rows);
  std::sort(further.begin(), further.end());
  std::vector<std::uint16_t> further_rows;
  std::vector<std::uint16_t> further_values;
  std::vector<std::uint32_t> further_ends(with_values_of_rows ? words_for(segment_rows) : 0);
  for (const auto& [row, value] : further) {
    further_rows.push_back(row);
    further_values.push_back(value);
    ++further_ends[row / rows_per_word];
  }
  std::partial_sum(further_ends.begin(), further_ends.end(), further_ends.begin());
  index.first_values_ = std::move(first_values);
  index.further_rows_ = std::move(further_rows);
  index.further_values_ = std::move(further_values);
  index.further_ends_ = std::move(further_ends);
  index.numbers_ = std::move(numbers);
  index.texts_ = std::move(texts).build();
  index.postings_ = std::move(postings).build();
  index.any_ = std::move(of_any).build();
  return index;
}

}  // namespace chatreports::engine::native
