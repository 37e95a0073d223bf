#pragma once
// The meaning of a predicate, in the plainest way: whether it holds for the facts of one thread.

#include <vector>

#include "chat/thread.h"
#include "report/plan.h"

namespace chatreports::engine::reference {

// The values that the thread has of the field, ascending.
std::vector<report::Value> values_of(const chat::Thread& thread, const report::Field& field);

bool holds(const report::Predicate& predicate, const chat::Thread& thread);

// The same for a greeting event: its fields are `greeting` and `group`.
bool holds(const report::Predicate& predicate, const chat::GreetingRecord& event);

// The same for an agent: its fields are `agent` and `group`.
struct Agent {
  std::string agent_id;
  std::vector<std::int64_t> groups;
};
bool holds(const report::Predicate& predicate, const Agent& agent);

}  // namespace chatreports::engine::reference
