#include "report/rows.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <utility>

#include "base/check.h"
#include "report/bucket_keys.h"
#include "report/definition.h"

namespace chatreports::report {
namespace {

constexpr std::string_view key_of_lone_figure = "count";

bool has_integers(Dimension dimension) {
  return dimension == Dimension::group || dimension == Dimension::greeting;
}

RowCell cell_of_key(Dimension dimension, std::string_view key) {
  if (!has_integers(dimension)) return key;
  std::int64_t number = 0;
  std::from_chars(key.data(), key.data() + key.size(), number);
  return Number(number);
}

// Makes the rows of a tree of dimensions and figures.
class Flattening {
 public:
  Flattening(const Definition& definition, std::span<const Figure> figures, const TakeRow& take)
      : dimensions_(definition.dimensions),
        figures_(figures),
        take_(take),
        cells_(dimensions_.size() + figures.size()) {}

  // Returns whether to go on. `key` stands in place of the key of the record.
  bool take_record(const Entry& record, std::string_view key) { return take(record, key, 0); }

 private:
  bool take(const Entry& entry, std::string_view key, std::size_t level) {
    cells_[level] = cell_of_key(dimensions_[level], key);
    const bool is_innermost = level + 1 == dimensions_.size();
    if (const auto* number = std::get_if<Number>(&entry.value)) {
      cells_[dimensions_.size()] = *number;
      return take_(cells_);
    }
    const auto& entries = std::get<Entries>(entry.value);
    if (is_innermost) {
      for (std::size_t at = 0; at < figures_.size(); ++at) {
        cells_[dimensions_.size() + at] = figure_in(entries, figures_[at]);
      }
      return take_(cells_);
    }
    if (entries.empty()) {
      std::fill(cells_.begin() + static_cast<std::ptrdiff_t>(level) + 1, cells_.end(), RowCell());
      return take_(cells_);
    }
    return std::ranges::all_of(
        entries, [&](const Entry& inner) { return take(inner, inner.key, level + 1); });
  }

  // A count of nothing is 0; a mean of nothing is not known.
  static RowCell figure_in(const Entries& entries, const Figure& figure) {
    const RowCell cell = cell_in(entries, figure.key);
    const bool is_known = !std::holds_alternative<std::monostate>(cell);
    return is_known || figure.statistic != Statistic::count ? cell : Number(std::int64_t{0});
  }

  const std::span<const Dimension> dimensions_;
  const std::span<const Figure> figures_;
  const TakeRow& take_;
  std::vector<RowCell> cells_;
};

// Columns of ids, and the columns of their names.
constexpr std::array<std::pair<std::string_view, std::string_view>, 3> name_columns = {
    {{"agent", "agent_name"},
     {"first_responder", "first_responder_name"},
     {"group", "group_name"}}};

// Returns the name of the column of names; nothing if the ids have no names.
std::optional<std::string_view> name_column_of(const RowColumn& column) {
  const auto found =
      std::ranges::find(name_columns, column.name, [](const auto& pair) { return pair.first; });
  if (found == name_columns.end() || column.unit) return std::nullopt;
  return found->second;
}

template <class Named, class Id>
RowCell name_in(const std::vector<Named>& all, const Id& id) {
  const auto found = std::ranges::lower_bound(all, id, std::less(), &Named::id);
  if (found == all.end() || found->id != id || !found->name) return {};
  return std::string_view(*found->name);
}

// The agent or the group with the id of the cell.
RowCell name_of_cell(const RowCell& cell, const chat::Team& names) {
  if (const auto* const agent = std::get_if<std::string_view>(&cell)) {
    return name_in(names.agents, *agent);
  }
  if (const auto* const number = std::get_if<Number>(&cell)) {
    return name_in(names.groups, std::get<std::int64_t>(*number));
  }
  return {};
}

// Calls `take` with a name after each cell of an id.
TakeRow with_names(const Report& report, const chat::Team& names, const TakeRow& take) {
  std::vector<bool> is_id;
  for (const RowColumn& column : row_columns(report)) {
    is_id.push_back(name_column_of(column).has_value());
  }
  return [is_id = std::move(is_id), &names, &take,
          named = std::vector<RowCell>()](std::span<const RowCell> cells) mutable {
    named.clear();
    for (std::size_t at = 0; at < cells.size(); ++at) {
      named.push_back(cells[at]);
      if (is_id[at]) named.push_back(name_of_cell(cells[at], names));
    }
    return take(named);
  };
}

const OwnRows* own_rows_of(const Report& report) {
  const auto& shape = report.definition->own_shape;
  return shape && shape->rows ? &*shape->rows : nullptr;
}

}  // namespace

RowCell cell_in(const Entries& entries, std::string_view key) {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  if (found == entries.end()) return {};
  if (const auto* text = std::get_if<std::string>(&found->value)) return std::string_view(*text);
  return std::get<Number>(found->value);
}

const Entries& entries_in(const Entries& entries, std::string_view key) {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  CHECK(found != entries.end());
  return std::get<Entries>(found->value);
}

const Entries& elements_in(const Entries& entries, std::string_view key) {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  CHECK(found != entries.end());
  return std::get<List>(found->value).elements;
}

std::vector<RowColumn> row_columns(const Report& report, bool has_names) {
  std::vector<RowColumn> columns;
  const auto add = [&columns, has_names](const RowColumn& column) {
    columns.push_back(column);
    const auto name = has_names ? name_column_of(column) : std::nullopt;
    if (name) columns.push_back({*name});
  };
  if (const OwnRows* own = own_rows_of(report)) {
    std::ranges::for_each(own->columns, add);
    return columns;
  }
  for (const Dimension dimension : report.definition->dimensions) add({key_of(dimension)});
  for (const Figure& figure : report.figures) {
    add({figure.key.empty() ? key_of_lone_figure : figure.key, figure.unit});
  }
  return columns;
}

void take_rows(Report report, const Buckets& buckets, const chat::Team* names,
               const TakeRow& take) {
  if (names != nullptr) {
    const TakeRow named = with_names(report, *names, take);
    return take_rows(std::move(report), buckets, nullptr, named);
  }
  const OwnRows* const own = own_rows_of(report);
  const bool is_by_bucket = report::is_by_bucket(*report.definition);
  Flattening flattening(*report.definition, report.figures, take);
  for (std::uint32_t at = 0; at < report.records.size(); ++at) {
    Entry& record = report.records[at];
    const bool goes_on =
        own != nullptr
            ? own->take_record(record, take)
            : flattening.take_record(record, is_by_bucket ? bucket_time(buckets, at) : record.key);
    if (!goes_on) return;
    record = {};
  }
}

}  // namespace chatreports::report
