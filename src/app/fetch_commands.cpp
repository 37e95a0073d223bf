#include "app/fetch_commands.h"

#include <fmt/format.h>

#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <variant>

#include "app/clock.h"
#include "app/connect.h"
#include "app/options.h"
#include "app/pull.h"
#include "app/rating_scale_flags.h"
#include "pull/livechat_webhooks.h"

namespace chatreports::app {
namespace {

void add_credentials(CLI::App& command, ConnectOptions& options, std::string_view form) {
  pull::Connection& connection = options.connection;
  command
      .add_option(
          "--credentials", options.credentials_file,
          fmt::format("A file with {}; - is standard input (default: the terminal is asked)", form))
      ->type_name("FILE");
  command
      .add_option("--credential", connection.credential,
                  "Only note this name of a credential of systemd that the server is started with "
                  "(LoadCredential=); it is not tested")
      ->check([](const std::string& name) {
        const bool is_name = name.find('/') == name.npos && !name.starts_with('.');
        return is_name ? std::string() : "must be a name, not a path";
      })
      ->type_name("NAME");
  command
      .add_option_function<std::string>(
          "--token",
          [](const std::string&) {
            throw CLI::ValidationError("--token",
                                       "anybody who can list processes would see it; use "
                                       "--credentials FILE (- is standard input)");
          },
          "")
      ->group("");
}

void add_livechat_account(CLI::App& command, pull::LiveChatAccount& account) {
  add_parsed(command, "--api", "The address of the API",
             [&account](const std::string& text) -> Result<void> {
               auto address = pull::parse_api_address(text);
               if (!address) return std::unexpected(std::move(address.error()));
               account.api = *std::move(address);
               return {};
             })
      ->type_name("URL")
      ->default_str(account.api);
  command.add_option("--api-version", account.version, "The version of the API")
      ->check(one_of({pull::livechat_versions.begin(), pull::livechat_versions.end()}))
      ->type_name("VERSION")
      ->capture_default_str();
}

void add_chatwoot_account(CLI::App& command, pull::ChatwootAccount& account, bool& is_plain) {
  add_parsed(command, "--url", "The address of the installation, such as https://chat.example.com",
             [&account](const std::string& text) -> Result<void> {
               auto address = pull::parse_api_address(text, pull::PlainHttp::anywhere);
               if (!address) return std::unexpected(std::move(address.error()));
               account.url = *std::move(address);
               return {};
             })
      ->type_name("URL")
      ->required();
  command.add_flag("--plain-http", is_plain,
                   "Allow http:// to another machine: the token crosses the network in clear text");
  add_parsed(command, "--account", "The number of the account (default: the only one of the token)",
             [&account](const std::string& text) -> Result<void> {
               const auto number = parse_whole_number(
                   text, 1, static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()));
               if (!number) return std::unexpected(number.error());
               account.account = std::to_string(*number);
               return {};
             })
      ->type_name("N");
  add_parsed(command, "--groups", "The groups of the reports are inboxes or teams",
             [&account](const std::string& text) -> Result<void> {
               const auto groups = pull::chatwoot_groups_of(text);
               if (!groups) return invalid("must be inboxes or teams");
               account.groups = *groups;
               return {};
             })
      ->type_name("{inboxes,teams}")
      ->default_str("inboxes");
}

void add_fetching(CLI::App& command, ConnectOptions& options) {
  pull::Connection& connection = options.connection;
  add_parsed(command, "--since",
             "Fetch chats that began since a date (in UTC), or a time as RFC 3339 (default: all)",
             [&connection](const std::string& text) -> Result<void> {
               const auto time = parse_date_or_time(text);
               if (!time) return std::unexpected(time.error());
               if (*time > now()) return invalid("must not be in the future");
               connection.since = *time;
               return {};
             })
      ->type_name("DATE");
  add_parsed(command, "--every", "How often new chats are looked for",
             [&connection](const std::string& text) -> Result<void> {
               const auto time = parse_duration(text, 1);
               if (!time) return std::unexpected(time.error());
               connection.every = std::chrono::duration_cast<std::chrono::seconds>(*time);
               return {};
             })
      ->type_name("TIME")
      ->default_str("3m");
  add_number(command, "--requests-per-minute", connection.requests_per_minute, 1,
             pull::most_requests_per_minute, "At most so many, while the first fetch is under way")
      ->default_str(std::to_string(connection.requests_per_minute));
  command.add_flag("--again", options.takes_again,
                   "Fetch all chats anew, for example with a token that may see more; also take a "
                   "licence again that was deleted");
  command.add_flag("--later", options.fetches_later,
                   "Do not begin to fetch: leave it to chatreports serve or chatreports pull");
}

void add_public_url(CLI::App& command, ConnectOptions& options, std::string_view title,
                    pull::PlainHttp plain_http) {
  add_parsed(
      command, "--public-url",
      fmt::format("Register webhooks, so that chats come in at once; the address at which {} "
                  "reaches this server",
                  title),
      [&options, plain_http](const std::string& text) -> Result<void> {
        auto address = pull::parse_api_address(text, plain_http);
        if (!address) return std::unexpected(std::move(address.error()));
        constexpr std::size_t room_for_path = 50;
        if (address->size() > pull::max_webhook_url_bytes - room_for_path) {
          return invalid(fmt::format("must have at most {} bytes",
                                     pull::max_webhook_url_bytes - room_for_path));
        }
        options.public_url = *std::move(address);
        return {};
      })
      ->type_name("URL");
}

void refuse_wrong_credential(const ConnectOptions& options) {
  const bool has_credential = !options.connection.credential.empty();
  if (has_credential && (options.credentials_file || !options.public_url.empty())) {
    throw CLI::ValidationError(
        "--credential", "excludes --credentials and --public-url, which need the credentials now");
  }
}

std::shared_ptr<ConnectOptions> connect_to(pull::Account account, int requests_per_minute) {
  auto options = std::make_shared<ConnectOptions>();
  options->data_folder = default_data_folder;
  options->connection.account = std::move(account);
  options->connection.requests_per_minute = requests_per_minute;
  return options;
}

constexpr auto exit_codes =
    "Exit code: 0 connected, and all chats are in unless a server or --later leaves that for "
    "later; 1 failed, before or after the connection was stored; 3 some rows were left out.";

void add_connect_livechat(CLI::App& connect, std::function<int()>& chosen) {
  auto options = connect_to(pull::LiveChatAccount(), pull::Connection().requests_per_minute);
  CLI::App& command = *connect.add_subcommand(
      "livechat", "Test the credentials of a LiveChat account, and fetch its chats");
  add_data_folder(command, options->data_folder, made_if_missing);
  add_license(command, options->license);
  add_credentials(command, *options, "ACCOUNT_ID:TOKEN, the token a personal access token");
  add_livechat_account(command, std::get<pull::LiveChatAccount>(options->connection.account));
  add_fetching(command, *options);
  // The secret is in its webhooks.
  add_public_url(command, *options, pull::title_of(pull::System::livechat),
                 pull::PlainHttp::within_machine);
  command
      .add_option("--client-id", options->client_id,
                  "With --public-url: the client id of an application of your organization, to "
                  "which the webhooks belong")
      ->type_name("ID");
  command.footer(exit_codes);
  command.callback([options, &chosen] {
    refuse_wrong_credential(*options);
    if (options->public_url.empty() != options->client_id.empty()) {
      throw CLI::ValidationError("connect", "give both --public-url and --client-id, or neither");
    }
    chosen = [options] { return run_connect(*options); };
  });
}

void add_connect_chatwoot(CLI::App& connect, std::function<int()>& chosen) {
  constexpr int requests_per_minute = 600;  // an installation answers 3,000 by default
  auto options = connect_to(pull::ChatwootAccount(), requests_per_minute);
  auto scale = std::make_shared<RatingScaleFlags>();
  auto is_plain = std::make_shared<bool>(false);
  CLI::App& command = *connect.add_subcommand(
      "chatwoot", "Test an access token of a Chatwoot account, and fetch its conversations");
  add_data_folder(command, options->data_folder, made_if_missing);
  add_license(command, options->license);
  add_credentials(command, *options, "the access token of an administrator");
  auto& account = std::get<pull::ChatwootAccount>(options->connection.account);
  add_chatwoot_account(command, account, *is_plain);
  add_fetching(command, *options);
  add_public_url(command, *options, pull::title_of(pull::System::chatwoot),
                 pull::PlainHttp::anywhere);
  add_rating_scale(command, *scale);
  command.footer(exit_codes);
  command.callback([options, scale, is_plain, &account, &chosen] {
    refuse_wrong_credential(*options);
    if (!*is_plain && !pull::parse_api_address(account.url)) {
      throw CLI::ValidationError(
          "--url",
          "must be https, or http of this machine; --plain-http allows http to another one");
    }
    if (!options->connection.credential.empty() && account.account.empty()) {
      throw CLI::ValidationError("--credential", "needs --account, too");
    }
    options->rating_scale = scale_of(*scale);
    chosen = [options] { return run_connect(*options); };
  });
}

}  // namespace

