#pragma once
// The meaning of predicates in the plainest way: whether one holds for the facts of one thread.

#include <vector>

#include "chat/thread.h"
#include "report/plan.h"

namespace chatreports::engine::reference {

// Returns the thread's values of the field, ascending.
std::vector<report::Value> values_of(const chat::Thread& thread, const report::Field& field);

bool holds(const report::Predicate& predicate, const chat::Thread& thread);

// A greeting event has the fields `greeting` and `group`.
bool holds(const report::Predicate& predicate, const chat::GreetingRecord& event);

// An agent has the fields `agent` and `group`.
struct Agent {
  std::string agent_id;
  std::vector<std::int64_t> groups;
};
bool holds(const report::Predicate& predicate, const Agent& agent);

}  // namespace chatreports::engine::reference
