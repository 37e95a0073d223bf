#include "chat/record.h"

#include <openssl/sha.h>

#include <array>

namespace chatreports::chat {

EventType event_type_of(std::string_view name) {
  if (name == "message") return EventType::message;
  if (name == "system_message") return EventType::system_message;
  if (name == "file") return EventType::file;
  if (name == "form") return EventType::form;
  if (name == "filled_form") return EventType::filled_form;
  if (name == "rich_message") return EventType::rich_message;
  if (name == "custom") return EventType::custom;
  return EventType::other;
}

std::string stored_property_text(std::string_view name_space, std::string_view name,
                                 std::string_view text) {
  if (name_space != "rating" || name != "comment") return std::string(text);
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::string stored = "sha256:";
  constexpr std::string_view digits = "0123456789abcdef";
  for (const unsigned char byte : digest) {
    stored += digits[byte >> 4];
    stored += digits[byte & 15];
  }
  return stored;
}

}  // namespace chatreports::chat
