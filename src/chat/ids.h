#pragma once
// Keys and digests of ids. An export contains digests in place of ids: "#" and hexadecimal digits.
// Each function here returns for such a text the digest that it contains, so that an export can be
// imported again.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "chat/event.h"
#include "chat/thread_record.h"

namespace chatreports::chat {

// The key of an event within its thread: n if its id is "<thread id>_<n>", else a digest above
// 2^32. Never 0.
std::uint64_t event_key(std::string_view thread_id, std::string_view event_id);
// An id for which event_key returns the key.
std::string event_id_of(std::string_view thread_id, std::uint64_t event_key);
// The key of an event without an id, made from its content.
std::uint64_t event_key(Instant created_at, EventType type, std::string_view author_id);
// The number at the end of an event's id, or at its beginning; 0 if there is none. Of events at the
// same time, the one with the lower number came first.
std::uint32_t event_order(std::string_view event_id);

// "#" and a digest in hexadecimal digits, in place of a chat's id that is longer than max_id_bytes.
std::string digested_chat_id(std::string_view chat_id);

// Returns nothing for unknown_customer_id.
std::optional<CustomerDigest> customer_digest(std::string_view user_id);
// An id for which customer_digest returns the digest.
std::string customer_id_of(const std::optional<CustomerDigest>& digest);
constexpr std::string_view unknown_customer_id = "#";

// A digest of the id of a user who may be a customer: the first 64 bits of customer_digest. 0 for
// the empty id alone.
std::uint64_t author_digest(std::string_view user_id);
std::uint64_t author_digest(const CustomerDigest& customer);
// An id for which author_digest returns the digest.
std::string author_id_of(std::uint64_t author_digest);

// LiveChat's ids of bots are 32 hexadecimal digits, those of its agents are e-mail addresses.
bool is_bot_id(std::string_view agent_id);

}  // namespace chatreports::chat
