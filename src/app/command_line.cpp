#include "app/command_line.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <limits>
#include <thread>

#include "app/arguments.h"
#include "app/clock.h"
#include "app/generate.h"
#include "app/import.h"
#include "app/messages.h"
#include "app/serve.h"
#include "app/token.h"
#include "time/rfc3339.h"

namespace chatreports::app {
namespace {

constexpr auto default_data_folder = "./chatreports-data";
constexpr std::int64_t most_token_days = 36'500;
constexpr std::int64_t most_timeout_days = 1;

// An option whose text becomes a strong type in `parse`. Its error is a matter of usage.
template <class Parse>
CLI::Option* add_parsed(CLI::App& command, const std::string& name, const std::string& description,
                        const Parse& parse) {
  return command.add_option_function<std::string>(
      name,
      [name, parse](const std::string& text) {
        const Result<void> parsed = parse(text);
        if (!parsed) throw CLI::ValidationError(name, parsed.error().message);
      },
      description);
}

template <class Number>
CLI::Option* add_number(CLI::App& command, const std::string& name, Number& number,
                        std::uint64_t least, std::uint64_t most, const std::string& description) {
  return add_parsed(command, name, description,
                    [&number, least, most](const std::string& text) -> Result<void> {
                      const auto value = parse_whole_number(text, least, most);
                      if (!value) return std::unexpected(value.error());
                      number = static_cast<Number>(*value);
                      return {};
                    })
      ->type_name("N");
}

CLI::Option* add_timeout(CLI::App& command, const std::string& name,
                         std::chrono::milliseconds& timeout, const std::string& description) {
  return add_parsed(command, name, description,
                    [&timeout](const std::string& text) -> Result<void> {
                      const auto length = parse_duration(text, most_timeout_days);
                      if (!length) return std::unexpected(length.error());
                      timeout = std::chrono::milliseconds(length->microseconds / 1'000);
                      return {};
                    })
      ->type_name("TIME")
      ->default_str(fmt::format("{}s", timeout.count() / 1'000));
}

void add_data_folder(CLI::App& command, std::string& data_folder) {
  command.add_option("--data", data_folder, "The data folder; made where it is missing")
      ->envname("CHATREPORTS_DATA")
      ->type_name("FOLDER")
      ->capture_default_str();
}

void add_license(CLI::App& command, std::int64_t& license) {
  add_number(command, "--license", license, 1, std::numeric_limits<std::int64_t>::max(),
             "The number of the licence")
      ->envname("CHATREPORTS_LICENSE")
      ->required();
}

void add_serve(CLI::App& program, std::function<int()>& chosen) {
  auto options = std::make_shared<ServeOptions>();
  options->data_folder = default_data_folder;
  options->http.threads = std::max(1U, std::thread::hardware_concurrency());
  CLI::App& command = *program.add_subcommand("serve", "Answer reports over HTTP");
  http::ServerOptions& http = options->http;
  add_data_folder(command, options->data_folder);
  add_parsed(command, "--listen", "Where to listen; port 0 lets the system choose one",
             [&http](const std::string& text) -> Result<void> {
               auto address = parse_address(text);
               if (!address) return std::unexpected(address.error());
               http.host = address->host;
               http.port = address->port;
               return {};
             })
      ->envname("CHATREPORTS_LISTEN")
      ->type_name("HOST:PORT")
      ->default_str(format_address({http.host, http.port}));
  add_number(command, "--threads", http.threads, 1, 1'024, "Threads that answer")
      ->envname("CHATREPORTS_THREADS")
      ->default_str(std::to_string(http.threads));
  add_number(command, "--max-body-bytes", http.max_body_bytes, 1, 1U << 30,
             "A larger request body is answered 413")
      ->envname("CHATREPORTS_MAX_BODY_BYTES")
      ->default_str(std::to_string(http.max_body_bytes));
  add_number(command, "--max-header-bytes", http.max_header_bytes, 1'024, 1U << 20,
             "A larger request header is answered 431")
      ->envname("CHATREPORTS_MAX_HEADER_BYTES")
      ->default_str(std::to_string(http.max_header_bytes));
  add_number(command, "--max-connections", http.max_connections, 1, 1'000'000,
             "One more connection is answered 503")
      ->envname("CHATREPORTS_MAX_CONNECTIONS")
      ->default_str(std::to_string(http.max_connections));
  add_number(command, "--max-waiting-requests", http.max_waiting_requests, 0, 1'000'000,
             "One more request that waits for a thread is answered 503")
      ->envname("CHATREPORTS_MAX_WAITING_REQUESTS")
      ->default_str(std::to_string(http.max_waiting_requests));
  api::ApiOptions& api = options->api;
  add_number(command, "--max-filter-values", api.max_filter_values, 1, 10'000'000,
             "A longer list in a filter is answered 400")
      ->envname("CHATREPORTS_MAX_FILTER_VALUES")
      ->default_str(std::to_string(api.max_filter_values));
  add_number(command, "--max-requests-per-second", api.max_requests_per_second, 0, 1'000'000,
             "Of one token; more are answered 429; 0 lets any number through")
      ->envname("CHATREPORTS_MAX_REQUESTS_PER_SECOND")
      ->default_str(std::to_string(api.max_requests_per_second));
  command
      .add_option("--cors-origin", api.cors_origins,
                  "Web pages of this origin may ask, such as https://reports.example.com; may be "
                  "given twice; * is all (default: none)")
      ->envname("CHATREPORTS_CORS_ORIGIN")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->type_name("ORIGIN")
      ->delimiter(',');
  auto tls = std::make_shared<http::TlsFiles>();
  CLI::Option* certificate =
      command
          .add_option("--tls-cert", tls->certificate,
                      "PEM file: the certificate and those on the way to the root; speaks HTTPS "
                      "alone then; read again on SIGHUP")
          ->envname("CHATREPORTS_TLS_CERT")
          ->type_name("FILE");
  CLI::Option* key = command.add_option("--tls-key", tls->key, "PEM file: the certificate's key")
                         ->envname("CHATREPORTS_TLS_KEY")
                         ->type_name("FILE");
  certificate->needs(key);
  key->needs(certificate);
  add_timeout(command, "--idle-timeout", http.idle_timeout,
              "A connection without a request is closed after that")
      ->envname("CHATREPORTS_IDLE_TIMEOUT");
  add_timeout(command, "--request-timeout", http.request_timeout,
              "A request that is not whole by then is answered 408")
      ->envname("CHATREPORTS_REQUEST_TIMEOUT");
  add_timeout(command, "--stop-timeout", http.stop_timeout,
              "How long answers under way may take when the server is stopped")
      ->envname("CHATREPORTS_STOP_TIMEOUT");
  command.callback([options, tls, &chosen] {
    if (!tls->key.empty()) options->http.tls = *tls;
    chosen = [options] { return run_serve(*options); };
  });
}

void add_import(CLI::App& program, std::function<int()>& chosen) {
  auto options = std::make_shared<ImportOptions>();
  options->data_folder = default_data_folder;
  CLI::App& command = *program.add_subcommand(
      "import",
      "Take chats and other records in: List Archives pages, arrays, NDJSON; gzip or not");
  add_data_folder(command, options->data_folder);
  add_license(command, options->license);
  command.add_option("FILE", options->files, "Files in that order; - is standard input")
      ->required()
      ->type_name("");
  command.footer(
      "Exit code: 0 all went in, 3 some records were refused (listed on standard error), 1 "
      "failed.");
  command.callback([options, &chosen] { chosen = [options] { return run_import(*options); }; });
}

void add_token_create(CLI::App& parent, std::function<int()>& chosen) {
  auto options = std::make_shared<CreateTokenOptions>();
  options->data_folder = default_data_folder;
  CLI::App& command =
      *parent.add_subcommand("create", "Make a token and print it, this once; only a hash is kept");
  add_data_folder(command, options->data_folder);
  add_license(command, options->license);
  command
      .add_option("--scope", options->scopes,
                  "What it may be used for; may be given twice (default: reports_read)")
      ->check(CLI::IsMember({"reports_read", "reports_write"}))
      ->envname("CHATREPORTS_SCOPE")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->type_name("SCOPE")
      ->delimiter(',');
  command
      .add_option("--agent-id", options->agent_id,
                  "Whose token it is: the agent's time zone is the default of its reports")
      ->envname("CHATREPORTS_AGENT_ID")
      ->type_name("AGENT");
  add_parsed(command, "--expires-in", "Such as 12h or 30d; never if not said",
             [options](const std::string& text) -> Result<void> {
               const auto length = parse_duration(text, most_token_days);
               if (!length) return std::unexpected(length.error());
               options->expires_in = *length;
               return {};
             })
      ->envname("CHATREPORTS_EXPIRES_IN")
      ->type_name("TIME");
  command.callback(
      [options, &chosen] { chosen = [options] { return run_create_token(*options); }; });
}

void add_token(CLI::App& program, std::function<int()>& chosen) {
  CLI::App& command = *program.add_subcommand("token", "Access tokens: create, list, revoke");
  command.require_subcommand(1);
  add_token_create(command, chosen);

  auto listed = std::make_shared<std::string>(default_data_folder);
  CLI::App& list = *command.add_subcommand("list", "What tokens there are, without their text");
  add_data_folder(list, *listed);
  list.callback([listed, &chosen] { chosen = [listed] { return run_list_tokens(*listed); }; });

  struct Revoked {
    std::string data_folder = default_data_folder;
    std::int64_t id = 0;
  };
  auto revoked = std::make_shared<Revoked>();
  CLI::App& revoke = *command.add_subcommand("revoke", "Refuse a token from now on");
  add_data_folder(revoke, revoked->data_folder);
  add_number(revoke, "ID", revoked->id, 1, std::numeric_limits<std::int64_t>::max(),
             "Its number in the list")
      ->required()
      ->type_name("");
  revoke.callback([revoked, &chosen] {
    chosen = [revoked] { return run_revoke_token(revoked->data_folder, revoked->id); };
  });
}

void add_generate(CLI::App& program, std::function<int()>& chosen) {
  auto options = std::make_shared<generate::Options>();
  options->end = now();
  CLI::App& command =
      *program.add_subcommand("generate", "Print realistic sample records, as NDJSON");
  add_number(command, "--chats", options->chats, 0, 10'000'000'000, "How many")
      ->envname("CHATREPORTS_CHATS")
      ->required();
  add_number(command, "--days", options->days, 1, 36'500, "Over how many days")
      ->envname("CHATREPORTS_DAYS")
      ->default_str(std::to_string(options->days));
  add_number(command, "--agents", options->agents, 1, 100'000, "Of how many agents")
      ->envname("CHATREPORTS_AGENTS")
      ->default_str(std::to_string(options->agents));
  add_number(command, "--seed", options->seed, 0, std::numeric_limits<std::uint64_t>::max(),
             "The same seed and end make the same records")
      ->envname("CHATREPORTS_SEED")
      ->default_str(std::to_string(options->seed));
  add_parsed(command, "--end", "When the last day ends, as RFC 3339 (default: now)",
             [options](const std::string& text) -> Result<void> {
               const auto end = parse_rfc3339(text);
               if (!end) return std::unexpected(end.error());
               options->end = end->instant;
               return {};
             })
      ->envname("CHATREPORTS_END")
      ->type_name("TIME");
  command.callback([options, &chosen] { chosen = [options] { return run_generate(*options); }; });
}

// What to run; nothing is started while the command line is still being read.
int run_chosen(const std::function<int()>& chosen) {
  try {
    return chosen();
  } catch (const std::exception& exception) {
    return exit_with({ErrorKind::failed, exception.what()});
  }
}

}  // namespace

int run(int argc, char** argv) {
  // Whoever reads our output may go away: a write then fails, and says so.
  std::signal(SIGPIPE, SIG_IGN);

  CLI::App program("Answers the LiveChat Reports API v3.4 over your own chat data.", "chatreports");
  program.require_subcommand(1);
  program.set_version_flag("--version", "chatreports " CHATREPORTS_VERSION);
  std::function<int()> chosen;
  add_serve(program, chosen);
  add_import(program, chosen);
  add_token(program, chosen);
  add_generate(program, chosen);
  try {
    program.parse(argc, argv);
  } catch (const CLI::Success& asked_for_help) {
    return program.exit(asked_for_help);
  } catch (const CLI::Error& error) {
    say_error({ErrorKind::invalid, error.what()});
    std::fputs("chatreports --help, and --help after a command, say what there is.\n", stderr);
    return exit_wrong_usage;
  }
  return run_chosen(chosen);
}

}  // namespace chatreports::app
