#pragma once
// A table: what an engine answers. Exact integers only; cells of which every figure is 0
// are left out.

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "report/plan.h"

namespace chatreports::report {

// Wide enough for any number of chats of any length, in microseconds.
// NOLINTNEXTLINE(modernize-use-using): the only form that is no warning
__extension__ typedef __int128 Sum;

// Of a ChatsSource. `group` is set where the plan groups.
struct ChatsCell {
  std::uint32_t bucket = 0;
  std::optional<Value> group;
  std::vector<Sum> figures;  // one per measure
  auto operator<=>(const ChatsCell&) const = default;
};

// Of a SubmissionsSource. An empty answer counts the submissions of the form themselves.
struct SubmissionsCell {
  std::int64_t group = 0;
  std::string form_id;
  std::string answer;  // "<field id>:<answer id>"
  std::int64_t count = 0;
  auto operator<=>(const SubmissionsCell&) const = default;
};

// Of a GreetingEventsSource.
struct GreetingEventsCell {
  std::uint32_t bucket = 0;
  std::int64_t greeting_id = 0;
  std::int64_t displayed = 0;
  std::int64_t canceled = 0;
  std::int64_t goals = 0;
  auto operator<=>(const GreetingEventsCell&) const = default;
};

// Of a StatusTimesSource and a ChattingTimesSource. The agent is empty where the plan is not by
// agent. A range is closed, and what is cut to it is as long as the way from its `from` to its
// `to`.
struct TimesCell {
  std::uint32_t bucket = 0;
  std::string agent_id;
  Duration time;
  auto operator<=>(const TimesCell&) const = default;
};

// Cells ascend by (bucket, group), (group, form, answer), (bucket, greeting), (bucket, agent); each
// once.
using Table = std::variant<std::vector<ChatsCell>, std::vector<SubmissionsCell>,
                           std::vector<GreetingEventsCell>, std::vector<TimesCell>>;

}  // namespace chatreports::report
