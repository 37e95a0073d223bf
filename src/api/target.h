#pragma once
// The target of a request: its address, and the version that it asks for.

#include <optional>
#include <string_view>

#include "http/message.h"

namespace chatreports::report {
struct Definition;
}

namespace chatreports::api {

constexpr std::string_view version = "3.4";
constexpr std::string_view records_path = "/ingest/records";
constexpr std::string_view webhooks_path = "/ingest/webhooks/livechat";

// `/v3.4/reports/chats/tags?x=1`, taken apart.
struct Target {
  std::optional<std::string_view> version;  // as it stands in the path
  std::string_view path;                    // without it: "/reports/chats/tags"
  std::string_view query;
};

Target parse_target(std::string_view target);

// The version that was asked for where it isn't ours: in the address, or in the header.
std::optional<std::string_view> other_version(const Target& target, const http::Request& request);

// The report at that path; null if there is none.
const report::Definition* report_at(std::string_view path);

}  // namespace chatreports::api
