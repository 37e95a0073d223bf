#pragma once
// One dimension of a segment: its values in ascending order (bools, then integers, then texts) and
// the rows of each. Each segment has its own values, so it needs no shared dictionary.
//
// A FieldIndex reads a dimension. A StoredField, or StoredProperties, holds it.

#include <algorithm>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "engine/native/columns/array.h"
#include "engine/native/columns/merge.h"
#include "engine/native/columns/postings.h"
#include "engine/native/columns/search.h"
#include "report/plan.h"

namespace chatreports::engine::native {

// A value, whose text is borrowed.
using ValueView = std::variant<bool, std::int64_t, std::string_view>;
ValueView view_of(const report::Value& value);
report::Value value_of(const ValueView& view);

class StoredField;

// A view: the segment must outlive it. A value's number is its place among the ascending values.
class FieldIndex {
 public:
  FieldIndex() = default;  // without values

  std::uint32_t size() const { return size_; }
  // Returns the value's number; nothing if it is not there.
  std::optional<std::uint32_t> find(const report::Value& value) const;
  // Returns the number of the first value that is not before this one; size() if there is none.
  std::uint32_t lower_bound(const report::Value& value) const;
  ValueView view(std::uint32_t number) const;
  report::Value value(std::uint32_t number) const { return value_of(view(number)); }
  Postings::View rows(std::uint32_t number) const { return (*postings_)[first_ + number]; }
  // Returns how many pairs of a row and a value there are; 0 if that is not known.
  std::uint32_t pairs() const;
  // Whether the values of each row are stored too.
  bool has_values_of_rows() const;
  // Calls visit(number) for each value of the row. Only if has_values_of_rows().
  template <class Visit>
  void for_each_value_of(std::uint32_t row, Visit visit) const;
  // Returns the rows that have at least one value.
  Postings::View any() const { return size_ == 0 ? Postings::View{} : (*any_)[any_number_]; }

 private:
  friend class StoredField;
  friend class StoredProperties;

  std::uint32_t size_ = 0;
  std::uint32_t bools_ = 0;                // how many of numbers_ are bools
  std::span<const std::int64_t> numbers_;  // bools, then integers
  // The texts and rows may be shared by several fields.
  const Lists<char>* texts_ = nullptr;
  std::uint32_t first_text_ = 0;
  const Postings* postings_ = nullptr;
  std::uint32_t first_ = 0;
  const Postings* any_ = nullptr;
  std::uint32_t any_number_ = 0;
  const StoredField* field_ = nullptr;  // null if it is a property
};

// Collects pairs of a row and a value. Add rows in ascending order.
class RowsByValue {
 public:
  void add(std::uint32_t row, const report::Value& value);
  void add(std::uint32_t row, std::int64_t value);
  void add(std::uint32_t row, std::string_view value);

  // Calls visit(value, rows) for each value, ascending.
  template <class Visit>
  void for_each(Visit visit) const {
    for_each_in_order(bools_, [&visit](std::int64_t value, const Rows& rows) {
      visit(ValueView(value != 0), std::span<const std::uint16_t>(rows));
    });
    for_each_in_order(integers_, [&visit](std::int64_t value, const Rows& rows) {
      visit(ValueView(value), std::span<const std::uint16_t>(rows));
    });
    for_each_in_order(texts_, [&visit](const std::string& value, const Rows& rows) {
      visit(ValueView(std::string_view(value)), std::span<const std::uint16_t>(rows));
    });
  }

 private:
  struct TextHash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using Rows = std::vector<std::uint16_t>;

  static void append(Rows& rows, std::uint32_t row);

  template <class Entries, class Visit>
  static void for_each_in_order(const Entries& entries, Visit visit) {
    std::vector<const typename Entries::value_type*> order;
    order.reserve(entries.size());
    for (const auto& entry : entries) order.push_back(&entry);
    std::sort(order.begin(), order.end(),
              [](const auto* left, const auto* right) { return left->first < right->first; });
    for (const auto* entry : order) visit(entry->first, entry->second);
  }

