#include "chat/record_size.h"

#include "base/one_of.h"
#include "base/overloaded.h"

namespace chatreports::chat {
namespace {

constexpr std::size_t bytes_of_number = 8;
constexpr std::size_t bytes_of_event = 2 * bytes_of_number;   // type, author, time, key
constexpr std::size_t bytes_of_header = 2 * bytes_of_number;  // kind and time

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

std::size_t bytes_of(const std::optional<Value>& value) {
  return value ? bytes_of(*value) : 0;
}

}  // namespace

std::size_t size_of(const Update& update) {
  return bytes_of_header +
         std::visit(
             Overloaded{
                 [](const EventUpdate& one) { return bytes_of(one.event) + 2 * bytes_of_number; },
                 [](const EventPropertyUpdate& one) {
                   return bytes_of_number + bytes_of(one.value);
                 },
                 [](const TagUpdate& one) { return bytes_of(one.tag); },
                 [](const PropertyUpdate& one) {
                   return bytes_of(one.name_space) + bytes_of(one.name) + bytes_of(one.value);
                 },
                 [](const GroupsUpdate& one) { return one.groups.size() * bytes_of_number; },
                 [](const PresenceUpdate& one) { return bytes_of(one.agent_id); },
                 [](const OneOf<EndUpdate, QueueUpdate, UserPresenceUpdate, GroupUpdate> auto&) {
                   return bytes_of_number;
                 },
             },
             update);
}

std::size_t size_of(const ThreadRecord& record) {
  std::size_t bytes = bytes_of(record.agents) + bytes_of(record.supervisors) +
                      bytes_of(record.other_agents) + bytes_of(record.tags) +
                      bytes_of(record.properties) + bytes_of(record.chat_properties);
  bytes += (record.groups.size() + record.queued_at.size()) * bytes_of_number;
  bytes += record.queue_stays.size() * 2 * bytes_of_number;
  bytes += (record.goals.size() + record.sales.size()) * 2 * bytes_of_number;
  for (const Event& event : record.events) bytes += bytes_of(event);
  for (const TimedUpdate& update : record.updates) bytes += size_of(update.what);
  return bytes;
}

}  // namespace chatreports::chat
