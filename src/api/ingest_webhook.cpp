#include "api/ingest_webhook.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/errors.h"
#include "api/refusals.h"
#include "base/error.h"
#include "chat/record.h"
#include "ingest/parse_record.h"
#include "ingest/plain_numbers.h"
#include "ingest/webhook_actions.h"

namespace chatreports::api {
namespace {

constexpr std::size_t bytes_a_webhook_byte = 8;  // of memory, until it is written

// The contents of a webhook's body. Its records have no time of receipt yet.
struct WebhookBody {
  std::string secret_key;  // empty if there is none
  std::vector<chat::Record> records;
  std::string ignored_action;                          // if no figure needs the action
  std::string_view action = ingest::known_action("");  // for metrics
  std::string refusal;                                 // why it can't be understood
};

// One per thread, which keeps its memory.
simdjson::dom::parser& parser() {
  thread_local simdjson::dom::parser parser;
  return parser;
}

ingest::RecordParser& record_parser() {
  thread_local ingest::RecordParser parser(ingest::Webhooks::live);
  return parser;
}

// Fails if the body as a whole is no webhook: not JSON, or no object.
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
  std::string_view action;
  if (webhook["action"].get(action) == simdjson::SUCCESS) {
    parsed.action = ingest::known_action(action);
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

http::Response webhook_answer(int accepted) {
  return {200,
          {{"Content-Type", "application/json"}},
          fmt::format(R"({{"accepted":{},"ignored":{}}})", accepted, 1 - accepted)};
}

http::Response answer_to_written(const Result<std::vector<RefusedRecord>>& written) {
  if (!written) {
    return error_answer(ErrorType::service_unavailable,
                        "It can't be written right now; send it later");
  }
  if (!written->empty()) return error_answer(ErrorType::validation, written->front().reason);
  return webhook_answer(1);
}

}  // namespace

std::optional<http::Response> ingest_webhook(Services& services, const http::Request& request,
                                             std::string_view /*id*/,
                                             std::function<void(http::Response)> answer) {
  Result<WebhookBody> body = parse_webhook_body(request.body);
  if (!body) return error_answer(ErrorType::validation, "The body " + body.error().message);
  const auto license = services.access.license_of_webhook(body->secret_key, services.clock.now());
  if (!license) return unreadable_tokens();
  if (!*license) return error_answer(ErrorType::authentication, "Invalid secret key");
  const auto count = [&metrics = services.metrics, action = body->action,
                      now = services.clock.now()](WebhookResult result) {
    metrics.count_webhook(action, result, now);
  };
  if (!body->refusal.empty()) {
    count(WebhookResult::refused);
    return error_answer(ErrorType::validation, body->refusal);
  }
  if (!body->ignored_action.empty()) services.intake.count_ignored(body->ignored_action);
  if (body->records.empty()) {
    count(WebhookResult::ignored);
    return webhook_answer(0);
  }
  const auto memory = std::make_shared<BudgetPart>(services.intake_memory);
  if (!services.intake.has_room_for_webhook(**license) ||
      !memory->grow(bytes_a_webhook_byte * request.body.size())) {
    count(WebhookResult::refused);
    return error_answer(ErrorType::service_unavailable, "Too many webhooks wait; send it later");
  }
  services.intake.take_in(**license, Channel::webhook, std::move(body->records),
                          [answer = std::move(answer), memory, count](const auto& written) {
                            const bool is_in = written && written->empty();
                            count(is_in ? WebhookResult::accepted : WebhookResult::refused);
                            answer(answer_to_written(written));
                          });
  return std::nullopt;
}

}  // namespace chatreports::api
