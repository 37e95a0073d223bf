#include "app/connect.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <utility>
#include <variant>

#include "app/clock.h"
#include "app/connections.h"
#include "app/license_rules.h"
#include "app/messages.h"
#include "app/pull.h"
#include "app/rating_scale_flags.h"
#include "app/stop_signals.h"
#include "app/terminal.h"
#include "base/overloaded.h"
#include "base/printable.h"
#include "pull/chatwoot.h"
#include "pull/livechat_webhooks.h"
#include "store/data_folder.h"
#include "store/folder_lock.h"
#include "store/rating_scales.h"
#include "store/store.h"
#include "store/tokens.h"
#include "time/rfc3339.h"

namespace chatreports::app {
namespace {

constexpr std::size_t most_credential_bytes = 4'096;

// What most who ask for a rating from 1 to 5 call satisfied.
constexpr chat::RatingScale chatwoot_ratings{5, 4};

// What a list of the account is for, and what a token needs that may ask for it.
struct ListUse {
  pull::List list;
  std::string_view name;
  std::string_view needs;  // of LiveChat: scopes
  std::string_view without;
};
constexpr std::array<ListUse, pull::lists.size()> list_uses = {
    {{pull::List::agents, "agents", "agents--all:ro", "names and groups of agents are not known"},
     {pull::List::bots, "bots", "agents-bot--all:ro",
      "bots are told from people by their ids alone"},
     {pull::List::groups, "groups", "groups--all:ro", "names of groups are not known"},
     {pull::List::statuses, "statuses", "agents--all:ro and agents-bot--all:ro",
      "reports of availability have no data"}}};
constexpr std::string_view role_of_administrator = "the role of an administrator";

Result<std::string> read_all(std::istream& stream, const std::string& name) {
  std::string text;
  for (char byte = 0; stream.get(byte);) {
    if (text.size() == most_credential_bytes) {
      return invalid(fmt::format("{} has more than {} bytes, which are no credentials", name,
                                 most_credential_bytes));
    }
    text += byte;
  }
  if (stream.bad()) return failed(fmt::format("{} cannot be read", name));
  return text;
}

Result<std::string> read_credentials_text(const ConnectOptions& options) {
  if (options.credentials_file && *options.credentials_file != "-") {
    const std::string& path = *options.credentials_file;
    std::ifstream file(path);
    if (!file) return failed(fmt::format("{} cannot be read: {}", path, std::strerror(errno)));
    return read_all(file, path);
  }
  if (options.credentials_file) return read_all(std::cin, "standard input");
  if (::isatty(STDIN_FILENO) == 0) {
    return invalid(
        "standard input is no terminal that could be asked for the credentials; give them with "
        "--credentials FILE (- is standard input)");
  }
  if (options.connection.system() == pull::System::chatwoot) {
    return ask_terminal("Access token of an administrator (not shown): ", Echo::hidden);
  }
  const auto account_id = ask_terminal("Account id: ", Echo::shown);
  if (!account_id) return account_id;
  if (account_id->empty()) return invalid("an account id is needed");
  const auto token = ask_terminal("Personal access token (not shown): ", Echo::hidden);
  if (!token) return token;
  return *account_id + '\n' + *token;
}

Error error_of(pull::System system, const pull::Failure& failure) {
  if (failure.kind == pull::FailureKind::credentials) {
    return {ErrorKind::failed, fmt::format("{} does not accept the credentials: {}",
                                           pull::title_of(system), failure.message)};
  }
  return {ErrorKind::failed, failure.message};
}

// Names the account, unless the options do: that of the token's owner, if there is only one.
Result<void> choose_account(pull::ChatwootAccount& account) {
  pull::Chatwoot chatwoot(account, Duration(0));
  const auto memberships = chatwoot.memberships({});
  if (!memberships) {
    return std::unexpected(error_of(pull::System::chatwoot, memberships.error()));
  }
  std::string names;
  for (const auto& one : *memberships) {
    const bool is_chosen =
        account.account.empty() ? memberships->size() == 1 : account.account == one.account;
    if (is_chosen) {
      account.account = one.account;
      return {};
    }
    names += fmt::format("{}{} ({})", names.empty() ? "" : ", ", one.account, printable(one.name));
  }
  if (names.empty()) return failed("the token's owner belongs to no account");
  return failed(account.account.empty()
                    ? fmt::format("name one of the accounts with --account: {}", names)
                    : fmt::format("the token's owner does not belong to account {}, but to {}",
                                  account.account, names));
}

// Tests the credentials, and says what they allow.
Result<std::string> look_at_account(pull::System system, pull::Source& source) {
  const bool is_livechat = system == pull::System::livechat;
  const auto newest = source.newest({});
  if (!newest && newest.error().kind == pull::FailureKind::rights) {
    return failed(fmt::format(
        "the token may not read chats: it needs {} ({})",
        is_livechat ? "the scope chats--all:ro, or chats--access:ro for those of its owner's groups"
                    : role_of_administrator,
        newest.error().message));
  }
  if (!newest) return std::unexpected(error_of(system, newest.error()));
  std::string text = fmt::format("{} accepts the credentials\n", pull::title_of(system));
  text += *newest
              ? fmt::format("  chats: the newest began at {}\n", format_rfc3339_second(**newest))
              : "  chats: none yet\n";
  for (const ListUse& use : list_uses) {
    const auto records = source.list(use.list, {});
    if (records) {
      text += fmt::format("  {}: {}\n", use.name, records->size());
    } else if (records.error().kind == pull::FailureKind::rights) {
      text += fmt::format("  {}: the token lacks {}, so {}\n", use.name,
                          is_livechat ? use.needs : role_of_administrator, use.without);
    } else {
      return std::unexpected(error_of(system, records.error()));
    }
  }
  return text;
}

// Makes a secret, and makes LiveChat send it with its webhooks. After a failure there is no secret.
Result<std::string> register_webhooks(const ConnectOptions& options, pull::LiveChat& livechat) {
  const auto tokens = store::Tokens::open(options.data_folder);
  if (!tokens) return std::unexpected(tokens.error());
  const auto secret =
      (*tokens)->create_webhook_secret(LicenseId{options.license}, std::nullopt, now());
  if (!secret) return std::unexpected(secret.error());
  const std::string url = options.public_url + "/ingest/webhooks/livechat";
  const auto count =
      pull::register_webhooks(livechat, {url, *secret, options.client_id}, std::stop_token());
  if (count) return fmt::format("  {} webhooks are sent to {}\n", *count, url);
  const auto forgotten = (*tokens)->forget(*secret);
  std::string message = fmt::format(
      "webhooks could not be registered: {}; the scopes webhooks.configuration:rw and "
      "webhooks.state:rw are needed, and the client id of an application of your organization",
      count.error().message);
  if (!forgotten) message += "; " + forgotten.error().message;
  return failed(std::move(message));
}

// Makes Chatwoot send and sign webhooks, and notes what it signs with.
Result<std::string> register_webhook(const ConnectOptions& options,
                                     pull::ChatwootAccount& account) {
  const std::string url =
      fmt::format("{}/ingest/webhooks/chatwoot/{}", options.public_url, options.license);
  pull::Chatwoot chatwoot(account, Duration(0));
  auto secret = chatwoot.register_webhook(url, {});
  if (!secret) {
    return failed(fmt::format("webhooks could not be registered: {}", secret.error().message));
  }
  account.webhook_secret = *std::move(secret);
  return fmt::format("  webhooks are sent to {}\n", url);
}

// Fails if the licence was deleted, or if its chats are of another system or organization.
Result<void> look_at_store(const ConnectOptions& options, pull::Source& source) {
  const pull::System system = options.connection.system();
  if (!store::has_store(options.data_folder)) return {};
  const auto store = store::Store::open_for_reading(options.data_folder);
  if (!store && store.error().kind == ErrorKind::not_found) return {};
  if (!store) return std::unexpected(store.error());
  const auto is_deleted = (*store)->is_deleted(LicenseId{options.license});
  if (!is_deleted) return std::unexpected(is_deleted.error());
  if (*is_deleted && !options.takes_again) {
    return failed(fmt::format(
        "everything of licence {} was deleted, and none of its records is taken; connect it with "
        "--again to take them, while no server has the folder",
        options.license));
  }
  if (const std::string holder = store::holder_of(options.data_folder);
      *is_deleted && !holder.empty()) {
    return failed(fmt::format(
        "{} has the folder; stop it first, to take a licence again that was deleted", holder));
  }
  for (const pull::System other : pull::systems) {
    if (other == system) continue;
    const auto text = (*store)->fetch_state(LicenseId{options.license}, pull::name_of(other));
    if (!text) return std::unexpected(text.error());
    if (!*text) continue;
    return failed(fmt::format(
        "the chats of licence {} were fetched from {}, whose agents and groups may have "
        "the same ids: connect the account to a licence of its own",
        options.license, pull::title_of(other)));
  }
  const auto text = (*store)->fetch_state(LicenseId{options.license}, pull::name_of(system));
  if (!text) return std::unexpected(text.error());
  const auto state = *text ? pull::parse_pull_state(**text) : pull::PullState();
  if (!state || state->owner.empty()) return {};
  const auto owner = source.owner({});
  if (!owner) return std::unexpected(error_of(system, owner.error()));
  if (owner->empty() || *owner == state->owner) return {};
  return failed(fmt::format(
      "the account is of the organization {}, and the chats of licence {} are of {}: connect it to "
      "a licence of its own",
      printable(*owner), options.license, printable(state->owner)));
}

// Chatwoot goes on to sign the webhooks of the account, until they are registered again.
void keep_webhook_secret(const pull::Connection& before, pull::Connection& connection) {
  const auto* const known = std::get_if<pull::ChatwootAccount>(&before.account);
  auto* const now = std::get_if<pull::ChatwootAccount>(&connection.account);
  if (known == nullptr || now == nullptr || !now->webhook_secret.empty()) return;
  if (known->url != now->url || known->account != now->account) return;
  now->webhook_secret = known->webhook_secret;
}

// Sets when all chats were asked for: now, unless the licence is connected to the account already.
// Says so if another token of the account may see more.
Result<std::string> choose_begin(const ConnectOptions& options,
                                 const std::optional<pull::Connection>& before,
                                 pull::Connection& connection) {
  connection.begun_at = now();
  if (before) keep_webhook_secret(*before, connection);
  if (options.takes_again || !before || !pull::is_same_account(*before, connection)) {
    return std::string();
  }
  connection.begun_at = before->begun_at;
  if (pull::token_of(*before) == pull::token_of(connection)) return std::string();
  return "  the token is another one; if it may see more chats, --again fetches all of them "
         "again\n";
}

// Returns the connection that the licence has.
Result<std::optional<pull::Connection>> connection_of(const ConnectOptions& options) {
  const auto all = read_connections(options.data_folder);
  if (!all) return std::unexpected(all.error());
  const auto known = all->find(LicenseId{options.license});
  if (known == all->end() || !known->second) return std::nullopt;
  return *known->second;
}

// Tests the credentials, and registers webhooks if there is an address for them. Returns what to
// tell.
Result<std::string> prepare(const ConnectOptions& options, pull::Connection& connection) {
  const std::unique_ptr<pull::Source> source = pull::open_source(connection);
  // Also looks at the version of the other system.
  if (const auto owner = source->owner({});
      !owner && owner.error().kind == pull::FailureKind::lasting) {
    return std::unexpected(error_of(connection.system(), owner.error()));
  }
  auto said = look_at_account(connection.system(), *source);
  if (!said) return said;
  if (const auto fits = look_at_store(options, *source); !fits) {
    return std::unexpected(fits.error());
  }
  if (const auto made = store::prepare_data_folder(options.data_folder); !made) {
    return std::unexpected(made.error());
  }
  if (options.public_url.empty()) return said;
  const auto registered = std::visit(Overloaded{[&options](const pull::LiveChatAccount& account) {
                                                  pull::LiveChat livechat(account);
                                                  return register_webhooks(options, livechat);
                                                },
                                                [&options](pull::ChatwootAccount& account) {
                                                  return register_webhook(options, account);
                                                }},
                                     connection.account);
  if (!registered) return registered;
  return *said + *registered;
}

// Ratings of Chatwoot are from 1 to 5, so its licence has that scale when it is connected first.
Result<std::string> set_scale(const ConnectOptions& options, bool is_first) {
  const LicenseId license{options.license};
  std::optional<chat::RatingScale> scale = options.rating_scale;
  if (!scale && is_first && options.connection.system() == pull::System::chatwoot) {
    const auto scales = store::RatingScales::read(options.data_folder);
    if (!scales) return std::unexpected(scales.error());
    if (!scales->contains(license)) scale = chatwoot_ratings;
  }
  if (!scale) return std::string();
  if (auto set = set_rating_scale(options.data_folder, license, scale); !set) {
    return std::unexpected(std::move(set.error()));
  }
  return fmt::format("  {}\n", describe(scale));
}

// Makes the data folder complete if nobody has it, and fetches now unless that is left for later.
int begin_to_fetch(const ConnectOptions& options, const pull::Connection& connection,
                   std::string said, StopSignals& signals, std::optional<EndAtSignal>& ending) {
  const bool is_for_later = options.fetches_later || !connection.credential.empty();
  const auto lock = store::FolderLock::acquire(options.data_folder, "chatreports connect");
  if (!lock && lock.error().kind != ErrorKind::in_use) return exit_with(lock.error());
  if (!lock) {
    const std::string holder = store::holder_of(options.data_folder);
    said += fmt::format(
        "{} has the folder; a server fetches the chats from now on, unless it has --no-fetch\n",
        holder.empty() ? "another process" : holder);
    return exit_printing(said);
  }
  const auto store = store::Store::open_locked(options.data_folder,
                                               [](const std::string& sentence) { say(sentence); });
  if (!store) return exit_with(store.error());
  const auto rules = LicenseRules::open(options.data_folder);
  if (!rules) return exit_with(rules.error());
  if (options.takes_again) (*store)->take_deleted();
  if (is_for_later) {
    said +=
        "chatreports serve fetches the chats while it runs, and chatreports pull does so once\n";
  }
  const int printed = exit_printing(said);
  if (printed != exit_ok || is_for_later) return printed;
  ending.reset();
  return fetch_once(LicenseId{options.license}, connection, **store, **rules, signals);
}

}  // namespace

int run_connect(const ConnectOptions& options) {
  if (const auto ours = store::refuse_foreign_folder(options.data_folder); !ours) {
    return exit_with(ours.error());
  }
  pull::Connection connection = options.connection;
  if (connection.credential.empty()) {
    const auto text = read_credentials_text(options);
    if (!text) return exit_with(text.error());
    const auto read = pull::read_credentials(*text, connection.account);
    if (!read) return exit_with(read.error());
    if (auto* const chatwoot = std::get_if<pull::ChatwootAccount>(&connection.account)) {
      if (const auto chosen = choose_account(*chatwoot); !chosen) return exit_with(chosen.error());
    }
  }
  StopSignals signals;
  std::optional<EndAtSignal> ending(std::in_place, std::nullopt);
  std::string said;
  if (connection.credential.empty()) {
    auto prepared = prepare(options, connection);
    if (!prepared) return exit_with(prepared.error());
    said = *std::move(prepared);
  } else if (const auto made = store::prepare_data_folder(options.data_folder); !made) {
    return exit_with(made.error());
  }
  const auto before = connection_of(options);
  if (!before) return exit_with(before.error());
  const auto hint = choose_begin(options, *before, connection);
  if (!hint) return exit_with(hint.error());
  said += *hint;
  const auto scale = set_scale(options, !before->has_value());
  if (!scale) return exit_with(scale.error());
  said += *scale;
  const auto written =
      write_connection(options.data_folder, LicenseId{options.license}, connection);
  if (!written) return exit_with(written.error());
  said += fmt::format("licence {} is connected\n", options.license);
  return begin_to_fetch(options, connection, std::move(said), signals, ending);
}

int run_disconnect(const std::string& data_folder, std::int64_t license) {
  if (const auto there = store::require_data_folder(data_folder); !there) {
    return exit_with(there.error());
  }
  const auto removed = remove_connection(data_folder, LicenseId{license});
  if (!removed) return exit_with(removed.error());
  if (!*removed) {
    return exit_with({ErrorKind::not_found, fmt::format("licence {} is not connected", license)});
  }
  return exit_printing(fmt::format(
      "licence {} is not connected any more: a running server stops to fetch within seconds; its "
      "chats stay, and so do secrets of LiveChat's webhooks (chatreports webhook list); webhooks "
      "that the other system goes on to send are refused, until they are removed there\n",
      license));
}

}  // namespace chatreports::app
