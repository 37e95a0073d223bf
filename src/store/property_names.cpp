#include "store/property_names.h"

#include <array>

namespace chatreports::store {
namespace {

// A code is a place in the list, from 1. Stores contain codes, so the list only grows, at its end.
// The first 31 codes fit into one byte together with the kind of the value.
constexpr std::array names{
    PropertyName{"routing", "continuous"},
    PropertyName{"rating", "score"},
    PropertyName{"rating", "comment"},
    PropertyName{"lc2", "greeting_id"},
    PropertyName{"lc2", "greeting_unique_id"},
    PropertyName{"source", "client_id"},
    PropertyName{"source", "customer_client_id"},
    PropertyName{"routing", "start_url"},
    PropertyName{"routing", "referrer"},
    PropertyName{"routing", "idle"},
    PropertyName{"routing", "unassigned"},
    PropertyName{"routing", "pinned"},
    PropertyName{"routing", "was_pinned"},
    PropertyName{"routing", "group_status_at_start"},
    PropertyName{"routing", "last_transfer_timestamp"},
    PropertyName{"routing", "transferred_from_agent"},
    PropertyName{"routing", "transferred_from_group"},
    PropertyName{"routing", "count"},
    PropertyName{"lc2", "goal_id"},
    PropertyName{"lc2", "sale_id"},
    PropertyName{"lc2", "ticket_id"},
    PropertyName{"chat", "session_fields"},
    PropertyName{"supervising", "agent_ids"},
};

}  // namespace

std::uint8_t property_code(PropertyName name) {
  for (std::size_t place = 0; place < names.size(); ++place) {
    if (names[place] == name) return static_cast<std::uint8_t>(place + 1);
  }
  return 0;
}

const PropertyName* property_of_code(std::uint64_t code) {
  return code >= 1 && code <= names.size() ? &names[code - 1] : nullptr;
}

}  // namespace chatreports::store
