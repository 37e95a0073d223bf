#include "chat/event.h"

#include <algorithm>
#include <array>

#include "base/names.h"

namespace chatreports::chat {
namespace {

constexpr std::array<Name<EventType>, 9> event_types = {
    {{"message", EventType::message},
     {"file", EventType::file},
     {"form", EventType::form},
     {"filled_form", EventType::filled_form},
     {"rich_message", EventType::rich_message},
     {"custom", EventType::custom},
     {"system_message", EventType::system_message},
     {"system", EventType::system},
     {"other", EventType::other}}};

constexpr std::array<Name<SurveyType>, 4> survey_types = {{{"pre_chat", SurveyType::pre_chat},
                                                           {"prechat", SurveyType::pre_chat},
                                                           {"post_chat", SurveyType::post_chat},
                                                           {"postchat", SurveyType::post_chat}}};

// A row stands for `type`, or for all types that begin so if `is_prefix`; and for `score`, or for
// any score if that is empty. The first row that fits counts, in both directions.
struct SystemMessageRow {
  SystemMessage meaning;
  std::string_view type;
  std::string_view score = {};
  bool is_prefix = false;
};

constexpr std::array<SystemMessageRow, 12> system_messages = {
    {{SystemMessage::closing, "system_archived"},
     {SystemMessage::closing, "manual_archived_agent"},
     {SystemMessage::closing, "manual_archived_customer"},
     {SystemMessage::closing, "archived_customer_disconnected"},
     {SystemMessage::closing, "customer_banned"},
     {SystemMessage::closing, "routing.archived_", "", true},
     {SystemMessage::rated_good, "rating.chat_rated", "good"},
     {SystemMessage::rated_bad, "rating.chat_rated", "bad"},
     {SystemMessage::rated_otherwise, "rating.chat_rated"},
     {SystemMessage::rating_canceled, "rating.chat_rating_canceled"},
     {SystemMessage::unassigned, "routing.unassigned_other"},
     {SystemMessage::unassigned, "routing.unassigned_", "", true}}};

}  // namespace

EventType event_type_of(std::string_view name) {
  return value_in(event_types, name).value_or(EventType::other);
}

std::string_view name_of(EventType type) {
  return name_in(event_types, type);
}

SystemMessage system_message_of(std::string_view type, std::string_view score) {
  const auto* const row = std::ranges::find_if(system_messages, [&](const SystemMessageRow& one) {
    const bool has_type = one.is_prefix ? type.starts_with(one.type) : type == one.type;
    return has_type && (one.score.empty() || one.score == score);
  });
  return row == system_messages.end() ? SystemMessage::other : row->meaning;
}

SystemMessageName name_of(SystemMessage message) {
  const auto* const row = std::ranges::find(system_messages, message, &SystemMessageRow::meaning);
  if (row == system_messages.end()) return {};
  return {row->type, row->score};
}

std::optional<SurveyType> survey_type_of(std::string_view name) {
  return value_in(survey_types, name);
}

std::string_view name_of(SurveyType type) {
  return name_in(survey_types, type);
}

}  // namespace chatreports::chat
