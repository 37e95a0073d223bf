#include "report/catalogue.h"

#include <array>
#include <string>

#include "report/reports.h"

namespace chatreports::report {

std::span<const Definition> catalogue() {
  static const std::array definitions = {
      chats::duration(),
      chats::tags(),
      chats::total_chats(),
      chats::ratings(),
      chats::ranking(),
      chats::engagement(),
      chats::greetings_conversion(),
      chats::surveys(),
      chats::forms(),
      chats::groups(),
      chats::queued_visitors(),
      chats::queued_visitors_left(),
      chats::response_time(),
      chats::first_response_time(),
      tags::chat_usage(),
      agents::availability(),
      agents::performance(),
  };
  return definitions;
}

const Definition* find(std::string_view resource, std::string_view action) {
  for (const Definition& definition : catalogue()) {
    if (definition.resource == resource && definition.action == action) return &definition;
  }
  return nullptr;
}

const Definition* find_meant(std::string_view action) {
  const auto letters_of = [](std::string_view text) {
    std::string letters;
    for (const char c : text) {
      const char lower = 'A' <= c && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
      if ('a' <= lower && lower <= 'z') letters += lower;
    }
    return letters;
  };
  const std::string meant = letters_of(action);
  for (const Definition& definition : catalogue()) {
    if (letters_of(definition.action) == meant) return &definition;
  }
  return nullptr;
}

}  // namespace chatreports::report
