#pragma once
// The reports. Each is data: names, a function that turns a query into plans, and one that turns
// the tables that answer them into a report. The one place to look for what a report is.

#include <span>
#include <string_view>
#include <vector>

#include "base/allowance.h"
#include "base/error.h"
#include "report/plan.h"
#include "report/query.h"
#include "report/report.h"
#include "report/table.h"

namespace chatreports::report {

struct Definition {
  std::string_view resource;  // "chats"
  std::string_view action;    // "total_chats"
  std::string_view name;      // "total-chats-report"
  // Fails with `invalid` where the range has too many buckets.
  Result<std::vector<Plan>> (*plans)(const Query& query);
  // The tables answer the plans, in their order. Where the allowance is used up, the report breaks
  // off and is worth nothing.
  Report (*report)(const Query& query, std::span<const Plan> plans, std::span<const Table> tables,
                   Allowance& allowance);
  // The fewest bytes that a cell of a table takes in the answer, so that no table is made that no
  // answer can hold.
  std::size_t least_cell_bytes;
};

// In the order of the API text.
std::span<const Definition> catalogue();

// Nothing where there is no such report.
const Definition* find(std::string_view resource, std::string_view action);
// The one whose action has the same letters, in whatever case and with whatever between them.
const Definition* find_meant(std::string_view action);

}  // namespace chatreports::report
