#include "app/token.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iostream>

#include "access/token_json.h"
#include "access/token_rules.h"
#include "app/clock.h"
#include "app/messages.h"
#include "base/printable.h"
#include "store/data_folder.h"
#include "store/store.h"
#include "store/tokens.h"
#include "time/rfc3339.h"

namespace chatreports::app {
namespace {

std::string format_expiry(const access::Token& token, Instant time) {
  if (!token.expires_at) return "never";
  if (*token.expires_at <= time) return "expired " + format_rfc3339_second(*token.expires_at);
  return format_rfc3339_second(*token.expires_at);
}

// Fails if there is no data folder: opening tokens would make one.
Result<std::unique_ptr<store::Tokens>> open_existing(const std::string& data_folder) {
  if (const auto there = store::require_data_folder(data_folder); !there) {
    return std::unexpected(there.error());
  }
  return store::Tokens::open(data_folder);
}

// The folder may be empty, as a new volume is.
Result<std::unique_ptr<store::Tokens>> open_in_folder(const std::string& data_folder) {
  struct stat status{};
  if (::stat(data_folder.c_str(), &status) != 0 && errno == ENOENT) {
    return failed(fmt::format(
        "there is no data folder {}; name the folder with --data, or let chatreports serve or "
        "chatreports import make it first",
        data_folder));
  }
  if (const auto ours = store::refuse_foreign_folder(data_folder); !ours) {
    return std::unexpected(ours.error());
  }
  return store::Tokens::open(data_folder);
}

// Returns a remark if the licence or the agent of a new token may be mistyped; nothing if the
// folder knows both, or can't be read.
std::string doubt_about(const CreateTokenOptions& options) {
  std::string no_data =
      fmt::format("note: licence {} has no data in {} yet", options.license, options.data_folder);
  if (!store::has_store(options.data_folder)) return no_data;
  const auto store = store::Store::open(options.data_folder);
  if (!store) return {};
  (*store)->leave_log();  // a reader must not copy the log of a server
  const LicenseId license{options.license};
  if (!(*store)->has_records(license).value_or(true)) return no_data;
  if (!options.agent_id) return {};
  const auto team = (*store)->team(license);
  if (!team ||
      std::ranges::binary_search(team->agents, *options.agent_id, {}, &chat::TeamAgent::id)) {
    return {};
  }
  return fmt::format(
      "note: licence {} knows no agent \"{}\" yet, whose time zone would be the default",
      options.license, printable(*options.agent_id));
}

using Kind = bool (*)(const access::Token& token);
constexpr Kind is_token = [](const access::Token& token) { return !token.is_webhook_secret(); };
constexpr Kind is_secret = [](const access::Token& token) { return token.is_webhook_secret(); };

Result<std::vector<access::Token>> list_of(store::Tokens& tokens, Kind kind) {
  auto list = tokens.list();
  if (list) std::erase_if(*list, [kind](const access::Token& token) { return !kind(token); });
  return list;
}

Error no_such(std::string_view name, std::int64_t id) {
  return {ErrorKind::not_found, fmt::format("there is no {} with the number {}", name, id)};
}

std::string format_use(const access::Token& token) {
  const auto used = token.used.at();
  // To the minute.
  return used ? format_rfc3339(*used).substr(0, 16) + 'Z' : "never";
}

std::string format_narrowing(const access::Token& token) {
  std::string text;
  if (!token.only_groups.empty()) {
    text += fmt::format(" (only groups {})", fmt::join(token.only_groups, ", "));
  }
  if (!token.only_agents.empty()) {
    text += printable(fmt::format(" (only agents {})", fmt::join(token.only_agents, ", ")));
  }
  return text;
}

// A JSON array, an element on a line.
std::string json_of(const std::vector<access::Token>& tokens) {
  std::string json = "[";
  for (const access::Token& token : tokens) {
    if (json.size() > 1) json += ",\n";
    access::append_json(json, token);
  }
  return json + "]\n";
}

// `name` is for messages.
int revoke(const std::string& data_folder, std::int64_t id, Kind kind, std::string_view name) {
  const auto tokens = open_existing(data_folder);
  if (!tokens) return exit_with(tokens.error());
  const auto list = list_of(**tokens, kind);
  if (!list) return exit_with(list.error());
  if (std::ranges::find(*list, id, &access::Token::id) == list->end()) {
    return exit_with(no_such(name, id));
  }
  const Result<void> revoked = (*tokens)->revoke(id);
  if (!revoked) return exit_with(revoked.error());
  return exit_printing(
      fmt::format("{} {} is revoked; a running server refuses it within a second\n", name, id));
}

// Prints a new token or secret. If that fails, nobody could use it, so it is removed.
int exit_printing_secret(store::Tokens& tokens, const std::string& text) {
  Output output;
  const Result<void> printed = output.print(text + '\n');
  if (printed) return exit_ok;
  const Result<void> undone = tokens.forget(text);
  return exit_with(
      {ErrorKind::failed, undone ? printed.error().message + "; so nothing was created"
                                 : fmt::format("{}; what was created stays, because {}",
                                               printed.error().message, undone.error().message)});
}

constexpr std::size_t most_bytes_of_secret = 4'096;

// Reads the first line of the file.
Result<std::string> read_secret(const std::string& file) {
  struct stat status{};
  if (file != "-" && ::stat(file.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
    return invalid(fmt::format("{} is a folder, not a file with a secret", file));
  }
  std::ifstream opened;
  if (file != "-") opened.open(file);
  std::istream& stream = file == "-" ? std::cin : opened;
  const std::string name = file == "-" ? "standard input" : file;
  if (!stream) return failed(fmt::format("{} cannot be read: {}", name, std::strerror(errno)));
  std::string secret;
  for (char byte = 0; stream.get(byte) && byte != '\n';) {
    if (secret.size() == most_bytes_of_secret) {
      return invalid(fmt::format("{}: a secret has at most {} bytes", name, most_bytes_of_secret));
    }
    secret += byte;
  }
  if (secret.ends_with('\r')) secret.pop_back();
  if (secret.empty()) return invalid(fmt::format("{} holds no secret", name));
  return secret;
}

Result<std::optional<std::string>> given_secret(const CreateWebhookOptions& options) {
  if (options.secret_file) {
    auto secret = read_secret(*options.secret_file);
    if (!secret) return std::unexpected(secret.error());
    return *std::move(secret);
  }
  const char* const secret = std::getenv("CHATREPORTS_SECRET");
  if (secret == nullptr) return std::nullopt;
  return secret;
}

}  // namespace

int run_create_token(const CreateTokenOptions& options) {
  const bool is_new_folder = !store::is_data_folder(options.data_folder);
  const auto tokens = open_in_folder(options.data_folder);
  if (!tokens) return exit_with(tokens.error());
  const Instant created_at = now();
  std::optional<Instant> expires_at;
  if (options.expires_in) expires_at = created_at + *options.expires_in;
  const Scopes scopes = options.scopes.empty() ? Scopes{Scope::reports_read} : options.scopes;
  const auto token = (*tokens)->create({.license = LicenseId{options.license},
                                        .scopes = scopes,
                                        .agent_id = options.agent_id,
                                        .created_at = created_at,
                                        .expires_at = expires_at,
                                        .name = options.name,
                                        .only_groups = options.only_groups,
                                        .only_agents = options.only_agents});
  if (!token) return exit_with(token.error());
  const int exit_code = exit_printing_secret(**tokens, token->text);
  if (exit_code == exit_ok && !is_new_folder && scopes.contains(Scope::reports_read)) {
    if (const std::string doubt = doubt_about(options); !doubt.empty()) say(doubt);
  }
  return exit_code;
}

int run_list_tokens(const ListOptions& options) {
  const auto tokens = open_existing(options.data_folder);
  if (!tokens) return exit_with(tokens.error());
  const auto list = list_of(**tokens, is_token);
  if (!list) return exit_with(list.error());
  if (options.is_json) return exit_printing(json_of(*list));
  constexpr fmt::string_view row = "{:>5}  {:>10}  {:<26}  {:<20}  {:<28}  {:<17}  {:<20}  {}\n";
  std::string table = fmt::format(row, "ID", "LICENCE", "SCOPES", "CREATED", "EXPIRES", "LAST USED",
                                  "AGENT", "NAME");
  const Instant time = now();
  for (const access::Token& token : *list) {
    table += fmt::format(row, token.id, token.license.value, token.scopes.text(","),
                         format_rfc3339_second(token.created_at), format_expiry(token, time),
                         format_use(token), printable(token.agent_id.value_or("-")),
                         printable(token.name) + format_narrowing(token));
  }
  return exit_printing(table);
}

int run_rotate_token(const RotateTokenOptions& options) {
  const auto tokens = open_existing(options.data_folder);
  if (!tokens) return exit_with(tokens.error());
  const auto list = list_of(**tokens, is_token);
  if (!list) return exit_with(list.error());
  const auto old = std::ranges::find(*list, options.id, &access::Token::id);
  const Instant time = now();
  if (old == list->end()) return exit_with(no_such("token", options.id));
  std::optional<Instant> expires_at;
  if (options.expires_in) expires_at = time + *options.expires_in;
  const auto next = access::successor_of(*old, time, expires_at);
  if (!next) return exit_with(next.error());
  const auto created = (*tokens)->create(*next);
  if (!created) return exit_with(created.error());
  const int exit_code = exit_printing_secret(**tokens, created->text);
  if (exit_code != exit_ok) return exit_code;
  const Instant end = time + options.overlap;
  if (const auto expired = (*tokens)->expire(options.id, end); !expired) {
    return exit_with(expired.error());
  }
  say(fmt::format("token {} works until {} at most", options.id, format_rfc3339_second(end)));
  return exit_ok;
}

int run_revoke_token(const std::string& data_folder, std::int64_t id) {
  return revoke(data_folder, id, is_token, "token");
}

int run_create_webhook(const CreateWebhookOptions& options) {
  auto given = given_secret(options);
  if (!given) return exit_with(given.error());
  const auto tokens = open_in_folder(options.data_folder);
  if (!tokens) return exit_with(tokens.error());
  const auto secret =
      (*tokens)->create_webhook_secret(LicenseId{options.license}, *std::move(given), now());
  if (!secret) return exit_with(secret.error());
  return exit_printing_secret(**tokens, *secret);
}

int run_list_webhooks(const ListOptions& options) {
  const auto tokens = open_existing(options.data_folder);
  if (!tokens) return exit_with(tokens.error());
  const auto list = list_of(**tokens, is_secret);
  if (!list) return exit_with(list.error());
  if (options.is_json) return exit_printing(json_of(*list));
  constexpr fmt::string_view row = "{:>5}  {:>10}  {:<20}  {}\n";
  std::string table = fmt::format(row, "ID", "LICENCE", "CREATED", "LAST USED");
  for (const access::Token& secret : *list) {
    table += fmt::format(row, secret.id, secret.license.value,
                         format_rfc3339_second(secret.created_at), format_use(secret));
  }
  return exit_printing(table);
}

int run_revoke_webhook(const std::string& data_folder, std::int64_t id) {
  return revoke(data_folder, id, is_secret, "webhook secret");
}

}  // namespace chatreports::app
