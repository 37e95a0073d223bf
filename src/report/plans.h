#pragma once
// The common parts of the reports' plans: the chats of a query, and the agents that get a row.

#include "base/error.h"
#include "chat/thread.h"
#include "report/plan.h"
#include "report/query.h"

namespace chatreports::report {

// Fails where the range has too many.
Result<Buckets> buckets_of(const Query& query);
// The chats of the query, in the buckets of its distribution.
Result<Plan> plan_by_bucket(const Query& query, ChatsSource source);
// The chats of the query, in one bucket.
Plan plan_of_whole_range(const Query& query, Source source);

// How many chats hold `where`.
Measure count_where(Predicate where);
// The chats with that rating.
Predicate rated(chat::Rating rating);
// The chats in which an agent answered a customer.
Predicate has_response();

// Whether the filter of agents gives the agent a row of its own. It picks chats, too, which have
// other agents beside those that it names.
bool has_row(const std::vector<SetFilter>& agents, const Value& agent_id);
// The same, as a predicate about agents.
Predicate agents_with_row(const std::vector<SetFilter>& agents);

// The agents whose groups pass the filters.
Predicate members_of(const std::vector<SetFilter>& groups);

}  // namespace chatreports::report
