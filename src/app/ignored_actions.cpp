#include "app/ignored_actions.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

namespace chatreports::app {
namespace {

using std::string_view_literals::operator""sv;

// The webhooks and pushes of the LiveChat API, up to version 3.6, that no figure needs.
constexpr std::array known_actions{
    "access_granted"sv,
    "access_revoked"sv,
    "access_set"sv,
    "agent_approved"sv,
    "agent_ban_revoked"sv,
    "agent_banned"sv,
    "agent_disconnected"sv,
    "agent_logged_out"sv,
    "agent_suspended"sv,
    "agent_unsuspended"sv,
    "auto_access_added"sv,
    "auto_access_deleted"sv,
    "auto_access_updated"sv,
    "bot_created"sv,
    "bot_deleted"sv,
    "bot_updated"sv,
    "chat_access_granted"sv,
    "chat_access_revoked"sv,
    "chat_access_set"sv,
    "chat_unfollowed"sv,
    "customer_banned"sv,
    "customer_created"sv,
    "customer_page_updated"sv,
    "customer_session_fields_updated"sv,
    "customer_side_storage_updated"sv,
    "customer_unfollowed"sv,
    "customer_updated"sv,
    "customer_visit_ended"sv,
    "customer_visit_started"sv,
    "events_marked_as_seen"sv,
    "greeting_accepted"sv,
    "greeting_canceled"sv,
    "incoming_customer"sv,
    "incoming_customers"sv,
    "incoming_greeting"sv,
    "incoming_multicast"sv,
    "incoming_rich_message_postback"sv,
    "incoming_sneak_peek"sv,
    "incoming_typing_indicator"sv,
    "incoming_welcome_message"sv,
    "queue_positions_updated"sv,
    "tag_created"sv,
    "tag_deleted"sv,
    "tag_updated"sv,
    "thread_locked"sv,
    "thread_unlocked"sv,
};
constexpr std::string_view other_actions = "(others)";

std::string_view known_name_of(std::string_view action) {
  const auto* const found = std::ranges::find(known_actions, action);
  return found == known_actions.end() ? other_actions : *found;
}

}  // namespace

IgnoredActions::~IgnoredActions() {
  for (const auto& [action, count] : counts_) {
    spdlog::info("ignored {} webhooks with action {}", count, action);
  }
}

void IgnoredActions::count(std::string_view action) {
  const std::string_view name = known_name_of(action);
  const std::scoped_lock lock(mutex_);
  if (++counts_[name] == 1) {
    spdlog::info("webhooks with action {} are accepted and ignored: no figure needs them", name);
  }
}

}  // namespace chatreports::app
