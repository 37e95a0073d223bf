// engagement: who began the chats, and how.

#include "chat/thread.h"
#include "report/chats/counters.h"

namespace chatreports::report::chats {
namespace {

Predicate started_by(chat::StartedBy who) {
  return {false, HasAny{{Field::Kind::started_by, {}, {}}, {static_cast<std::int64_t>(who)}}};
}

const std::vector<Counter>& counters() {
  static const std::vector<Counter> counters = {
      {"started_by_agent", started_by(chat::StartedBy::agent)},
      {"started_by_customer_from_greeting", started_by(chat::StartedBy::customer_from_greeting)},
      {"started_by_customer_without_greeting",
       started_by(chat::StartedBy::customer_without_greeting)},
  };
  return counters;
}

Result<std::vector<Plan>> plans(const Query& query) {
  return plan_counters(query, counters());
}

Report report(const Query&, std::span<const Plan> plans, std::span<const Table> tables,
              Allowance& allowance) {
  return report_counters("engagement-report", counters(), plans, tables, allowance);
}

}  // namespace

Definition engagement() {
  return {"chats", "engagement", "engagement-report", plans, report, 16};
}

}  // namespace chatreports::report::chats
