#pragma once
// Tests a predicate on something other than a chat: a greeting event or an agent.

#include <algorithm>
#include <variant>

#include "base/check.h"
#include "base/overloaded.h"
#include "report/plan.h"

namespace chatreports::engine::native {

// `has_any(field)` returns whether the thing has a value of the field, `has(field, value)` whether
// it has that value. The predicate names no field that only chats have.
template <class HasAny, class Has>
bool holds(const report::Predicate& predicate, const HasAny& has_any, const Has& has) {
  const auto only_of_chats = [] {
    CHECK(false && "a predicate about chats was tested on something else");
    return false;
  };
  const bool result = std::visit(
      Overloaded{[&](const report::All& all) {
                   return std::ranges::all_of(all.predicates, [&](const report::Predicate& inner) {
                     return holds(inner, has_any, has);
                   });
                 },
                 [&](const report::Exists& exists) { return has_any(exists.field); },
                 [&](const report::HasAny& any) {
                   return std::ranges::any_of(any.values, [&](const report::Value& value) {
                     return has(any.field, value);
                   });
                 },
                 [&](const report::HasEvery& every) {
                   return std::ranges::all_of(every.values, [&](const report::Value& value) {
                     return has(every.field, value);
                   });
                 },
                 [&](const report::Submitted&) { return only_of_chats(); },
                 [&](const report::GreetingSent&) { return only_of_chats(); }},
      predicate.test);
  return result != predicate.negated;
}

}  // namespace chatreports::engine::native
