#include "chat/record.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>

namespace chatreports::chat {

namespace {

// In the order of EventType.
constexpr std::array<std::string_view, 8> event_type_names = {
    "message", "file", "form", "filled_form", "rich_message", "custom", "system_message", "other"};

constexpr std::string_view digest_prefix = "sha256:";

bool is_digest(std::string_view text) {
  return text.size() == digest_prefix.size() + std::size_t{2} * SHA256_DIGEST_LENGTH &&
         text.starts_with(digest_prefix) &&
         text.find_first_not_of("0123456789abcdef", digest_prefix.size()) == text.npos;
}

}  // namespace

EventType event_type_of(std::string_view name) {
  const auto* const found = std::ranges::find(event_type_names, name);
  if (found == event_type_names.end()) return EventType::other;
  return static_cast<EventType>(found - event_type_names.begin());
}

std::string_view name_of(EventType type) {
  return event_type_names[static_cast<std::size_t>(type)];
}

std::string stored_property_text(std::string_view name_space, std::string_view name,
                                 std::string_view text) {
  if (name_space != "rating" || name != "comment" || is_digest(text)) return std::string(text);
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::string stored(digest_prefix);
  constexpr std::string_view digits = "0123456789abcdef";
  for (const unsigned char byte : digest) {
    stored += digits[byte >> 4];
    stored += digits[byte & 15];
  }
  return stored;
}

}  // namespace chatreports::chat
