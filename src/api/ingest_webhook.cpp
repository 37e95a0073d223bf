#include "api/ingest_webhook.h"

#include <simdjson.h>

#include <utility>

#include "ingest/parse_record.h"
#include "ingest/plain_numbers.h"

namespace chatreports::api {
namespace {

// One a thread, used again and again.
simdjson::dom::parser& parser() {
  thread_local simdjson::dom::parser parser;
  return parser;
}

ingest::RecordParser& record_parser() {
  thread_local ingest::RecordParser parser(ingest::Webhooks::live);
  return parser;
}

}  // namespace

Result<WebhookBody> parse_webhook_body(std::string_view body) {
  WebhookBody parsed;
  simdjson::dom::object webhook;
  simdjson::error_code error = parser().parse(body.data(), body.size()).get(webhook);
  if (error != simdjson::SUCCESS) {
    const auto plain = ingest::with_plain_numbers(body);
    if (plain) error = parser().parse(*plain).get(webhook);
  }
  if (error != simdjson::SUCCESS) {
    return invalid("must be a webhook: a JSON object with secret_key, action and payload");
  }
  std::string_view secret_key;
  if (webhook["secret_key"].get(secret_key) == simdjson::SUCCESS) parsed.secret_key = secret_key;
  simdjson::dom::element part;
  for (const char* key : {"action", "payload"}) {
    if (webhook[key].get(part) == simdjson::SUCCESS && !part.is_null()) continue;
    parsed.refusal = std::string(key) + ": missing";
    return parsed;
  }
  // An object with these two keys that also has one of the following is no webhook, but a chat, a
  // page or a record of our own.
  for (const char* key : {"thread", "chats", "record"}) {
    if (webhook[key].get(part) != simdjson::SUCCESS || part.is_null()) continue;
    parsed.refusal = std::string(key) + ": no key of a webhook";
    return parsed;
  }
  std::string_view type;
  if (webhook["type"].get(type) == simdjson::SUCCESS && type == "response") {
    parsed.refusal = "type: a response is no webhook";
    return parsed;
  }
  record_parser().parse(body, [&parsed](Result<chat::Record> record) {
    if (!record) {
      parsed.refusal = record.error().message;
    } else if (auto* ignored = std::get_if<chat::IgnoredWebhook>(&*record)) {
      parsed.ignored_action = std::move(ignored->action);
    } else {
      parsed.records.push_back(*std::move(record));
    }
  });
  return parsed;
}

}  // namespace chatreports::api
