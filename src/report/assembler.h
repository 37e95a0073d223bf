#pragma once
// Makes the plans and the report of a definition whose figures are counts, sums and means of chats,
// by bucket, by another dimension, or by both.
//
//   {bucket}        "2021-04-08": {"bad": 1, "good": 2}     one table, by bucket
//   {bucket, tag}   "2021-04-08": {"sales": 3}              one by bucket and tag, and one of all
//                                                           chats for the total
//
// A bucket without chats is empty. A figure without a key stands alone, as in the second example.

#include "report/definition.h"

namespace chatreports::report {

Result<std::vector<Plan>> assembled_plans(const Definition& definition, const Query& query);

Report assembled_report(const Definition& definition, std::span<const Plan> plans,
                        std::span<const Table> tables, Allowance& allowance);

constexpr std::size_t steps_per_entry = 32;  // see Steps

}  // namespace chatreports::report
