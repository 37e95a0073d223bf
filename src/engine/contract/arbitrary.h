#pragma once
// Random facts and plans for tests: small worlds, in which values meet often.

#include <rapidcheck.h>

#include <string>
#include <vector>

#include "chat/thread.h"
#include "report/plan.h"
#include "report/table.h"

namespace chatreports::engine::contract {

// Around that instant most things happen: a clock change of Warsaw is within reach.
constexpr Instant middle{1'616'893'200 * microseconds_per_second};  // 2021-03-28T01:00:00Z

rc::Gen<Instant> arbitrary_instant();
rc::Gen<chat::Thread> arbitrary_thread();
rc::Gen<chat::GreetingRecord> arbitrary_greeting_event();
rc::Gen<report::Predicate> arbitrary_predicate(int depth);
rc::Gen<report::Plan> arbitrary_plan(LicenseId license);

// A history of changes as a store hands them over: threads and greeting events that come, change,
// move in time and come again, of two licences.
rc::Gen<std::vector<chat::Change>> arbitrary_changes();

// For messages of failed tests.
std::string describe(const report::Plan& plan);
std::string describe(const report::Table& table);

}  // namespace chatreports::engine::contract
