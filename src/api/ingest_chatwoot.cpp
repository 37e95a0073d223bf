#include "api/ingest_chatwoot.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <string>

#include "api/errors.h"
#include "api/refetch.h"

namespace chatreports::api {
namespace {

// A recorded webhook can't be sent again later.
constexpr std::chrono::minutes longest_way{5};

std::optional<std::int64_t> number_in(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

bool is_of_now(std::string_view timestamp, Instant now) {
  const auto seconds = number_in(timestamp);
  if (!seconds) return false;
  const auto now_seconds = unix_microseconds(now) / microseconds_per_second;
  const auto most = std::chrono::seconds(longest_way).count();
  return *seconds >= now_seconds - most && *seconds <= now_seconds + most;
}

// Returns the number of the conversation that the webhook is about; 0 if it is about none. Fails if
// the body is no webhook.
Result<std::int64_t> conversation_of(const std::string& body) {
  simdjson::dom::parser parser;
  simdjson::dom::object webhook;
  std::string_view event;
  if (parser.parse(body).get(webhook) != simdjson::SUCCESS ||
      webhook["event"].get(event) != simdjson::SUCCESS) {
    return invalid("must be a webhook of Chatwoot: a JSON object with event");
  }
  const bool is_message = event.starts_with("message_");
  if (!is_message && !event.starts_with("conversation_")) return 0;
  std::int64_t id = 0;
  const auto found =
      is_message ? webhook.at_pointer("/conversation/id").get(id) : webhook["id"].get(id);
  return found == simdjson::SUCCESS && id > 0 ? id : 0;
}

}  // namespace

// Deferred handlers take the function by value.
// NOLINTNEXTLINE(performance-unnecessary-value-param)
std::optional<http::Response> ingest_chatwoot_webhook(
    Services& services, const http::Request& request, std::string_view license,
    std::function<void(http::Response)> /*answer*/) {
  if (services.refetch == nullptr) {
    return error_answer(ErrorType::service_unavailable,
                        "Chats are not fetched right now; send it later");
  }
  const LicenseId id{number_in(license).value_or(0)};
  const std::string_view timestamp = request.header("X-Chatwoot-Timestamp");
  const bool is_signed = services.refetch->is_signed_by_chatwoot(
      id, fmt::format("{}.{}", timestamp, request.body), request.header("X-Chatwoot-Signature"));
  if (!is_signed || !is_of_now(timestamp, services.clock.now())) {
    return error_answer(ErrorType::authentication, "Invalid signature");
  }
  const auto conversation = conversation_of(request.body);
  if (!conversation) {
    return error_answer(ErrorType::validation, "The body " + conversation.error().message);
  }
  if (*conversation != 0) services.refetch->changed(id, *conversation);
  const int accepted = *conversation != 0 ? 1 : 0;
  return http::Response{200,
                        {{"Content-Type", "application/json"}},
                        fmt::format(R"({{"accepted":{},"ignored":{}}})", accepted, 1 - accepted)};
}

}  // namespace chatreports::api
