#include "ingest/webhook_payload.h"

#include <fmt/format.h>

#include <algorithm>

#include "ingest/parse_properties.h"

namespace chatreports::ingest {

using simdjson::dom::element;

bool is_text(element value, std::string_view text) {
  std::string_view found;
  return value.get(found) == simdjson::SUCCESS && found == text;
}

bool has_text(simdjson::dom::object from, std::string_view key, std::string_view text) {
  const OptionalElement value = element_of(from, {key});
  return value && is_text(*value, text);
}

std::optional<simdjson::dom::object> WebhookPayload::object(std::string_view key) {
  const OptionalElement value = element_of(payload_, {key});
  if (value) return fields_.object(*value, Path(path_, key));
  fields_.refuse(Path(path_, key), "missing");
  return {};
}

std::string WebhookPayload::id(simdjson::dom::object from, const Path& path,
                               std::initializer_list<std::string_view> keys) {
  const Path here(path, *keys.begin());
  const OptionalElement value = element_of(from, keys);
  if (value) return std::string(fields_.id(*value, here));
  fields_.refuse(here, "missing");
  return {};
}

std::int64_t WebhookPayload::integer(std::string_view key) {
  const OptionalElement value = element_of(payload_, {key});
  if (value) return fields_.integer(*value, Path(path_, key));
  fields_.refuse(Path(path_, key), "missing");
  return 0;
}

std::string WebhookPayload::text(std::string_view key, std::size_t max_bytes) {
  const OptionalElement value = element_of(payload_, {key});
  if (value) return std::string(fields_.text(*value, Path(path_, key), max_bytes));
  fields_.refuse(Path(path_, key), "missing");
  return {};
}

std::optional<std::string> WebhookPayload::optional_text(std::string_view key,
                                                         std::size_t max_bytes) {
  if (!element_of(payload_, {key})) return {};
  return text(key, max_bytes);
}

// An empty id names nothing.
std::string WebhookPayload::optional_chat_id(std::initializer_list<std::string_view> keys) {
  const OptionalElement value = element_of(payload_, keys);
  if (!value || is_text(*value, "")) return {};
  return std::string(fields_.id(*value, Path(path_, *keys.begin())));
}

chat::WebhookRecord WebhookPayload::thread_record() {
  chat::WebhookRecord webhook;
  webhook.chat_id = optional_chat_id({"chat_id"});
  webhook.time = time_;
  const OptionalElement thread = element_of(payload_, {"thread_id"});
  if (thread && !is_text(*thread, "")) {
    webhook.thread_id = fields_.id(*thread, Path(path_, "thread_id"));
  } else if (webhook.chat_id.empty()) {
    fields_.refuse(Path(path_, "thread_id"), "missing");
  }
  return webhook;
}

chat::WebhookRecord WebhookPayload::chat_record() {
  chat::WebhookRecord webhook;
  webhook.chat_id = optional_chat_id({"chat_id"});
  webhook.time = time_;
  if (webhook.chat_id.empty()) fields_.refuse(Path(path_, "chat_id"), "missing");
  return webhook;
}

chat::WebhookRecord WebhookPayload::resource_record() {
  chat::WebhookRecord webhook;
  webhook.time = time_;
  if (has_text(payload_, "resource", "thread")) {
    webhook.thread_id = id({"id"});
  } else {
    webhook.chat_id = optional_chat_id({"id", "chat_id"});
    if (webhook.chat_id.empty()) fields_.refuse(Path(path_, "id"), "missing");
  }
  return webhook;
}

std::uint64_t WebhookPayload::event_key(chat::WebhookRecord& webhook) {
  const std::string event_id = id({"event_id"});
  if (webhook.thread_id.empty()) webhook.event_id = event_id;
  return chat::event_key(webhook.thread_id, event_id);
}

std::vector<chat::Property> WebhookPayload::properties() {
  const OptionalElement value = element_of(payload_, {"properties"});
  if (value) return parse_properties(*value, Path(path_, "properties"), fields_);
  fields_.refuse(Path(path_, "properties"), "missing");
  return {};
}

std::vector<std::pair<std::string, std::string>> WebhookPayload::deleted_properties() {
  std::vector<std::pair<std::string, std::string>> deleted;
  const auto name_spaces = object("properties");
  if (!name_spaces) return deleted;
  const Path here(path_, "properties");
  for (const auto& [name_space, value] : *name_spaces) {
    if (value.is_null()) continue;
    const Path at_name_space(here, name_space);
    if (name_space.size() > chat::max_tag_bytes) {
      fields_.refuse(at_name_space, fmt::format("longer than {} bytes", chat::max_tag_bytes));
    }
    const auto names = fields_.array(value, at_name_space);
    if (!names) return {};
    std::size_t index = 0;
    for (const element name : *names) {
      deleted.emplace_back(name_space,
                           fields_.text(name, Path(at_name_space, index++), chat::max_tag_bytes));
      if (!fields_.ok()) return {};
    }
    if (deleted.size() > chat::max_elements) {
      fields_.refuse(here, fmt::format("more than {} elements", chat::max_elements));
      return {};
    }
  }
  return deleted;
}

// LiveChat's documentation has two names for the time.
std::optional<Instant> WebhookPayload::queue_time() {
  simdjson::dom::object queue;
  const OptionalElement value = element_of(payload_, {"queue"});
  if (!value || value->get(queue) != simdjson::SUCCESS) return {};
  const OptionalElement time = element_of(queue, {"queued_at", "queued_at_us"});
  if (!time) return {};
  const Path at_queue(path_, "queue");
  return fields_.time(*time, Path(at_queue, "queued_at"));
}

std::optional<std::vector<std::string>> WebhookPayload::group_members() {
  const OptionalElement value = element_of(payload_, {"agent_priorities"});
  if (!value) return {};
  const Path here(path_, "agent_priorities");
  const auto priorities = fields_.object(*value, here);
  if (!priorities) return {};
  std::vector<std::string> members;
  for (const auto& [agent_id, priority] : *priorities) {
    if (agent_id.empty() || agent_id.size() > chat::max_id_bytes) {
      fields_.refuse(Path(here, agent_id),
                     fmt::format("an agent's id has 1 to {} bytes", chat::max_id_bytes));
    }
    members.emplace_back(agent_id);
  }
  if (members.size() > chat::max_elements) {
    fields_.refuse(here, fmt::format("more than {} elements", chat::max_elements));
  }
  std::ranges::sort(members);
  const auto twice = std::ranges::unique(members);
  members.erase(twice.begin(), twice.end());
  return members;
}

std::optional<std::vector<std::int64_t>> WebhookPayload::agent_groups() {
  const OptionalElement value = element_of(payload_, {"groups", "group_ids"});
  if (!value) return {};
  const Path here(path_, "groups");
  const auto elements = fields_.array(*value, here);
  if (!elements) return {};
  std::vector<std::int64_t> groups;
  std::size_t index = 0;
  for (const element group : *elements) {
    const Path at_group(here, index++);
    simdjson::dom::object named;
    if (group.get(named) == simdjson::SUCCESS) {
      const OptionalElement group_id = element_of(named, {"id"});
      if (group_id) {
        groups.push_back(fields_.integer(*group_id, Path(at_group, "id")));
      } else {
        fields_.refuse(Path(at_group, "id"), "missing");
      }
    } else {
      groups.push_back(fields_.integer(group, at_group));
    }
    if (!fields_.ok()) return {};
  }
  std::ranges::sort(groups);
  const auto twice = std::ranges::unique(groups);
  groups.erase(twice.begin(), twice.end());
  return groups;
}

}  // namespace chatreports::ingest
