#include "engine/native/field_index.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace chatreports::engine::native {

std::string_view FieldIndex::text(std::uint32_t number) const {
  const std::uint32_t begin = number == 0 ? 0 : text_ends_[number - 1];
  return std::string_view(texts_).substr(begin, text_ends_[number] - begin);
}

std::optional<std::uint32_t> FieldIndex::find(const report::Value& value) const {
  if (const auto* wanted = std::get_if<std::string>(&value)) {
    std::uint32_t first = 0;
    auto count = static_cast<std::uint32_t>(text_ends_.size());
    while (count > 0) {
      const std::uint32_t half = count / 2;
      if (text(first + half) < *wanted) {
        first += half + 1;
        count -= half + 1;
      } else {
        count = half;
      }
    }
    if (first == text_ends_.size() || text(first) != *wanted) return std::nullopt;
    return static_cast<std::uint32_t>(numbers_.size()) + first;
  }
  const bool is_bool = std::holds_alternative<bool>(value);
  const std::int64_t wanted = is_bool ? std::get<bool>(value) : std::get<std::int64_t>(value);
  const auto begin = numbers_.begin() + (is_bool ? 0 : bools_);
  const auto end = is_bool ? numbers_.begin() + bools_ : numbers_.end();
  const auto found = std::lower_bound(begin, end, wanted);
  if (found == end || *found != wanted) return std::nullopt;
  return static_cast<std::uint32_t>(found - numbers_.begin());
}

report::Value FieldIndex::value(std::uint32_t number) const {
  if (number < bools_) return numbers_[number] != 0;
  if (number < numbers_.size()) return numbers_[number];
  return std::string(text(number - static_cast<std::uint32_t>(numbers_.size())));
}

std::strong_ordering FieldIndex::compare(std::uint32_t number, const report::Value& with) const {
  if (number >= numbers_.size()) {
    const auto* other = std::get_if<std::string>(&with);
    if (other == nullptr) return std::strong_ordering::greater;
    return text(number - static_cast<std::uint32_t>(numbers_.size())) <=> std::string_view(*other);
  }
  return value(number) <=> with;
}

std::size_t FieldIndex::bytes() const {
  return numbers_.capacity() * sizeof(numbers_[0]) + texts_.capacity() +
         text_ends_.capacity() * sizeof(text_ends_[0]) + postings_.bytes() + any_.bytes();
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

FieldIndex FieldIndexBuilder::build(std::uint32_t segment_rows) && {
  FieldIndex index;
  index.postings_ = Postings(segment_rows);
  index.any_ = Postings(segment_rows);
  RowSet any(segment_rows);
  const auto add_rows = [&](const Rows& rows) {
    index.postings_.push_back(rows);
    for (const std::uint16_t row : rows) any.insert(row);
  };
  const auto in_order = [](const auto& values) {
    std::vector<const typename std::decay_t<decltype(values)>::value_type*> order;
    order.reserve(values.size());
    for (const auto& entry : values) order.push_back(&entry);
    std::sort(order.begin(), order.end(),
              [](const auto* left, const auto* right) { return left->first < right->first; });
    return order;
  };
  index.bools_ = static_cast<std::uint32_t>(bools_.size());
  for (const auto* numbers : {&bools_, &integers_}) {
    for (const auto* entry : in_order(*numbers)) {
      index.numbers_.push_back(entry->first);
      add_rows(entry->second);
    }
  }
  for (const auto* entry : in_order(texts_)) {
    index.texts_ += entry->first;
    CHECK(index.texts_.size() <= UINT32_MAX);
    index.text_ends_.push_back(static_cast<std::uint32_t>(index.texts_.size()));
    add_rows(entry->second);
  }
  Rows rows;
  RowSet::for_each_word({0, segment_rows}, [&](std::uint32_t word_index, std::uint64_t mask) {
    for (std::uint64_t word = any.word(word_index) & mask; word != 0; word &= word - 1) {
      rows.push_back(static_cast<std::uint16_t>(
          word_index * rows_per_word + static_cast<std::uint32_t>(std::countr_zero(word))));
    }
  });
  if (!rows.empty()) index.any_.push_back(rows);
  index.numbers_.shrink_to_fit();
  index.texts_.shrink_to_fit();
  index.text_ends_.shrink_to_fit();
  index.postings_.shrink_to_fit();
  index.any_.shrink_to_fit();
  return index;
}

}  // namespace chatreports::engine::native