void add_connect(CLI::App& program, std::function<int()>& chosen) {
  CLI::App& connect = *program.add_subcommand(
      "connect", "Connect a licence to an account of another system, whose chats are fetched");
  connect.require_subcommand(1);
  add_connect_livechat(connect, chosen);
  add_connect_chatwoot(connect, chosen);
}

void add_disconnect(CLI::App& program, std::function<int()>& chosen) {
  struct Disconnected {
    std::string data_folder = default_data_folder;
    std::int64_t license = 0;
  };
  auto disconnected = std::make_shared<Disconnected>();
  CLI::App& command = *program.add_subcommand(
      "disconnect", "Fetch no more chats of a licence, and forget the credentials");
  add_data_folder(command, disconnected->data_folder, never_made);
  add_license(command, disconnected->license);
  command.callback([disconnected, &chosen] {
    chosen = [disconnected] {
      return run_disconnect(disconnected->data_folder, disconnected->license);
    };
  });
}

void add_pull(CLI::App& program, std::function<int()>& chosen) {
  auto options = std::make_shared<PullCommandOptions>();
  options->data_folder = default_data_folder;
  CLI::App& command = *program.add_subcommand(
      "pull", "Fetch new chats of connected licences once, into a folder that no server uses");
  add_data_folder(command, options->data_folder, never_made);
  command.add_option("SYSTEM", options->system, "The system to fetch from (default: all)")
      ->check(
          one_of({pull::name_of(pull::System::livechat), pull::name_of(pull::System::chatwoot)}))
      ->type_name("");
  add_number(command, "--license,--licence", options->license, 1,
             std::numeric_limits<std::int64_t>::max(),
             "The number of the licence (default: all that are connected)");
  command.footer("Exit code: 0 everything is in, 1 failed, 3 some rows were left out.");
  command.callback([options, &chosen] { chosen = [options] { return run_pull(*options); }; });
}

}  // namespace chatreports::app
