#pragma once
// One dimension of a segment: its values in ascending order (bools, then integers, then texts) and
// the rows of each. Each segment has its own: it needs nothing but itself.

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "engine/native/array.h"
#include "engine/native/merge.h"
#include "engine/native/postings.h"
#include "engine/native/search.h"
#include "report/plan.h"

namespace chatreports::engine::native {

// A value where it lies.
using ValueView = std::variant<bool, std::int64_t, std::string_view>;
ValueView view_of(const report::Value& value);
report::Value value_of(const ValueView& view);

class FieldIndex {
 public:
  FieldIndex() = default;
  // Of other indexes and where their rows go, the same as if it were built of these rows: a segment
  // of `rows` rows. `numbers`, where it is wanted, gets the new numbers of the values of each.
  struct Moved {
    const FieldIndex* index;
    const NewNumbers* rows;
  };
  static FieldIndex merged(std::span<const Moved> from, std::uint32_t rows,
                           bool with_values_of_rows, std::vector<NewNumbers>* numbers = nullptr);

  std::uint32_t size() const { return postings_.size(); }
  // The number of the value among the ascending ones.
  std::optional<std::uint32_t> find(const report::Value& value) const;
  // The first number whose value is not before this one; size() where there is none.
  std::uint32_t lower_bound(const report::Value& value) const;
  // As long as the segment is there.
  ValueView view(std::uint32_t number) const;
  report::Value value(std::uint32_t number) const { return value_of(view(number)); }
  Postings::View rows(std::uint32_t number) const { return postings_[number]; }
  // How many pairs of a row and a value there are.
  std::uint32_t pairs() const { return pairs_; }
  // The other way: whether the values of each row are kept as well, and visit(number) for each of
  // a row's.
  bool has_values_of_rows() const { return !first_values_.empty(); }
  template <class Visit>
  void for_each_value_of(std::uint32_t row, Visit visit) const;
  // The rows that have any value.
  Postings::View any() const { return any_.size() == 0 ? Postings::View{} : any_[0]; }

  template <class Self, class Layout>
  static void lay_out(Self& self, Layout& layout) {
    layout(self.bools_, self.numbers_, self.texts_, self.postings_, self.any_, self.pairs_,
           self.first_values_, self.further_rows_, self.further_values_, self.further_ends_);
  }

 private:
  friend class FieldIndexBuilder;
  class Writer;

  // Keeps the values of each row as well, but not of too many values.
  void add_values_of_rows(std::uint32_t segment_rows);
  std::string_view text(std::uint32_t number) const { return text_of(texts_, number); }

  std::uint32_t bools_ = 0;      // how many of numbers_ are bools
  Array<std::int64_t> numbers_;  // bools, then integers
  Lists<char> texts_;
  Postings postings_;
  Postings any_;  // of one entry; empty where no row has a value
  std::uint32_t pairs_ = 0;
  // Of each row the number of its first value, or no_value; the highest bit says that it has
  // further ones. Most rows have one value at most, which makes this two bytes a row.
  static constexpr std::uint16_t no_value = 0x7FFF;
  static constexpr std::uint16_t has_further = 0x8000;
  Array<std::uint16_t> first_values_;
  Array<std::uint16_t> further_rows_;    // ascending, once for each further value
  Array<std::uint16_t> further_values_;  // likewise
  Array<std::uint32_t> further_ends_;    // of those of each word of rows
};

template <class Visit>
void FieldIndex::for_each_value_of(std::uint32_t row, Visit visit) const {
  const std::uint16_t first = first_values_[row];
  if ((first & ~has_further) != no_value) visit(std::uint32_t{first} & ~std::uint32_t{has_further});
  if ((first & has_further) == 0) return;
  const std::uint32_t word = row / rows_per_word;
  const std::uint32_t begin = word == 0 ? 0 : further_ends_[word - 1];
  const std::uint32_t end = further_ends_[word];
  const auto wanted = static_cast<std::uint16_t>(row);
  for (std::size_t at =
           begin + count_below(further_rows_.span().subspan(begin, end - begin), wanted);
       at < end && further_rows_[at] == wanted; ++at) {
    visit(std::uint32_t{further_values_[at]});
  }
}

// Collects (row, value) pairs, rows ascending, and makes the index of them.
class FieldIndexBuilder {
 public:
  void add(std::uint32_t row, const report::Value& value);
  void add(std::uint32_t row, std::int64_t value);
  void add(std::uint32_t row, std::string_view value);
  // `with_values_of_rows` where it pays: they are left out where a segment has too many values.
  FieldIndex build(std::uint32_t segment_rows, bool with_values_of_rows = false) &&;

 private:
  struct TextHash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  using Rows = std::vector<std::uint16_t>;

  static void append(Rows& rows, std::uint32_t row);

  std::unordered_map<std::int64_t, Rows> bools_;
  std::unordered_map<std::int64_t, Rows> integers_;
  std::unordered_map<std::string, Rows, TextHash, std::equal_to<>> texts_;
};

}  // namespace chatreports::engine::native
