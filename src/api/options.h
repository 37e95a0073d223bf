#pragma once
// The limits of the API and other choices of its operator.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/numbers.h"
#include "time/buckets.h"

namespace chatreports::api {

struct ApiOptions {
  // Web pages of these origins may ask: "https://reports.example.com", or "*" for all.
  std::vector<std::string> cors_origins = {};
  // IANA names of the zones in which reports are made if neither the request nor the token's agent
  // has one: by licence, and for all others.
  std::map<LicenseId, std::string> timezones = {};
  std::optional<std::string> timezone = std::nullopt;
  bool has_page = true;       // serves the web page at /
  bool echo_request = false;  // answers repeat their request, as those of the hosted API do
  std::uint32_t max_requests_per_second = 0;  // per token; 0: any number
  std::size_t max_filter_values = 10'000;     // in one list
  std::size_t max_buckets = Buckets::default_max_size;
  std::size_t max_kept_bytes = std::size_t{32} << 20;  // of the answer cache; 0: no cache
  std::size_t max_answer_bytes = std::size_t{32} << 20;
  std::chrono::milliseconds max_report_time{30'000};           // of running and rendering a report
  std::size_t max_record_bytes = std::size_t{8} << 20;         // of one in a body of records
  std::uint64_t max_unpacked_bytes = std::uint64_t{64} << 30;  // of a body of records
  // Memory for all bodies of records and webhooks on their way in, about.
  std::size_t max_intake_bytes = std::size_t{256} << 20;
  std::chrono::milliseconds intake_patience{30'000};  // of a body of records, for its part of that
  // After that, a deletion that goes on is answered 202.
  std::chrono::milliseconds deletion_patience{2'000};
};

}  // namespace chatreports::api
