#include "chat/rating_scale.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

namespace chatreports::chat {
namespace {

constexpr std::string_view name_space = "rating";
constexpr std::string_view score_name = "score";
constexpr std::string_view good_from_name = "good_from";

// Returns `good_from` if the score is on the scale.
std::optional<Value> good_from(const Value& score, const RatingScale& scale) {
  const auto* number = std::get_if<std::int64_t>(&score);
  const bool is_on_scale = number != nullptr && *number >= 0 && *number <= scale.highest;
  return is_on_scale ? std::optional<Value>(scale.good_from) : std::nullopt;
}

void rate(std::vector<Property>& properties, const RatingScale& scale) {
  const Value* score = find_property(properties, name_space, score_name);
  if (score == nullptr) return;
  const std::optional<Value> value = good_from(*score, scale);
  const auto at = std::ranges::lower_bound(
      properties, std::tuple(name_space, good_from_name), {}, [](const Property& property) {
        return std::tuple<std::string_view, std::string_view>(property.name_space, property.name);
      });
  const bool is_there =
      at != properties.end() && at->name_space == name_space && at->name == good_from_name;
  if (is_there && value) {
    at->value = *value;
  } else if (is_there) {
    properties.erase(at);
  } else if (value) {
    properties.insert(at, {std::string(name_space), std::string(good_from_name), *value});
  }
}

bool is_of(const Update& update, std::string_view name) {
  const auto* property = std::get_if<PropertyUpdate>(&update);
  return property != nullptr && property->name_space == name_space && property->name == name;
}

void rate(std::vector<Update>& updates, const RatingScale& scale) {
  std::vector<Update> more;
  for (const Update& update : updates) {
    if (!is_of(update, score_name)) continue;
    PropertyUpdate beside = std::get<PropertyUpdate>(update);
    if (!beside.value) continue;
    beside.value = good_from(*beside.value, scale);
    beside.name = good_from_name;
    more.emplace_back(std::move(beside));
  }
  if (more.empty()) return;
  std::erase_if(updates, [](const Update& update) { return is_of(update, good_from_name); });
  std::ranges::move(more, std::back_inserter(updates));
}

void rate(ThreadRecord& thread, const RatingScale& scale) {
  rate(thread.properties, scale);
  rate(thread.chat_properties, scale);
}

}  // namespace

void rate(Record& record, const RatingScale& scale) {
  if (auto* chat = std::get_if<ChatRecord>(&record)) {
    rate(chat->thread, scale);
  } else if (auto* webhook = std::get_if<WebhookRecord>(&record)) {
    if (webhook->beginning) rate(*webhook->beginning, scale);
    rate(webhook->updates, scale);
  }
}

}  // namespace chatreports::chat
