#include "pull/connection.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/overloaded.h"
#include "pull/json.h"

namespace chatreports::pull {
namespace {

constexpr std::size_t most_credential_bytes = 1'000;

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == text.npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

bool is_one_word(std::string_view text) {
  return !text.empty() && text.size() <= most_credential_bytes &&
         std::ranges::all_of(text, [](char byte) { return byte > ' ' && byte < '\x7f'; });
}

// Reads members of an object, and notes whether each has been there in its form.
class Members {
 public:
  explicit Members(simdjson::dom::object object) : object_(object) {}

  std::string text(std::string_view key) {
    std::string_view value;
    note(object_[key].get(value));
    return std::string(value);
  }
  std::int64_t integer(std::string_view key, std::int64_t least, std::int64_t most) {
    std::int64_t value = 0;
    note(object_[key].get(value));
    is_whole_ = is_whole_ && value >= least && value <= most;
    return value;
  }
  bool has(std::string_view key) const { return object_[key].error() == simdjson::SUCCESS; }
  bool is_whole() const { return is_whole_; }

 private:
  void note(simdjson::error_code error) { is_whole_ = is_whole_ && error == simdjson::SUCCESS; }

  simdjson::dom::object object_;
  bool is_whole_ = true;
};

Duration between_requests(const Connection& connection) {
  return std::chrono::duration_cast<Duration>(std::chrono::minutes(1)) /
         connection.requests_per_minute;
}

Error unreadable() {
  return {ErrorKind::invalid, "it is not in the form of this version"};
}

Result<Account> read_account(Members& members) {
  const std::string system = members.text("system");
  const bool is_livechat = system == name_of(System::livechat);
  if (!is_livechat && system != name_of(System::chatwoot)) return std::unexpected(unreadable());
  const auto api = parse_api_address(members.text("api"),
                                     is_livechat ? PlainHttp::within_machine : PlainHttp::anywhere);
  if (!api) return std::unexpected(unreadable());
  const std::string id = members.text("account_id");
  const std::string token = members.has("credential") ? std::string() : members.text("token");
  if (is_livechat) return LiveChatAccount{id, token, *api, members.text("version")};
  const auto groups = chatwoot_groups_of(members.text("groups"));
  if (!groups) return std::unexpected(unreadable());
  return ChatwootAccount{*api, id, token, *groups, members.text("webhook_secret")};
}

}  // namespace

std::string_view name_of(System system) {
  return system == System::livechat ? "livechat" : "chatwoot";
}

std::string_view title_of(System system) {
  return system == System::livechat ? "LiveChat" : "Chatwoot";
}

bool is_same_account(const Connection& left, const Connection& right) {
  if (left.credential != right.credential) return false;
  Account of_left = left.account;
  Account of_right = right.account;
  for (Account* account : {&of_left, &of_right}) {
    std::visit(Overloaded{[](LiveChatAccount& one) {
                            one.token.clear();
                            one.version.clear();
                          },
                          [](ChatwootAccount& one) {
                            one.token.clear();
                            one.webhook_secret.clear();
                          }},
               *account);
  }
  return of_left == of_right;
}

std::string_view token_of(const Connection& connection) {
  return std::visit([](const auto& account) { return std::string_view(account.token); },
                    connection.account);
}

std::string format_connection(const Connection& connection) {
  std::string text = fmt::format(R"({{"system":{})", as_json(name_of(connection.system())));
  text += std::visit(
      Overloaded{
          [](const LiveChatAccount& account) {
            return fmt::format(R"(,"api":{},"version":{},"account_id":{})", as_json(account.api),
                               as_json(account.version), as_json(account.account_id));
          },
          [](const ChatwootAccount& account) {
            return fmt::format(R"(,"api":{},"account_id":{},"groups":"{}","webhook_secret":{})",
                               as_json(account.url), as_json(account.account),
                               name_of(account.groups), as_json(account.webhook_secret));
          }},
      connection.account);
  if (connection.credential.empty()) {
    text += fmt::format(R"(,"token":{})", as_json(token_of(connection)));
  } else {
    text += fmt::format(R"(,"credential":{})", as_json(connection.credential));
  }
  text += fmt::format(R"(,"begun_at":{})", unix_microseconds(connection.begun_at));
  if (connection.since) text += fmt::format(R"(,"since":{})", unix_microseconds(*connection.since));
  return text + fmt::format(R"(,"every":{},"requests_per_minute":{}}})", connection.every.count(),
                            connection.requests_per_minute);
}

Result<Connection> parse_connection(std::string_view text) {
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  if (parser.parse(text.data(), text.size()).get(object) != simdjson::SUCCESS) {
    return std::unexpected(unreadable());
  }
  Members members(object);
  Connection connection;
  auto account = read_account(members);
  if (!account) return std::unexpected(std::move(account.error()));
  connection.account = *std::move(account);
  if (members.has("credential")) connection.credential = members.text("credential");
  const auto time = [&members](std::string_view key) {
    return from_unix_microseconds(members.integer(key, unix_microseconds(earliest_instant),
                                                  unix_microseconds(latest_instant)));
  };
  connection.begun_at = time("begun_at");
  if (members.has("since")) connection.since = time("since");
  constexpr std::int64_t seconds_a_day = 86'400;
  connection.every = std::chrono::seconds(members.integer("every", 1, seconds_a_day));
  connection.requests_per_minute =
      static_cast<int>(members.integer("requests_per_minute", 1, most_requests_per_minute));
  if (!members.is_whole()) return std::unexpected(unreadable());
  return connection;
}

Result<void> read_credentials(std::string_view text, Account& account) {
  text = without_blanks(text);
  if (auto* const chatwoot = std::get_if<ChatwootAccount>(&account)) {
    if (!is_one_word(text)) return invalid("the credentials must be an access token alone");
    chatwoot->token = text;
    return {};
  }
  auto& livechat = std::get<LiveChatAccount>(account);
  const std::size_t line = text.find('\n');
  const std::size_t end = line == text.npos ? text.find(':') : line;
  if (end != text.npos) {
    const std::string_view account_id = without_blanks(text.substr(0, end));
    const std::string_view token = without_blanks(text.substr(end + 1));
    if (is_one_word(account_id) && is_one_word(token)) {
      livechat.account_id = account_id;
      livechat.token = token;
      return {};
    }
  }
  return invalid(
      "the credentials must be the account id and the personal access token, as ACCOUNT_ID:TOKEN "
      "or on two lines");
}

Result<std::string> parse_api_address(std::string_view text, PlainHttp plain_http) {
  while (text.ends_with('/')) text.remove_suffix(1);
  const std::string_view secure = "https://";
  const std::string_view plain = "http://";
  const bool is_secure = text.starts_with(secure);
  const std::string_view rest =
      text.substr(is_secure ? secure.size() : std::min(plain.size(), text.size()));
  const bool is_one = is_one_word(rest) && rest.find_first_of("?#@\\\"") == rest.npos &&
                      !rest.starts_with('/') && !rest.starts_with(':');
  if (is_one && is_secure) return std::string(text);
  const std::string_view host = rest.substr(0, rest.find('/'));
  const std::string_view name =
      host.starts_with('[') ? host.substr(0, host.find(']') + 1) : host.substr(0, host.find(':'));
  constexpr std::array<std::string_view, 3> of_this_machine = {"localhost", "127.0.0.1", "[::1]"};
  const bool is_allowed = plain_http == PlainHttp::anywhere ||
                          std::ranges::find(of_this_machine, name) != of_this_machine.end();
  if (is_one && text.starts_with(plain) && is_allowed) return std::string(text);
  return invalid(
      "must be an address such as https://api.example.com, without a query; http only for this "
      "machine (localhost, 127.0.0.1 or [::1])");
}

std::unique_ptr<Source> open_source(const Connection& connection) {
  return std::visit(
      Overloaded{[](const LiveChatAccount& account) -> std::unique_ptr<Source> {
                   return std::make_unique<LiveChat>(account);
                 },
                 [&connection](const ChatwootAccount& account) -> std::unique_ptr<Source> {
                   return std::make_unique<Chatwoot>(account, between_requests(connection));
                 }},
      connection.account);
}

PullerOptions puller_options(const Connection& connection) {
  PullerOptions options;
  options.since = connection.since;
  options.begun_at = connection.begun_at;
  options.between_new = connection.every;
  options.between_requests = between_requests(connection);
  options.between_steady_requests =
      std::min<Duration>(options.between_steady_requests, connection.every);
  return options;
}

}  // namespace chatreports::pull
