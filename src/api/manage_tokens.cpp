#include "api/manage_tokens.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "access/token_json.h"
#include "access/token_rules.h"
#include "api/errors.h"
#include "api/parameter_reader.h"
#include "api/parameters.h"
#include "api/presentation.h"
#include "api/refusals.h"
#include "time/rfc3339.h"

namespace chatreports::api {
namespace {

using Refused = std::unexpected<http::Response>;
template <class T>
using OrRefusal = std::expected<T, http::Response>;

constexpr std::chrono::days max_token_time{access::max_token_days};

Refused refused(std::string_view message) {
  return Refused(error_answer(ErrorType::validation, message));
}

http::Response no_such_token(std::string_view id) {
  return error_answer(ErrorType::not_found,
                      fmt::format("The licence has no token with the number {}", in_quotes(id)));
}

http::Response not_written(const Call& call, const Error& error) {
  if (error.kind == ErrorKind::invalid) return error_answer(ErrorType::validation, error.message);
  if (error.kind == ErrorKind::not_found) return no_such_token(call.id);
  return error_answer(ErrorType::service_unavailable,
                      "Access tokens can't be written right now, and nothing was changed; see the "
                      "server's log");
}

// Returns the token of the licence that the address names. Numbers are written in one way.
OrRefusal<access::Token> named_token(Services& services, const Call& call) {
  std::int64_t id = 0;
  const char* const end = call.id.data() + call.id.size();
  const auto [stop, fault] = std::from_chars(call.id.data(), end, id);
  if (fault != std::errc() || stop != end || call.id != std::to_string(id)) {
    return Refused(no_such_token(call.id));
  }
  auto tokens = services.tokens->list(call.caller.license);
  if (!tokens) return Refused(unreadable_tokens());
  const auto found = std::ranges::find(*tokens, id, &access::Token::id);
  if (found == tokens->end()) return Refused(no_such_token(call.id));
  return std::move(*found);
}

std::optional<std::string> read_short_text(ParameterReader& reader, std::string_view key,
                                           std::string (*fault_of)(std::string_view)) {
  std::optional<std::string> text = reader.read_text(key);
  if (!text) return text;
  const std::string fault = text->empty() ? "must not be empty" : fault_of(*text);
  if (!fault.empty()) reader.fail(key, fault);
  return text;
}

Scopes read_scopes(ParameterReader& reader) {
  constexpr std::string_view key = "scopes";
  const auto texts = reader.read_texts(key);
  if (!texts) return {Scope::reports_read};
  std::vector<std::string_view> known;
  for (const Scope scope : token_scopes) known.push_back(text_of(scope));
  Scopes scopes;
  for (std::size_t at = 0; at < texts->size(); ++at) {
    const auto& text = std::get<std::string>((*texts)[at]);
    if (std::ranges::find(known, text) != known.end()) {
      scopes.insert(*parse_scope(text));
    } else {
      reader.fail(fmt::format("{}[{}]", key, at),
                  fmt::format("must be {}, not {}", alternatives(known), in_quotes(text)));
    }
  }
  return scopes;
}

std::vector<std::int64_t> read_groups(ParameterReader& reader) {
  std::vector<std::int64_t> groups;
  if (const auto values = reader.read_integers("only_groups")) {
    for (const report::Value& value : *values) groups.push_back(std::get<std::int64_t>(value));
  }
  return groups;
}

std::vector<std::string> read_agents(ParameterReader& reader) {
  constexpr std::string_view key = "only_agents";
  std::vector<std::string> agents;
  const auto values = reader.read_texts(key);
  if (!values) return agents;
  for (const report::Value& value : *values) {
    const auto& id = std::get<std::string>(value);
    const std::string fault = id.empty() ? "must not be empty" : access::fault_of_agent_id(id);
    if (!fault.empty()) reader.fail(fmt::format("{}[{}]", key, agents.size()), fault);
    agents.push_back(id);
  }
  return agents;
}

std::optional<Instant> read_expiry(ParameterReader& reader, Instant now) {
  constexpr std::string_view key = "expires_at";
  const auto time = reader.read_time(key);
  if (!time) return std::nullopt;
  if (time->instant <= now || time->instant > now + max_token_time) {
    reader.fail(key, fmt::format("must be in the future, within {} days, not {}",
                                 access::max_token_days, format_rfc3339_second(time->instant)));
  }
  return time->instant;
}

Duration read_overlap(ParameterReader& reader) {
  constexpr std::string_view key = "overlap";
  const auto seconds = reader.read_integer(key);
  if (!seconds) return access::default_overlap;
  constexpr std::int64_t most = std::chrono::seconds(max_token_time).count();
  if (*seconds < 1 || *seconds > most) {
    reader.fail(key, fmt::format("must be from 1 to {} seconds, not {}", most, *seconds));
    return access::default_overlap;
  }
  return std::chrono::seconds(*seconds);
}

// Calls `read` for the body of a request, and refuses what it has not read.
template <class Read>
OrRefusal<void> read_body(const Call& call, const Read& read) {
  const auto parameters = parse_json_parameters(call.request.body);
  if (!parameters) return refused(parameters.error().message);
  FirstError error;
  error.max_elements = access::max_narrowing_values;
  ParameterReader reader(*parameters, "", error);
  read(reader);
  reader.refuse_unknown_keys();
  if (error.message()) return refused(*error.message());
  return {};
}

// The figures of the server are about all licences, so a caller who must not see them must not
// make a token that does.
std::optional<http::Response> beyond_caller(const Call& call, Scopes scopes) {
  constexpr Scope of_all = Scope::metrics_read;
  if (!scopes.contains(of_all) || call.caller.scopes.contains(of_all)) return std::nullopt;
  return error_answer(
      ErrorType::authorization,
      fmt::format("The token lacks the scope {0}, so it can't give {0}", text_of(of_all)));
}

// Without the closing brace.
std::string json_of(access::Token token, const NewToken& created) {
  token.id = created.id;
  token.used = {};
  std::string json;
  access::append_json(json, token);
  return fmt::format(R"({{"token":"{}",{})", created.text,
                     std::string_view(json).substr(1, json.size() - 2));
}

http::Response list_tokens(Services& services, const Call& call) {
  const auto tokens = services.tokens->list(call.caller.license);
  if (!tokens) return unreadable_tokens();
  std::string json = R"({"tokens":[)";
  for (const access::Token& token : *tokens) {
    if (json.back() != '[') json += ',';
    access::append_json(json, token);
  }
  return uncached_json(200, json + "]}");
}

http::Response create_token(Services& services, const Call& call) {
  access::Token token{.license = call.caller.license, .created_at = call.now};
  auto read = read_body(call, [&](ParameterReader& reader) {
    token.name = read_short_text(reader, "name", access::fault_of_token_name).value_or("");
    token.scopes = read_scopes(reader);
    token.agent_id = read_short_text(reader, "agent_id", access::fault_of_agent_id);
    token.only_groups = read_groups(reader);
    token.only_agents = read_agents(reader);
    token.expires_at = read_expiry(reader, call.now);
  });
  if (!read) return std::move(read.error());
  if (const auto allowed = access::check_token(token); !allowed) {
    return error_answer(ErrorType::validation, "scopes: " + allowed.error().message);
  }
  if (auto beyond = beyond_caller(call, token.scopes)) return *std::move(beyond);
  const auto created = services.tokens->create(token);
  if (!created) return not_written(call, created.error());
  return uncached_json(201, json_of(std::move(token), *created) + "}");
}

}  // namespace

http::Response list_or_create_tokens(Services& services, const Call& call) {
  if (auto unexpected = unexpected_input(call.request)) return *std::move(unexpected);
  return call.request.method == "POST" ? create_token(services, call) : list_tokens(services, call);
}

http::Response rotate_token(Services& services, const Call& call) {
  if (auto unexpected = unexpected_input(call.request)) return *std::move(unexpected);
  std::optional<Instant> expires_at;
  Duration overlap{};
  auto read = read_body(call, [&](ParameterReader& reader) {
    expires_at = read_expiry(reader, call.now);
    overlap = read_overlap(reader);
  });
  if (!read) return std::move(read.error());
  auto old = named_token(services, call);
  if (!old) return std::move(old.error());
  if (old->is_webhook_secret()) {
    return error_answer(ErrorType::validation,
                        fmt::format("{} is the secret of webhooks, which can't be rotated; create "
                                    "another with chatreports webhook create",
                                    old->id));
  }
  const auto next = access::successor_of(*old, call.now, expires_at);
  if (!next) return error_answer(ErrorType::validation, next.error().message);
  if (auto beyond = beyond_caller(call, next->scopes)) return *std::move(beyond);
  Instant end = call.now + overlap;
  const auto created = services.tokens->replace(old->id, *next, end);
  if (!created) return not_written(call, created.error());
  end = std::min(end, old->expires_at.value_or(end));
  return uncached_json(
      201, fmt::format(R"({},"replaces":{{"id":{},"expires_at":"{}"}}}})", json_of(*next, *created),
                       old->id, format_rfc3339_second(end)));
}

http::Response revoke_token(Services& services, const Call& call) {
  if (auto unexpected = unexpected_input(call.request)) return *std::move(unexpected);
  const auto token = named_token(services, call);
  if (!token) return token.error();
  if (const auto revoked = services.tokens->revoke(token->id); !revoked) {
    return not_written(call, revoked.error());
  }
  return {204, {{"Cache-Control", "no-store"}}, ""};
}

}  // namespace chatreports::api