  std::unordered_map<std::int64_t, Rows> bools_;
  std::unordered_map<std::int64_t, Rows> integers_;
  std::unordered_map<std::string, Rows, TextHash, std::equal_to<>> texts_;
};

// Values in the form in which they are stored. Add them in ascending order.
struct ValueLists {
  void add(const ValueView& value);

  std::uint32_t bools = 0;  // how many of the numbers are bools
  std::vector<std::int64_t> numbers;
  Lists<char>::Builder texts;
};

// Merges the new numbers of the rows that move into `into`, which ascends.
void add_moved(std::vector<std::uint16_t>& into, const Postings::View& rows,
               const NewNumbers& new_rows);

class StoredField {
 public:
  StoredField() = default;
  // Whether to store the values of each row too. They are left out anyway if there are too many
  // values.
  enum class ValuesOfRows : std::uint8_t { left_out, stored };

  StoredField(const RowsByValue& rows, std::uint32_t segment_rows, ValuesOfRows values_of_rows);

  // Makes the field of a segment of `segment_rows` rows from fields of other segments and the new
  // numbers of their rows: the same as from these rows themselves. Sets `numbers` to the new
  // numbers of the values of each field.
  struct Moved {
    FieldIndex index;
    const NewNumbers* rows;
  };
  static StoredField merged(std::span<const Moved> from, std::uint32_t segment_rows,
                            ValuesOfRows values_of_rows, std::vector<NewNumbers>& numbers);

  FieldIndex index() const;

  template <class Self, class Layout>
  static void lay_out(Self& self, Layout& layout) {
    layout(self.bools_, self.numbers_, self.texts_, self.postings_, self.any_, self.pairs_,
           self.first_values_, self.further_rows_, self.further_values_, self.further_ends_);
  }

 private:
  friend class FieldIndex;
  class Writer;

  // Stores the values of each row too, unless there are too many values.
  void add_values_of_rows(std::uint32_t segment_rows);

  std::uint32_t bools_ = 0;      // how many of numbers_ are bools
  Array<std::int64_t> numbers_;  // bools, then integers
  Lists<char> texts_;
  Postings postings_;
  Postings any_;  // one entry; none if no row has a value
  std::uint32_t pairs_ = 0;
  // The number of each row's first value, or no_value. The highest bit says that the row has
  // further values. Most rows have one value at most, so this takes two bytes a row.
  static constexpr std::uint16_t no_value = 0x7FFF;
  static constexpr std::uint16_t has_further = 0x8000;
  Array<std::uint16_t> first_values_;
  Array<std::uint16_t> further_rows_;    // ascending, once for each further value
  Array<std::uint16_t> further_values_;  // likewise
  Array<std::uint32_t> further_ends_;    // the end of the further values of each word of rows
};

inline std::uint32_t FieldIndex::pairs() const {
  return field_ == nullptr ? 0 : field_->pairs_;
}

inline bool FieldIndex::has_values_of_rows() const {
  return field_ != nullptr && !field_->first_values_.empty();
}

template <class Visit>
void FieldIndex::for_each_value_of(std::uint32_t row, Visit visit) const {
  constexpr std::uint16_t has_further = StoredField::has_further;
  const std::uint16_t first = field_->first_values_[row];
  if ((first & ~has_further) != StoredField::no_value) {
    visit(std::uint32_t{first} & ~std::uint32_t{has_further});
  }
  if ((first & has_further) == 0) return;
  const std::uint32_t word = row / rows_per_word;
  const std::uint32_t begin = word == 0 ? 0 : field_->further_ends_[word - 1];
  const std::uint32_t end = field_->further_ends_[word];
  const auto wanted = static_cast<std::uint16_t>(row);
  const std::span<const std::uint16_t> rows = field_->further_rows_.span();
  for (std::size_t at = begin + count_below(rows.subspan(begin, end - begin), wanted);
       at < end && rows[at] == wanted; ++at) {
    visit(std::uint32_t{field_->further_values_[at]});
  }
}

}  // namespace chatreports::engine::native
