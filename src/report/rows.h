#pragma once
// A report as flat rows, for spreadsheets and data frames: a column for each dimension, then one
// for each figure. A total or a summary of the report is in no row.

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "chat/team.h"
#include "report/report.h"
#include "time/buckets.h"

namespace chatreports::report {

struct RowColumn {
  std::string_view name;
  std::optional<Unit> unit = std::nullopt;  // of a figure
};

// Returns whether the unit says more than the name: `hours` are hours.
inline bool names_unit(const RowColumn& column) {
  return column.unit && name_of(*column.unit) != column.name;
}

// A text is borrowed. Nothing: the report has no such value here.
using RowCell = std::variant<std::monostate, Number, std::string_view>;
// Returns whether to go on.
using TakeRow = std::function<bool(std::span<const RowCell>)>;

// Returns the value of that key; an empty cell if there is none.
RowCell cell_in(const Entries& entries, std::string_view key);
// Require the key and the kind of its value.
const Entries& entries_in(const Entries& entries, std::string_view key);
const Entries& elements_in(const Entries& entries, std::string_view key);  // of a list

// The rows of a report whose records are no plain tree of dimensions and figures.
struct OwnRows {
  std::span<const RowColumn> columns;
  // Makes the rows of one record. Returns whether to go on.
  bool (*take_record)(const Entry& record, const TakeRow& take) = nullptr;
};

// The columns of the report's rows. Their names stay valid as long as the report's definition. With
// names, a column such as `agent_name` follows each column of agents, first responders or groups.
std::vector<RowColumn> row_columns(const Report& report, bool has_names = false);

// Calls `take` with the cells of each row, in the order of the columns. A bucket without values has
// one row. There its counts are 0, unless the bucket has more dimensions below it; other cells are
// empty. `buckets` are those of the report's first plan. `names` are those of the columns that
// has_names adds; a name that is not known is empty. Null: none are added. Frees each record after
// its rows, so that a large report and what is made of it do not stand in memory together.
void take_rows(Report report, const Buckets& buckets, const chat::Team* names, const TakeRow& take);

}  // namespace chatreports::report
