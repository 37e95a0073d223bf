#include "chat/record.h"

#include <array>
#include <type_traits>

#include "base/names.h"
#include "base/one_of.h"
#include "base/overloaded.h"

namespace chatreports::chat {

namespace {

constexpr std::array<Name<AgentStatus>, 5> agent_statuses = {
    {{"offline", AgentStatus::offline},
     {"accepting_chats", AgentStatus::accepting_chats},
     {"accepting chats", AgentStatus::accepting_chats},
     {"not_accepting_chats", AgentStatus::not_accepting_chats},
     {"not accepting chats", AgentStatus::not_accepting_chats}}};

constexpr std::array<Name<GreetingEvent>, 3> greeting_events = {
    {{"displayed", GreetingEvent::displayed},
     {"canceled", GreetingEvent::canceled},
     {"goal", GreetingEvent::goal}}};

constexpr std::array<Name<AchievementKind>, 2> achievement_kinds = {
    {{"goal", AchievementKind::goal}, {"sale", AchievementKind::sale}}};

// Returns the time of the record if it is that of its receipt, else null.
template <class AnyRecord>
auto* receipt_in(AnyRecord& record) {
  using Time = std::conditional_t<std::is_const_v<AnyRecord>, const Instant, Instant>;
  const auto receipt = [](auto& time) -> Time* { return time.is_receipt ? &time.at : nullptr; };
  return std::visit(
      Overloaded{
          [&](OneOf<WebhookRecord, AgentRecord, GroupRecord> auto& one) {
            return receipt(one.time);
          },
          [&](OneOf<AgentStatusRecord> auto& one) { return receipt(one); },
          // These carry their own times, or need none.
          [](OneOf<ChatRecord, GreetingRecord, AchievementRecord, IgnoredWebhook, DigestKeyRecord,
                   QueueRecord, FormLabel, FetchState> auto&) -> Time* { return nullptr; },
      },
      record);
}

}  // namespace

std::string_view name_of(AchievementKind kind) {
  return name_in(achievement_kinds, kind);
}

std::optional<AgentStatus> agent_status_of(std::string_view name) {
  return value_in(agent_statuses, name);
}

std::string_view name_of(AgentStatus status) {
  return name_in(agent_statuses, status);
}

std::optional<GreetingEvent> greeting_event_of(std::string_view name) {
  return value_in(greeting_events, name);
}

std::string_view name_of(GreetingEvent event) {
  return name_in(greeting_events, event);
}

void stamp(Record& record, Instant received_at) {
  if (Instant* const time = receipt_in(record)) *time = received_at;
}

std::optional<Instant> receipt_of(const Record& record) {
  const Instant* const time = receipt_in(record);
  return time == nullptr ? std::nullopt : std::optional(*time);
}

}  // namespace chatreports::chat
