#pragma once
// A licence's connection to an account of another system: where its chats are fetched from, with
// which credentials, and how often. It is kept in a file of its own (app/connections.h).

#include <array>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/error.h"
#include "pull/chatwoot.h"
#include "pull/livechat.h"
#include "pull/puller.h"
#include "pull/source.h"
#include "time/instant.h"

namespace chatreports::pull {

constexpr int most_requests_per_minute = 6'000;

// The other systems.
enum class System : std::uint8_t { livechat, chatwoot };
inline constexpr std::array systems = {System::livechat, System::chatwoot};
// In files, in metrics, and in chat::FetchState.
std::string_view name_of(System system);
// For people.
std::string_view title_of(System system);

using Account = std::variant<LiveChatAccount, ChatwootAccount>;  // in the order of System

struct Connection {
  Account account;  // without credentials, if they have a name
  // The name of a credential of the service manager that has them; empty: none.
  std::string credential = {};
  // When all chats were asked for: another time means that all are fetched again.
  Instant begun_at = {};
  std::optional<Instant> since = {};  // older chats are not fetched
  std::chrono::seconds every{180};    // how often new chats are looked for
  int requests_per_minute = 170;      // while the first fetch is under way
  bool operator==(const Connection&) const = default;

  System system() const { return static_cast<System>(account.index()); }
};

// Returns whether both are the same account, whatever its credentials.
bool is_same_account(const Connection& left, const Connection& right);
std::string_view token_of(const Connection& connection);

// A JSON object in one line, with the credentials.
std::string format_connection(const Connection& connection);
// Fails if the text was written by another version of the program. The message has nothing of the
// text.
Result<Connection> parse_connection(std::string_view text);

// Reads the token; of a LiveChat account `ACCOUNT_ID:TOKEN`, or the two on lines of their own. The
// error does not contain the text.
Result<void> read_credentials(std::string_view text, Account& account);

// Whether requests with credentials may leave this machine without TLS.
enum class PlainHttp : std::uint8_t { within_machine, anywhere };

// Returns the address without a slash at its end. Fails unless it is https, or http that is
// allowed: the credentials are in each request.
Result<std::string> parse_api_address(std::string_view text,
                                      PlainHttp plain_http = PlainHttp::within_machine);

std::unique_ptr<Source> open_source(const Connection& connection);
PullerOptions puller_options(const Connection& connection);

}  // namespace chatreports::pull
