#pragma once
// Reports that count chats per bucket by some conditions: a counter of 0 is left out, and a bucket
// with nothing is empty.

#include <string_view>
#include <vector>

#include "report/chats/reports.h"

namespace chatreports::report::chats {

struct Counter {
  std::string_view key;
  std::optional<Predicate> where;  // absent: every chat
};

// The plan that counts all chats and then each counter's.
Result<std::vector<Plan>> plan_counters(const Query& query, const std::vector<Counter>& counters);

// `counters` in the order of their keys. `total` is the number of chats.
Report report_counters(std::string_view name, const std::vector<Counter>& counters,
                       std::span<const Plan> plans, std::span<const Table> tables,
                       Allowance& allowance);

}  // namespace chatreports::report::chats
