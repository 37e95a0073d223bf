#include "chat/record_size.h"

namespace chatreports::chat {
namespace {

constexpr std::size_t bytes_of_number = 8;
constexpr std::size_t bytes_of_event = 2 * bytes_of_number;  // type, author, time, key
constexpr std::size_t bytes_of_told = 2 * bytes_of_number;   // kind and time

std::size_t bytes_of(const std::string& text) {
  return 1 + text.size();
}

std::size_t bytes_of(const std::vector<std::string>& texts) {
  std::size_t bytes = 0;
  for (const std::string& text : texts) bytes += bytes_of(text);
  return bytes;
}

std::size_t bytes_of(const Value& value) {
  const auto* text = std::get_if<std::string>(&value);
  return text == nullptr ? bytes_of_number : bytes_of(*text);
}

std::size_t bytes_of(const std::vector<Property>& properties) {
  std::size_t bytes = 0;
  for (const Property& property : properties) {
    bytes += bytes_of(property.name_space) + bytes_of(property.name) + bytes_of(property.value);
  }
  return bytes;
}

std::size_t bytes_of(const Event& event) {
  if (!event.filled_form) return bytes_of_event;
  return bytes_of_event + bytes_of(event.filled_form->form_id) +
         bytes_of(event.filled_form->answers);
}

struct BytesOfOperation {
  std::size_t operator()(const EventTold& told) const {
    return bytes_of(told.event) + 2 * bytes_of_number;
  }
  std::size_t operator()(const EventPropertyTold& told) const {
    return bytes_of_number + (told.value ? bytes_of(*told.value) : 0);
  }
  std::size_t operator()(const TagTold& told) const { return bytes_of(told.tag); }
  std::size_t operator()(const PropertyTold& told) const {
    return bytes_of(told.name_space) + bytes_of(told.name) +
           (told.value ? bytes_of(*told.value) : 0);
  }
  std::size_t operator()(const GroupsTold& told) const {
    return told.groups.size() * bytes_of_number;
  }
  std::size_t operator()(const PresenceTold& told) const { return bytes_of(told.agent_id); }
  template <class Other>
  std::size_t operator()(const Other&) const {
    return bytes_of_number;
  }
};

}  // namespace

std::size_t size_of(const Operation& operation) {
  return bytes_of_told + std::visit(BytesOfOperation(), operation);
}

std::size_t size_of(const ThreadRecord& record) {
  std::size_t bytes = bytes_of(record.agents) + bytes_of(record.supervisors) +
                      bytes_of(record.other_agents) + bytes_of(record.tags) +
                      bytes_of(record.properties) + bytes_of(record.chat_properties);
  bytes += (record.groups.size() + record.queued_at.size()) * bytes_of_number;
  bytes += record.queue_stays.size() * 2 * bytes_of_number;
  bytes += (record.goals.size() + record.sales.size()) * 2 * bytes_of_number;
  for (const Event& event : record.events) bytes += bytes_of(event);
  for (const ToldOperation& told : record.operations) bytes += size_of(told.what);
  return bytes;
}

}  // namespace chatreports::chat
