// total_chats: how many chats there were, and how many of them were continuous.

#include "report/chats/counters.h"

namespace chatreports::report::chats {
namespace {

const std::vector<Counter>& counters() {
  static const std::vector<Counter> counters = {
      {"continuous",
       Predicate{false, HasAny{{Field::Kind::property, "routing", "continuous"}, {true}}}},
      {"total", {}},
  };
  return counters;
}

Result<std::vector<Plan>> plans(const Query& query) {
  return plan_counters(query, counters());
}

Report report(const Query&, std::span<const Plan> plans, std::span<const Table> tables,
              Allowance& allowance) {
  return report_counters("total-chats-report", counters(), plans, tables, allowance);
}

}  // namespace

Definition total_chats() {
  return {"chats", "total_chats", "total-chats-report", plans, report, 16};
}

}  // namespace chatreports::report::chats
