#include "chat/merge.h"

#include <algorithm>
#include <utility>

#include "chat/operations.h"

namespace chatreports::chat {
namespace {

bool before(const Achievement& left, const Achievement& right) {
  return std::pair(left.id, left.from_chat) < std::pair(right.id, right.from_chat);
}

// What a chat record carries replaces what an earlier one carried; what other records told stays.
void unite(std::vector<Achievement>& incoming, const std::vector<Achievement>& known) {
  const bool carried = !incoming.empty();
  for (const Achievement& achievement : known) {
    if (!achievement.from_chat || !carried) incoming.push_back(achievement);
  }
  std::stable_sort(incoming.begin(), incoming.end(), before);
}

const Value* property(const ThreadRecord& record, std::string_view name_space,
                      std::string_view name) {
  for (const auto* layer : {&record.properties, &record.chat_properties}) {
    for (const Property& candidate : *layer) {
      if (candidate.name_space == name_space && candidate.name == name) return &candidate.value;
    }
  }
  return nullptr;
}

}  // namespace

void merge(ThreadRecord& known, ThreadRecord incoming) {
  incoming.from_chat_record = true;
  if (!incoming.ended_at) incoming.ended_at = known.ended_at;
  unite(incoming.goals, known.goals);
  unite(incoming.sales, known.sales);
  incoming.greeting_displayed_at = known.greeting_displayed_at;
  forget_outranked(known.operations, incoming);
  incoming.operations = std::move(known.operations);
  known = std::move(incoming);
}

void merge(ThreadRecord& known, const AchievementRecord& incoming) {
  auto& list = incoming.kind == AchievementKind::goal ? known.goals : known.sales;
  const Achievement achievement{incoming.id, incoming.at, false};
  const auto at = std::lower_bound(list.begin(), list.end(), achievement, before);
  if (at == list.end() || before(achievement, *at)) {
    list.insert(at, achievement);
  } else if (incoming.at) {
    at->at = incoming.at;
  }
}

std::optional<std::int64_t> greeting_id(const ThreadRecord& record) {
  const Value* value = property(record, "lc2", "greeting_id");
  if (value == nullptr || !std::holds_alternative<std::int64_t>(*value)) return std::nullopt;
  return std::get<std::int64_t>(*value);
}

std::optional<std::string> greeting_unique_id(const ThreadRecord& record) {
  const Value* value = property(record, "lc2", "greeting_unique_id");
  if (value == nullptr || !std::holds_alternative<std::string>(*value)) return std::nullopt;
  return std::get<std::string>(*value);
}

}  // namespace chatreports::chat
