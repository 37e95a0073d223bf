#include "engine/native/parts/stored_properties.h"

#include <algorithm>
#include <optional>
#include <ranges>

#include "engine/native/columns/row_set.h"

namespace chatreports::engine::native {
namespace {

// Up to this many rows are sorted; more are put into a set.
constexpr std::size_t most_rows_to_sort = 512;

// Sorts the rows and drops duplicates.
void make_set(std::vector<std::uint16_t>& rows, std::uint32_t segment_rows) {
  if (rows.size() <= most_rows_to_sort) {
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    return;
  }
  RowSet set(segment_rows);
  for (const std::uint16_t row : rows) set.insert(row);
  rows.clear();
  set.for_each_row({0, segment_rows},
                   [&rows](std::uint32_t row) { rows.push_back(static_cast<std::uint16_t>(row)); });
}

}  // namespace

// Takes properties in ascending order, and the values of each in ascending order.
class StoredProperties::Writer {
 public:
  explicit Writer(std::uint32_t segment_rows)
      : segment_rows_(segment_rows), postings_(segment_rows), any_(segment_rows) {}

  // `rows` ascend and hold at least one row. The name must stay valid until the next call.
  void add(const Name& name, const ValueView& value, std::span<const std::uint16_t> rows) {
    if (name_ && name != *name_) end_name();
    name_ = name;
    values_.add(value);
    postings_.push_back(rows);
    rows_of_name_.insert(rows_of_name_.end(), rows.begin(), rows.end());
    ++values_of_name_;
  }

  StoredProperties build() && {
    if (name_) end_name();
    StoredProperties made;
    made.name_spaces_ = std::move(name_spaces_).build();
    made.names_ = std::move(names_).build();
    made.bools_ = std::move(bools_);
    made.number_ends_ = std::move(number_ends_);
    made.text_ends_ = std::move(text_ends_);
    made.numbers_ = std::move(values_.numbers);
    made.texts_ = std::move(values_.texts).build();
    made.postings_ = std::move(postings_).build();
    made.any_ = std::move(any_).build();
    return made;
  }

 private:
  void end_name() {
    name_spaces_.push_back(name_->first);
    names_.push_back(name_->second);
    bools_.push_back(std::exchange(values_.bools, 0));
    number_ends_.push_back(static_cast<std::uint32_t>(values_.numbers.size()));
    text_ends_.push_back(values_.texts.size());
    if (std::exchange(values_of_name_, 0) > 1) make_set(rows_of_name_, segment_rows_);
    any_.push_back(rows_of_name_);
    rows_of_name_.clear();
  }

  std::uint32_t segment_rows_;
  std::optional<Name> name_;  // of the property that is being added
  std::uint32_t values_of_name_ = 0;
  std::vector<std::uint16_t> rows_of_name_;
  Lists<char>::Builder name_spaces_;
  Lists<char>::Builder names_;
  std::vector<std::uint32_t> bools_;
  std::vector<std::uint32_t> number_ends_;
  std::vector<std::uint32_t> text_ends_;
  ValueLists values_;  // of all properties; `bools` counts those of the current one
  Postings::Builder postings_;
  Postings::Builder any_;
};

void StoredProperties::Builder::add(std::uint32_t row, const chat::Property& property) {
  of_names_[{property.name_space, property.name}].push_back({row, &property});
}

StoredProperties StoredProperties::Builder::build(std::uint32_t segment_rows) && {
  std::vector<decltype(of_names_)::const_pointer> names;
  names.reserve(of_names_.size());
  for (const auto& of_name : of_names_) names.push_back(&of_name);
  std::ranges::sort(names, {}, [](const auto* of_name) { return of_name->first; });
  Writer writer(segment_rows);
  for (const auto* of_name : names) {
    RowsByValue values;
    for (const Had& had : of_name->second) values.add(had.row, had.property->value);
    values.for_each([&](const ValueView& value, std::span<const std::uint16_t> rows) {
      writer.add(of_name->first, value, rows);
    });
  }
  return std::move(writer).build();
}

StoredProperties StoredProperties::merged(std::span<const Moved> from, std::uint32_t segment_rows) {
  std::vector<std::uint32_t> sizes;
  for (const Moved& moved : from) sizes.push_back(moved.properties->size());
  const auto name_of = [from](const InList& at) {
    return from[at.list].properties->name(at.number);
  };
  Writer writer(segment_rows);
  std::vector<FieldIndex> indexes;
  std::vector<std::uint32_t> values;  // how many each of these has
  std::vector<std::uint16_t> rows;
  for_each_value_in(sizes, name_of, [&](std::span<const InList> same_name) {
    const Name name = name_of(same_name.front());
    indexes.clear();
    values.clear();
    for (const InList& at : same_name) {
      indexes.push_back(from[at.list].properties->index(at.number));
      values.push_back(indexes.back().size());
    }
    for_each_value_in(
        values, [&indexes](const InList& at) { return indexes[at.list].view(at.number); },
        [&](std::span<const InList> same_value) {
          rows.clear();
          for (const InList& at : same_value) {
            add_moved(rows, indexes[at.list].rows(at.number), *from[same_name[at.list].list].rows);
          }
          if (rows.empty()) return;
          const InList& first = same_value.front();
          writer.add(name, indexes[first.list].view(first.number), rows);
        });
  });
  return std::move(writer).build();
}

FieldIndex StoredProperties::index(std::string_view name_space, std::string_view name) const {
  const Name wanted(name_space, name);
  const auto numbers = std::views::iota(0U, size());
  const std::uint32_t number = *std::ranges::partition_point(
      numbers, [&](std::uint32_t known) { return this->name(known) < wanted; });
  return number < size() && this->name(number) == wanted ? index(number) : FieldIndex();
}

FieldIndex StoredProperties::index(std::uint32_t number) const {
  const auto begin_of = [number](const Array<std::uint32_t>& ends) {
    return number == 0 ? 0 : ends[number - 1];
  };
  const std::uint32_t first_number = begin_of(number_ends_);
  const std::uint32_t first_text = begin_of(text_ends_);
  const std::uint32_t number_count = number_ends_[number] - first_number;
  FieldIndex index;
  index.size_ = number_count + text_ends_[number] - first_text;
  index.bools_ = bools_[number];
  index.numbers_ = numbers_.span().subspan(first_number, number_count);
  index.texts_ = &texts_;
  index.first_text_ = first_text;
  index.postings_ = &postings_;
  index.first_ = first_number + first_text;
  index.any_ = &any_;
  index.any_number_ = number;
  return index;
}

}  // namespace chatreports::engine::native
