#pragma once
// Reads the payload of a webhook. Payloads are small, so fields are searched one by one.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "chat/record.h"
#include "ingest/json_fields.h"

namespace chatreports::ingest {

// The fields that are required are refused if they are missing.
class WebhookPayload {
 public:
  WebhookPayload(simdjson::dom::object payload, chat::UpdateTime time, FieldReader& fields)
      : payload_(payload), time_(time), fields_(fields) {}
  WebhookPayload(const WebhookPayload&) = delete;
  WebhookPayload& operator=(const WebhookPayload&) = delete;

  simdjson::dom::object json() const { return payload_; }
  const Path& path() const { return path_; }
  chat::UpdateTime time() const { return time_; }
  FieldReader& fields() { return fields_; }

  std::optional<simdjson::dom::object> object(std::string_view key);
  // The id under the first of the keys that is there.
  std::string id(std::initializer_list<std::string_view> keys) { return id(payload_, path_, keys); }
  std::string id(simdjson::dom::object from, const Path& path,
                 std::initializer_list<std::string_view> keys);
  std::int64_t integer(std::string_view key);
  std::string text(std::string_view key, std::size_t max_bytes);
  std::optional<std::string> optional_text(std::string_view key, std::size_t max_bytes);

  // A record about the thread that the payload names, else about the chat. One of them is required.
  chat::WebhookRecord thread_record();
  // A record about the chat.
  chat::WebhookRecord chat_record();
  // A record about the resource that an access webhook names: a chat or, in older versions of the
  // API, a thread.
  chat::WebhookRecord resource_record();
  // The key of the event that the payload names; if the record names no thread, it gets the event's
  // id.
  std::uint64_t event_key(chat::WebhookRecord& webhook);

  std::vector<chat::Property> properties();
  // The namespaces and names in {"<namespace>":["<name>", …]}.
  std::vector<std::pair<std::string, std::string>> deleted_properties();
  // When the chat was put into the queue.
  std::optional<Instant> queue_time();
  // The keys of {"<agent id>":"<priority>", …}, ascending, each once.
  std::optional<std::vector<std::string>> group_members();
  // The ids in [{"id":1,"priority":"normal"}, …] or in [1, …], ascending, each once.
  std::optional<std::vector<std::int64_t>> agent_groups();

 private:
  std::string optional_chat_id(std::initializer_list<std::string_view> keys);

  const Path root_;
  const Path path_{root_, "payload"};
  const simdjson::dom::object payload_;
  const chat::UpdateTime time_;
  FieldReader& fields_;
};

// Returns whether the value is that text.
bool is_text(simdjson::dom::element value, std::string_view text);
bool has_text(simdjson::dom::object from, std::string_view key, std::string_view text);

}  // namespace chatreports::ingest
