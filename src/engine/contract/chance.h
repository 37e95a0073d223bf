#pragma once
// Random facts and plans for tests, from a seed: small worlds, in which values meet often. A
// property takes a list of seeds, one a thing, so that a failing case shrinks by losing things.

#include <cstdint>
#include <initializer_list>
#include <random>
#include <string>
#include <vector>

#include "chat/thread.h"
#include "report/plan.h"
#include "report/table.h"

namespace chatreports::engine::contract {

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : engine_(seed) {}

  // From 0 to below `end`.
  std::int64_t below(std::int64_t end) {
    return static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(end));
  }
  bool one_in(std::int64_t chances) { return below(chances) == 0; }
  template <class T>
  T one_of(std::initializer_list<T> choices) {
    return *(choices.begin() + below(static_cast<std::int64_t>(choices.size())));
  }

 private:
  std::mt19937_64 engine_;
};

// Around a clock change of Warsaw, mostly.
Instant some_instant(Chance& chance);
chat::Thread some_thread(Chance& chance);
chat::GreetingRecord some_greeting_event(Chance& chance);
chat::AgentStatusRecord some_status(Chance& chance);
report::Predicate some_predicate(Chance& chance, int depth);
report::Plan some_plan(Chance& chance, LicenseId license);

// A history of changes as a store hands them over, one a seed: threads and greeting events that
// come, change, move in time and come again, agents and their statuses, of licences 1 and 2.
std::vector<chat::Change> some_changes(const std::vector<std::uint64_t>& seeds);

// For messages of failed tests.
std::string describe(const report::Plan& plan);
std::string describe(const report::Table& table);

}  // namespace chatreports::engine::contract
