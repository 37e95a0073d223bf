#pragma once
// A report as data: its names, the dimensions of its records, its figures, and how its plans and
// tables become numbers. Immutable; any thread may read it.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/allowance.h"
#include "base/error.h"
#include "report/figure.h"
#include "report/plan.h"
#include "report/query.h"
#include "report/report.h"
#include "report/rows.h"
#include "report/table.h"
#include "report/version.h"

namespace chatreports::report {

struct Definition;

// A report whose shape the assembler does not know has these two functions of its own.
struct OwnShape {
  // Fails with `invalid` if the range has too many buckets.
  Result<std::vector<Plan>> (*plans)(const Query& query);
  // The tables answer the plans, in their order. If the allowance is used up, the function returns
  // early, and the report must not be used.
  Report (*report)(const Definition& definition, const Query& query, std::span<const Plan> plans,
                   std::span<const Table> tables, Allowance& allowance);
  // If the figures alone don't say how `records` looks: in words, and the schema of a record in
  // docs/openapi.yaml.
  std::string_view records = {};
  std::string_view record_schema = {};
  bool records_are_list = false;               // the keys of the records are not written
  std::optional<OwnRows> rows = std::nullopt;  // else the dimensions and the figures make them
};

struct Definition {
  std::string_view resource = {};          // "chats"
  std::string_view action = {};            // "total_chats"
  std::string_view name = {};              // "total-chats-report"
  Versions versions = {};                  // of the API that have it
  std::string_view meaning = {};           // a sentence for OpenAPI and the documentation
  std::vector<Dimension> dimensions = {};  // of `records`, outermost first
  std::span<const Distribution> distributions =
      all_distributions;             // those that a question may ask for
  std::vector<Figure> figures = {};  // of a record, in the order of their keys
  std::optional<Figure> total = std::nullopt;
  std::vector<Figure> summary = {};  // over all records, in the order of their keys
  bool depends_on_now = false;       // until its range is over, see Query::now
  bool has_form_labels = false;      // see Query::form_labels
  bool has_pages = false;            // see Query::page
  // The fewest bytes that a cell of a table takes in the answer, so that no table is made that no
  // answer can hold.
  std::size_t least_cell_bytes = 16;
  std::optional<OwnShape> own_shape = std::nullopt;  // else the assembler makes it
};

inline bool is_by_bucket(const Definition& definition) {
  return definition.dimensions.front() == Dimension::bucket;
}
// The level of `records` whose objects have the figure.
inline Dimension level_of(const Definition& definition, const Figure& figure) {
  return figure.level.value_or(definition.dimensions.back());
}

// Fails with `invalid` if the range has too many buckets.
Result<std::vector<Plan>> plans_of(const Definition& definition, const Query& query);

// The tables answer the plans, in their order. If the allowance is used up, the function returns
// early, and the report must not be used.
Report report_of(const Definition& definition, const Query& query, std::span<const Plan> plans,
                 std::span<const Table> tables, Allowance& allowance);

}  // namespace chatreports::report
