#pragma once
// A licence's connection to an account of another system: where its chats are fetched from, with
// which credentials, and how often. It is kept in a file of its own (app/connections.h).

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "pull/livechat.h"
#include "pull/puller.h"
#include "pull/source.h"
#include "time/instant.h"

namespace chatreports::pull {

constexpr int most_requests_per_minute = 6'000;

struct Connection {
  LiveChatAccount account;  // without credentials, if they have a name
  // The name of a credential of the service manager that has them; empty: none.
  std::string credential = {};
  // When all chats were asked for: another time means that all are fetched again.
  Instant begun_at = {};
  std::optional<Instant> since = {};  // older chats are not fetched
  std::chrono::seconds every{180};    // how often new chats are looked for
  int requests_per_minute = 170;      // while the first fetch is under way
  bool operator==(const Connection&) const = default;
};

// The name of the other system, for chat::FetchState and for metrics.
constexpr std::string_view livechat_name = "livechat";
// The one for people.
constexpr std::string_view livechat_title = "LiveChat";

// A JSON object in one line, with the credentials.
std::string format_connection(const Connection& connection);
// Fails if the text was written by another version of the program. The message has nothing of the
// text.
Result<Connection> parse_connection(std::string_view text);

// Reads `ACCOUNT_ID:TOKEN`, or the two on lines of their own. The error does not contain the text.
Result<void> read_credentials(std::string_view text, LiveChatAccount& account);

// Returns the address without a slash at its end. Fails unless it is https, or http of this
// machine: the credentials are in each request.
Result<std::string> parse_api_address(std::string_view text);

std::unique_ptr<Source> open_source(const Connection& connection);
PullerOptions puller_options(const Connection& connection);

}  // namespace chatreports::pull
