#pragma once
// The versions of the API, as data: what a request may name in each of them.
// report::Definition::versions says which of them have a report.

#include <span>
#include <string>
#include <string_view>

#include "api/target.h"
#include "base/error.h"
#include "chat/event.h"
#include "http/message.h"
#include "report/version.h"

namespace chatreports::api {

// Of a request that names none.
constexpr report::Version default_version = report::Version::v3_4;

// Returns the version that a request names in its path, `/v3.6/reports/…`, in its header
// `X-API-Version: 3.6` (or `v3.6`), or in both. Fails if the two disagree, or if there is no such
// version. Addresses of other kinds have no version: the default.
Result<report::Version> version_of(const Target& target, const http::Request& request);

// "version 3.4", "version 3.6 and later" or "versions 3.4 to 3.5".
std::string text_of(report::Versions versions);

// A filter that not every version has.
struct VersionedFilter {
  std::string_view name;
  report::Versions versions;
};
std::span<const VersionedFilter> versioned_filters();
report::Versions versions_of_filter(std::string_view name);

// The versions in which `event_types` takes this type; nothing takes chat::EventType::other.
report::Versions versions_of(chat::EventType type);

// A report of the hosted API that can't be made from archives and webhooks.
struct UnansweredReport {
  std::string_view path;  // without a version
  report::Versions versions;
  std::string_view why;  // with the record that would be needed
};
// Returns null for any other path.
const UnansweredReport* find_unanswered(std::string_view path);

}  // namespace chatreports::api
