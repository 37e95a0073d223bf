#pragma once
// The parameters of a request → a question, with its defaults, time zone and range. The one place
// that knows what a parameter means; filters are in read_filters.h.

#include <functional>
#include <optional>
#include <string>

#include "api/dialects.h"
#include "api/parameters.h"
#include "api/presentation.h"
#include "base/error.h"
#include "base/numbers.h"
#include "chat/record.h"
#include "report/query.h"
#include "time/instant.h"

namespace chatreports::api {

// Everything else that a question depends on.
struct QuestionContext {
  LicenseId license;
  std::optional<std::string> default_timezone = std::nullopt;
  Instant now;
  std::size_t max_filter_values = 10'000;  // in one list
  std::size_t max_buckets = Buckets::default_max_size;
  chat::DigestKey digest_key = {};  // the licence's, see chat/property_digest.h
  // Those that the report accepts, at least one.
  std::span<const Distribution> distributions = all_distributions;
  report::Version version = default_version;
  bool has_pages = false;                             // the report takes `page`
  Format format = Format::json;                       // of a question that names none
  std::span<const report::Dimension> groupings = {};  // if any, the report takes `group_by`
  // Without groupings: returns the error for a request that has a `group_by`.
  std::function<std::string()> why_no_groupings = nullptr;
};

struct Question {
  report::Query query;
  Presentation presentation;
};

// Fails with kind `invalid` and the path and what is allowed; with another kind if the fault is
// ours.
Result<Question> parse_question(const Object& parameters, const QuestionContext& context);

}  // namespace chatreports::api
