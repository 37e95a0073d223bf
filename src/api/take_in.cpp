// The part of the Api that takes records and webhooks in.

#include <fmt/format.h>

#include "api/api.h"
#include "api/errors.h"
#include "api/ingest_records.h"
#include "api/ingest_webhook.h"
#include "api/refusals.h"
#include "api/target.h"

namespace chatreports::api {
namespace {

constexpr std::size_t bytes_a_webhook_byte = 8;  // of memory, until it is written

// The answer to one webhook.
http::Response webhook_answer(int accepted) {
  return {200,
          {{"Content-Type", "application/json"}},
          fmt::format(R"({{"accepted":{},"ignored":{}}})", accepted, 1 - accepted)};
}

}  // namespace

bool Api::is_stream(const http::Request& head) {
  return head.method == "POST" && parse_target(head.target).path == records_path;
}

std::expected<http::AdmittedStream, http::Response> Api::admit_stream(
    const http::Request& head) const {
  if (!surroundings_.is_ready()) return std::unexpected(not_ready());
  auto caller = authorize(head, "reports_write", surroundings_.now());
  if (!caller) return std::unexpected(std::move(caller.error()));
  const std::string_view coding = head.header("Content-Encoding");
  if (!is_coding(coding, "gzip") && !is_identity(coding)) return std::unexpected(wrong_coding());
  const LicenseId license = caller->license;
  return http::AdmittedStream{
      {static_cast<std::uint64_t>(license.value), static_cast<std::uint64_t>(caller->token_id)},
      [this, license](ByteReader& body) { return handle_stream(license, body); }};
}

http::Response Api::handle_stream(LicenseId license, ByteReader& body) const {
  try {
    return ingest_records(
        body, {options_.max_record_bytes, options_.max_unpacked_bytes, options_.intake_patience},
        intake_memory_, [&](std::vector<chat::Record> records, auto done) {
          surroundings_.take_in(license, Channel::bulk, std::move(records), std::move(done));
        });
  } catch (const std::exception&) {
    return internal_fault();
  }
}

bool Api::is_late(const http::Request& request) {
  return request.method == "POST" && parse_target(request.target).path == webhooks_path;
}

void Api::handle_late(const http::Request& request,
                      std::function<void(http::Response)> answer) const {
  std::optional<http::Response> now;
  try {
    now = answer_webhook(request, answer);
  } catch (const std::exception&) {
    now = internal_fault();
  }
  if (now) answer(*std::move(now));
}

std::optional<http::Response> Api::answer_webhook(
    const http::Request& request, std::function<void(http::Response)>& answer) const {
  if (!surroundings_.is_ready()) return not_ready();
  if (!is_identity(request.header("Content-Encoding"))) return wrong_coding();
  Result<WebhookBody> body = parse_webhook_body(request.body);
  if (!body) return error_answer(ErrorType::validation, "The body " + body.error().message);
  const auto found = surroundings_.find_webhook(body->secret_key);
  if (!found) return unknown_callers();
  const std::optional<LicenseId> license = *found;
  if (!license) return error_answer(ErrorType::authentication, "Invalid secret key");
  if (!body->refusal.empty()) return error_answer(ErrorType::validation, body->refusal);
  if (!body->ignored_action.empty()) surroundings_.count_ignored(body->ignored_action);
  if (body->records.empty()) return webhook_answer(0);
  const auto memory = std::make_shared<BudgetPart>(intake_memory_);
  if (!surroundings_.can_take_in(*license) ||
      !memory->grow(bytes_a_webhook_byte * request.body.size())) {
    return error_answer(ErrorType::service_unavailable, "Too many webhooks wait; send it later");
  }
  surroundings_.take_in(*license, Channel::webhook, std::move(body->records),
                        [answer, memory](const auto& written) {
                          if (!written) {
                            answer(error_answer(ErrorType::service_unavailable,
                                                "It can't be written right now; send it later"));
                          } else if (!written->empty()) {
                            answer(error_answer(ErrorType::validation, written->front().reason));
                          } else {
                            answer(webhook_answer(1));
                          }
                        });
  return std::nullopt;
}

}  // namespace chatreports::api
