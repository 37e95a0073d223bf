#pragma once
// Random facts and plans for tests, from seeds. Values are few, so that facts often share them. A
// history takes a list of seeds, one for each change, so that a failing case shrinks by losing
// changes.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "chat/thread.h"
#include "report/plan.h"
#include "report/table.h"

namespace chatreports::engine::contract {

class Chance {
 public:
  // `rare_values` is how many rare values each dimension has beside the few common ones.
  explicit Chance(std::uint64_t seed, std::int64_t rare_values = 0)
      : engine_(seed), rare_values_(rare_values) {}

  // Returns a number from 0 to below `end`.
  std::int64_t below(std::int64_t end) {
    return static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(end));
  }
  bool one_in(std::int64_t chances) { return below(chances) == 0; }
  template <class T>
  T one_of(std::initializer_list<T> choices) {
    return *(choices.begin() + below(static_cast<std::int64_t>(choices.size())));
  }
  // Sometimes returns the number of a rare value; never if there are none.
  std::optional<std::int64_t> rare_value() {
    if (rare_values_ == 0 || !one_in(3)) return std::nullopt;
    return below(rare_values_);
  }

 private:
  std::mt19937_64 engine_;
  std::int64_t rare_values_;
};

// Returns an instant that mostly is near a clock change of Warsaw.
Instant some_instant(Chance& chance);
chat::Thread some_thread(Chance& chance);
chat::GreetingRecord some_greeting_event(Chance& chance);
chat::AgentStatusRecord some_status(Chance& chance);
report::Predicate some_predicate(Chance& chance, int depth);
report::Plan some_plan(Chance& chance, LicenseId license);

// Returns a history of changes as a store hands them over, one for each seed: threads and greeting
// events that come, change, move in time and come again, agents and their statuses, of licences 1
// and 2.
std::vector<chat::Change> some_changes(const std::vector<std::uint64_t>& seeds);

// Returns one of `changes` changes that concern up to `threads` threads, mostly of licence 1.
std::vector<chat::Change> some_large_history(std::uint64_t seed, std::int64_t threads,
                                             std::int64_t changes);

// Describes a table for messages of failed tests; report/plan_text.h describes a plan.
std::string describe(const report::Table& table);

}  // namespace chatreports::engine::contract
