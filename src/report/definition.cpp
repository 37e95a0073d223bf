#include "report/definition.h"

#include "report/assembler.h"

namespace chatreports::report {

Result<std::vector<Plan>> plans_of(const Definition& definition, const Query& query) {
  return definition.own_shape ? definition.own_shape->plans(query)
                              : assembled_plans(definition, query);
}

Report report_of(const Definition& definition, const Query& query, std::span<const Plan> plans,
                 std::span<const Table> tables, Allowance& allowance) {
  return definition.own_shape
             ? definition.own_shape->report(definition, query, plans, tables, allowance)
             : assembled_report(definition, plans, tables, allowance);
}

}  // namespace chatreports::report
