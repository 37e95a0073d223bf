#pragma once
// Requests → answers: credentials, routes, parsing, and the way through report, engine and render.

#include <chrono>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/answers.h"
#include "api/ingest_records.h"
#include "api/rate_limit.h"
#include "base/allowance.h"
#include "base/numbers.h"
#include "engine/engine.h"
#include "http/message.h"
#include "time/instant.h"

namespace chatreports::report {
struct Definition;
}

namespace chatreports::api {

// Whom a token stands for.
struct Caller {
  std::int64_t token_id = 0;
  LicenseId license;
  std::vector<std::string> scopes;            // "reports_read", "reports_write"
  std::optional<std::string> agent_timezone;  // IANA, of the token's agent
  bool is_timezone_unreadable = false;        // there is one, and its record is damaged
};

// The asker of a request, between the two looks at its token: before the request waits for a
// thread, and when it has one. Only the code that makes it knows its type.
using Asker = std::shared_ptr<const void>;

// How records came: a webhook, which is of now and waits for its answer, or a body of records.
enum class Channel : std::uint8_t { webhook, bulk };

// Whether all records of a licence that were acknowledged can be read. Reports of one that is
// damaged are not answered, unless that is allowed: then without those records.
enum class Wholeness : std::uint8_t { whole, damaged, damaged_but_allowed };

// The functions that the api needs from the outside. Each is called from several threads at once.
struct Surroundings {
  // Nothing if no caller has this token; an error if tokens can't be read now. `asker` is what
  // share_of has found for this token, or null: it saves a second search.
  std::function<Result<std::optional<Caller>>(std::string_view token, const Asker& asker,
                                              Instant now)>
      find_caller;
  std::function<Instant()> now;
  // Whether all that was acknowledged is in the engine.
  std::function<bool()> is_ready = [] { return true; };
  std::function<Wholeness(LicenseId)> wholeness = [](LicenseId) { return Wholeness::whole; };
  // Whether records can be acknowledged. The error says why not, to anybody who asks; the program
  // is not healthy then.
  std::function<Result<void>()> can_acknowledge = [] { return Result<void>(); };
  // The licence that the secret of a webhook names, likewise.
  std::function<Result<std::optional<LicenseId>>(std::string_view secret)> find_webhook = {};
  // Digests what is not to be kept, and writes records of a licence, see TakeIn in
  // api/ingest_records.h.
  std::function<void(LicenseId, Channel, std::vector<chat::Record>, Done done)> take_in = {};
  // Whether a webhook of the licence may wait to be taken in; where not, it is sent away.
  std::function<bool(LicenseId)> can_take_in = [](LicenseId) { return true; };
  // A webhook came whose action no figure needs.
  std::function<void(const std::string& action)> count_ignored = [](const std::string&) {};
  // Who is let in after whom, see http::Share: of a token, by what is in memory.
  std::function<std::pair<http::Share, Asker>(std::string_view token)> share_of =
      [](std::string_view) { return std::pair<http::Share, Asker>(); };
  // The time since some moment, which does not change where a clock is set.
  std::function<Duration()> time_passed = [] { return Duration{}; };
  // The key of the licence's digests, see chat/property_digest.h.
  std::function<chat::DigestKey(LicenseId)> digest_key = [](LicenseId) {
    return chat::DigestKey{};
  };
};

struct ApiOptions {
  // Web pages of these origins may ask: "https://reports.example.com", or "*" for all.
  std::vector<std::string> cors_origins = {};
  std::uint32_t max_requests_per_second = 0;  // per token; 0: any number
  std::size_t max_filter_values = 10'000;     // in one list
  std::size_t max_buckets = Buckets::default_max_size;
  std::size_t max_kept_bytes = std::size_t{32} << 20;  // of answers that are still true; 0: none
  std::size_t max_answer_bytes = std::size_t{32} << 20;
  std::chrono::milliseconds max_report_time{30'000};    // from the first look at it to the answer
  std::size_t max_record_bytes = std::size_t{8} << 20;  // of one in a body of records
  std::uint64_t max_unpacked_bytes = std::uint64_t{64} << 30;  // of a body of records
  // Memory for all bodies of records and webhooks that are being taken in, about.
  std::size_t max_intake_bytes = std::size_t{256} << 20;
  std::chrono::milliseconds intake_patience{30'000};  // of a body of records, for its part of that
};

class Api {
 public:
  // The engine is borrowed and must outlive the Api.
  Api(const engine::Engine& engine, Surroundings surroundings, ApiOptions options = {});

  // Any thread. Never throws; our own faults are answered with 500 `internal`.
  http::Response handle(const http::Request& request) const;

  // Whose the request is, as http::Handlers::share_of. Any thread.
  http::Share share_of(http::Request& request) const;

  // Whether handle_stream is to answer it: POST /ingest/records. Any thread.
  static bool is_stream(const http::Request& head);
  // Decides from the head: whose the request is and what reads its body, or the answer where it has
  // no right to send one. The reader waits for the body and for the writer. Any thread.
  std::expected<http::AdmittedStream, http::Response> admit_stream(const http::Request& head) const;

  // Whether handle_late is to answer it: POST /ingest/webhooks/livechat. Any thread.
  static bool is_late(const http::Request& request);
  // As handle; the answer comes once what the webhook tells is durable and in the next report.
  void handle_late(const http::Request& request, std::function<void(http::Response)> answer) const;

  // Answers requests that need no engine and no credentials and must not wait: /livez, /readyz,
  // /healthz and /openapi.yaml. Any thread.
  std::optional<http::Response> handle_urgent(const http::Request& request) const;

 private:
  static http::Response nothing_there(std::string_view target);
  http::Response answer_request(const http::Request& request) const;
  // The answer to a report, whether it was kept or is made now.
  std::expected<std::shared_ptr<const std::string>, http::Response> answer_report(
      const http::Request& request, std::string_view query_string,
      const report::Definition& definition, const Caller& caller, Instant now) const;
  http::Response handle_stream(LicenseId license, ByteReader& body) const;
  // The answer to a report whose allowance was used up.
  http::Response given_up(Allowance::End end) const;
  // The answer, where nothing is to be waited for.
  std::optional<http::Response> answer_webhook(const http::Request& request,
                                               std::function<void(http::Response)>& answer) const;
  // Whose the request is, if the token has the scope and may ask now.
  std::expected<Caller, http::Response> authorize(const http::Request& request,
                                                  std::string_view scope, Instant now) const;

  const engine::Engine& engine_;
  Surroundings surroundings_;
  ApiOptions options_;
  mutable RateLimit rate_limit_;
  mutable Answers answers_;
  mutable Budget intake_memory_;
};

// The answer in the error form to a request that the server refuses.
http::Response error_response(const http::Refusal& refusal);

}  // namespace chatreports::api
