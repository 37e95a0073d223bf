#pragma once
// The vocabulary of sample records: names, phrases, tags, forms. All of it is invented.

#include <array>
#include <span>
#include <string_view>

namespace chatreports::generate {

using Words = std::span<const std::string_view>;

Words first_names();
Words last_names();
Words customer_phrases();
Words agent_phrases();
Words rating_comments();
Words tags();  // the most popular first
Words pages();
Words platforms();
Words plans();
Words group_names();  // the group's id is the place
Words countries();    // codes of ISO 3166-1; the most frequent first

struct FormField {
  std::string_view id;
  std::string_view type;  // of these, radio, select and checkbox have answers to choose from
  std::string_view label;
  Words answers;
};

struct Form {
  std::string_view id;
  std::string_view type;              // "prechat", "postchat"
  bool type_stands_in_event = false;  // as `form_type`; else it is a property of the event
  std::span<const FormField> fields;
};

std::span<const Form> pre_chat_forms();
std::span<const Form> post_chat_forms();

}  // namespace chatreports::generate
