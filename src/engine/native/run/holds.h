#pragma once
// A predicate asked of one thing that is no chat: a greeting event, an agent.

#include <algorithm>
#include <variant>

#include "base/check.h"
#include "report/plan.h"

namespace chatreports::engine::native {

// `has_any(field)` says whether the thing has a value of the field, `has(field, value)` whether it
// has that one.
template <class HasAny, class Has>
bool holds(const report::Predicate& predicate, const HasAny& has_any, const Has& has) {
  bool result = false;
  if (const auto* all = std::get_if<report::All>(&predicate.test)) {
    result = std::ranges::all_of(all->predicates, [&](const report::Predicate& inner) {
      return holds(inner, has_any, has);
    });
  } else if (const auto* exists = std::get_if<report::Exists>(&predicate.test)) {
    result = has_any(exists->field);
  } else if (const auto* any = std::get_if<report::HasAny>(&predicate.test)) {
    result = std::ranges::any_of(
        any->values, [&](const report::Value& value) { return has(any->field, value); });
  } else if (const auto* every = std::get_if<report::HasEvery>(&predicate.test)) {
    result = std::ranges::all_of(
        every->values, [&](const report::Value& value) { return has(every->field, value); });
  } else {
    CHECK(false && "a predicate about chats was asked of something else");
  }
  return result != predicate.negated;
}

}  // namespace chatreports::engine::native
