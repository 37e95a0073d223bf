// ratings: how many chats there were, rated or not, and how many were rated good and bad.

#include "report/chats/counters.h"

namespace chatreports::report::chats {
namespace {

const std::vector<Counter>& counters() {
  static const std::vector<Counter> counters = {
      {"bad", rated(chat::Rating::bad)}, {"chats", {}}, {"good", rated(chat::Rating::good)}};
  return counters;
}

Result<std::vector<Plan>> plans(const Query& query) {
  return plan_counters(query, counters());
}

Report report(const Query&, std::span<const Plan> plans, std::span<const Table> tables,
              Allowance& allowance) {
  return report_counters("ratings-report", counters(), plans, tables, allowance);
}

}  // namespace

Definition ratings() {
  return {"chats", "ratings", "ratings-report", plans, report, 16};
}

}  // namespace chatreports::report::chats
