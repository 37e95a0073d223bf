#include "api/dialects.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "api/errors.h"

namespace chatreports::api {
namespace {

using report::Version;

// In each version with `forms`, `surveys` is its other name.
constexpr std::array filters = {VersionedFilter{"customer_countries", {.first = Version::v3_5}},
                                VersionedFilter{"forms", {.first = Version::v3_5}}};

constexpr std::array unanswered = {
    UnansweredReport{"/reports/customers/unique_visitors",
                     {.first = Version::v3_6},
                     "neither archives nor webhooks tell page views; it would take a record of "
                     "each page view, with its visitor, which this server does not have"},
    UnansweredReport{"/reports/sales/abandoned_carts",
                     {.first = Version::v3_7},
                     "neither archives nor webhooks tell what becomes of a cart; it would take a "
                     "record of each cart and of its purchase, which this server does not have"},
    UnansweredReport{"/reports/stats/visitor_domains",
                     {.first = Version::v3_7},
                     "neither archives nor webhooks tell page views; it would take a record of "
                     "each page view, with its domain, which this server does not have"},
};

// `text` is as the client has given it, `number` what should be the number of a version.
Result<Version> parse_given(std::string_view text, std::string_view number) {
  if (const auto version = report::parse_version(number)) return *version;
  std::vector<std::string_view> served;
  for (const Version version : report::all_versions) served.push_back(report::name_of(version));
  return invalid(
      fmt::format("The version must be {}, not {}", alternatives(served), in_quotes(text)));
}

}  // namespace

Result<Version> version_of(const Target& target, const http::Request& request) {
  if (!target.path.starts_with("/reports/")) return default_version;
  const std::string_view header = request.header("X-API-Version");
  if (header.empty() && !target.version) return default_version;
  const Result<Version> in_path =
      target.version ? parse_given(*target.version, *target.version) : default_version;
  if (header.empty() || !in_path) return in_path;
  const Result<Version> in_header =
      parse_given(header, header.starts_with('v') ? header.substr(1) : header);
  if (target.version && in_header && *in_header != *in_path) {
    return invalid(fmt::format("The address names version {} and the header X-API-Version {}",
                               name_of(*in_path), name_of(*in_header)));
  }
  return in_header;
}

std::string text_of(report::Versions versions) {
  if (versions.first == versions.last) return fmt::format("version {}", name_of(versions.first));
  if (versions.last == report::all_versions.back()) {
    return fmt::format("version {} and later", name_of(versions.first));
  }
  return fmt::format("versions {} to {}", name_of(versions.first), name_of(versions.last));
}

std::span<const VersionedFilter> versioned_filters() {
  return filters;
}

report::Versions versions_of_filter(std::string_view name) {
  const auto* const found = std::ranges::find(filters, name, &VersionedFilter::name);
  return found == filters.end() ? report::Versions{} : found->versions;
}

report::Versions versions_of(chat::EventType type) {
  return type == chat::EventType::system ? report::Versions{.first = Version::v3_6}
                                         : report::Versions{};
}

const UnansweredReport* find_unanswered(std::string_view path) {
  const auto* const found = std::ranges::find(unanswered, path, &UnansweredReport::path);
  return found == unanswered.end() ? nullptr : found;
}

}  // namespace chatreports::api
