#include "app/command_line.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <limits>
#include <sstream>
#include <thread>

#include "app/arguments.h"
#include "app/check.h"
#include "app/clock.h"
#include "app/export.h"
#include "app/generate.h"
#include "app/import.h"
#include "app/messages.h"
#include "app/open_files.h"
#include "app/serve.h"
#include "app/token.h"
#include "app/usage_message.h"
#include "base/exception.h"
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
      [first_name = name.substr(0, name.find(',')), parse](const std::string& text) {
        const Result<void> parsed = parse(text);
        if (!parsed) throw CLI::ValidationError(first_name, parsed.error().message);
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

// A number that has a default.
template <class Number>
void add_limit(CLI::App& command, const std::string& name, Number& number, std::uint64_t least,
               std::uint64_t most, const std::string& description) {
  add_number(command, name, number, least, most, description)->default_str(std::to_string(number));
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

constexpr auto made_if_missing = "The data folder; made if it is missing";
constexpr auto never_made = "The data folder";
constexpr auto made_if_named = "The data folder; made if it is missing and named";

CLI::Option* add_data_folder(CLI::App& command, std::string& data_folder,
                             const std::string& description) {
  return command.add_option("--data", data_folder, description)
      ->type_name("FOLDER")
      ->capture_default_str();
}

void add_license(CLI::App& command, std::int64_t& license) {
  add_number(command, "--license,--licence", license, 1, std::numeric_limits<std::int64_t>::max(),
             "The number of the licence")
      ->required();
}

void add_serve(CLI::App& program, std::function<int()>& chosen) {
  auto options = std::make_shared<ServeOptions>();
  options->data_folder = default_data_folder;
  options->http.threads = std::max(1U, std::thread::hardware_concurrency());
  CLI::App& command = *program.add_subcommand("serve", "Answer reports over HTTP");
  http::ServerOptions& http = options->http;
  add_data_folder(command, options->data_folder, made_if_missing);
  add_parsed(command, "--listen", "Where to listen; port 0 lets the system choose one",
             [&http](const std::string& text) -> Result<void> {
               auto address = parse_address(text);
               if (!address) return std::unexpected(address.error());
               http.host = address->host;
               http.port = address->port;
               return {};
             })
      ->type_name("HOST:PORT")
      ->default_str(format_address({http.host, http.port}));
  add_limit(command, "--threads", http.threads, 1, 1'024,
            "Reports of a licence that are answered at once; another licence has a thread more");
  add_limit(command, "--max-body-bytes", http.max_body_bytes, 1, 1U << 30,
            "A larger request body is answered 413");
  add_limit(command, "--max-header-bytes", http.max_header_bytes, 1'024, 1U << 20,
            "A larger request header is answered 431");
  add_limit(command, "--max-connections", http.max_connections, 1, 1'000'000,
            "One more connection is answered 503");
  add_limit(command, "--max-waiting-requests", http.max_waiting_requests, 0, 1'000'000,
            "One more request that waits for a thread is answered 503");
  add_limit(command, "--max-waiting-body-bytes", http.max_waiting_body_bytes, 1,
            std::uint64_t{1} << 40,
            "Request bodies over 16 KiB in memory, over all connections; one more is answered 503");
  add_limit(command, "--max-waiting-answer-bytes", http.max_waiting_answer_bytes, 1,
            std::uint64_t{1} << 40,
            "Answers that wait to be read, over all connections; one more that is larger than 64 "
            "KiB is answered 503");
  add_limit(command, "--max-ingest-bytes", http.max_streamed_bytes, 1, std::uint64_t{1} << 50,
            "A larger body of records is answered 413");
  add_limit(command, "--max-ingests", http.max_streams, 1, 1'024,
            "Bodies of records that are taken in at once; one more waits");
  add_timeout(command, "--ingest-patience", http.stream_patience,
              "A body of records that waits longer for its turn is answered 503");
  add_limit(command, "--min-body-rate", http.min_body_rate, 0, 1U << 30,
            "A body of records with fewer bytes a second, on average and after --request-timeout, "
            "is answered 408; 0 allows any rate");
  add_timeout(command, "--ingest-timeout", http.stream_timeout,
              "A body of records that takes longer to arrive is answered 408; waiting for the "
              "server is not counted");
  add_limit(command, "--max-waiting-webhooks", options->max_waiting_webhooks, 1, 1'000'000,
            "One more webhook that waits to be written is answered 503");
  command.add_flag("--allow-damaged", options->allow_damaged,
                   "Reports of a licence with damaged records are answered without them");
  api::ApiOptions& api = options->api;
  add_limit(command, "--max-filter-values", api.max_filter_values, 1, 10'000'000,
            "A longer list in a filter is answered 400");
  add_limit(command, "--max-buckets", api.max_buckets, 24, 10'000'000,
            "A report with more days, hours or other buckets is answered 400");
  add_limit(command, "--max-answer-bytes", api.max_answer_bytes, 65'536, std::uint64_t{1} << 30,
            "A report whose answer would be larger is answered 400");
  add_timeout(command, "--max-report-time", api.max_report_time,
              "A report that takes longer is given up and answered 503");
  add_limit(command, "--max-kept-bytes", api.max_kept_bytes, 0, std::uint64_t{1} << 40,
            "Answers that are cached until a fact changes; 0 caches none");
  add_limit(command, "--max-record-bytes", api.max_record_bytes, 1'024, 64U << 20,
            "A larger record in a body of records is refused");
  add_limit(command, "--max-unpacked-bytes", api.max_unpacked_bytes, 1, std::uint64_t{1} << 50,
            "A body of records that unpacks to more is answered 413");
  add_limit(command, "--max-intake-bytes", api.max_intake_bytes, std::size_t{16} << 20,
            std::uint64_t{1} << 40,
            "Memory for all records that are being taken in; without room, senders wait");
  add_limit(command, "--max-requests-per-second", api.max_requests_per_second, 0, 1'000'000,
            "More requests with one token are answered 429; 0 allows any number");
  command
      .add_option("--cors-origin", api.cors_origins,
                  "Web pages of this origin may ask, such as https://reports.example.com; may be "
                  "repeated; * allows all (default: none)")
      ->transform(CLI::Validator(
          [](std::string& text) {
            auto origin = parse_origin(text);
            if (!origin) return origin.error().message;
            text = *std::move(origin);
            return std::string();
          },
          ""))
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->type_name("ORIGIN")
      ->delimiter(',');
  auto tls = std::make_shared<http::TlsFiles>();
  CLI::Option* certificate =
      command
          .add_option("--tls-cert", tls->certificate,
                      "PEM file: the certificate, then those between it and the root; enables "
                      "HTTPS and disables plain HTTP; read again on SIGHUP")
          ->type_name("FILE");
  CLI::Option* key = command.add_option("--tls-key", tls->key, "PEM file: the certificate's key")
                         ->type_name("FILE");
  certificate->needs(key);
  key->needs(certificate);
  add_timeout(command, "--idle-timeout", http.idle_timeout,
              "A connection without a request for so long is closed");
  add_timeout(command, "--request-timeout", http.request_timeout,
              "A request that is not complete by then is answered 408; an answer is broken off if "
              "its client reads less than 64 KiB in that time");
  add_timeout(command, "--half-closed-timeout", http.half_closed_timeout,
              "How long a report goes on after its client has closed the sending side; after a "
              "reset it ends at once");
  add_timeout(command, "--stop-timeout", http.stop_timeout,
              "How long the end may take when the server is stopped, with requests under way");
  command.callback([options, tls, &chosen] {
    if (!tls->key.empty()) options->http.tls = *tls;
    options->api.intake_patience = options->http.stream_patience;
    chosen = [options] { return run_serve(*options); };
  });
}

void add_import(CLI::App& program, std::function<int()>& chosen) {
  auto options = std::make_shared<ImportOptions>();
  options->data_folder = default_data_folder;
  CLI::App& command = *program.add_subcommand(
      "import", "Import chats and other records: List Archives pages, arrays, NDJSON; gzip or not");
  add_data_folder(command, options->data_folder, made_if_missing);
  add_license(command, options->license);
  command.add_option("FILE", options->files, "Files, read in this order; - is standard input")
      ->required()
      ->type_name("");
  command.footer(
      "Exit code: 0 all records were taken in, 3 some were refused (listed on standard error), 1 "
      "failed.");
  command.callback([options, &chosen] { chosen = [options] { return run_import(*options); }; });
}

void add_export(CLI::App& program, std::function<int()>& chosen) {
  auto options = std::make_shared<ExportOptions>();
  options->data_folder = default_data_folder;
  CLI::App& command = *program.add_subcommand(
      "export", "Print everything known of a licence, as NDJSON for an import");
  add_data_folder(command, options->data_folder, never_made);
  add_license(command, options->license);
  command.add_flag("--with-key", options->with_key,
                   "Print the key of the digests first: whoever has it can try out what was "
                   "digested. An import takes it up in a folder that has none");
  command.footer(
      "Exit code: 0 all of it was printed, 1 failed, 141 the reader went away before the end.");
  command.callback([options, &chosen] { chosen = [options] { return run_export(*options); }; });
}

void add_check(CLI::App& program, std::function<int()>& chosen) {
  auto options = std::make_shared<CheckOptions>();
  options->data_folder = default_data_folder;
  CLI::App& command = *program.add_subcommand(
      "check", "Read all that a data folder holds, and say what of it is damaged");
  add_data_folder(command, options->data_folder, never_made);
  command.callback([options, &chosen] { chosen = [options] { return run_check(*options); }; });
}

void add_token_create(CLI::App& parent, std::function<int()>& chosen) {
  auto options = std::make_shared<CreateTokenOptions>();
  options->data_folder = default_data_folder;
  CLI::App& command =
      *parent.add_subcommand("create", "Make a token and print it once; only its hash is kept");
  const CLI::Option* folder = add_data_folder(command, options->data_folder, made_if_named);
  add_license(command, options->license);
  command
      .add_option("--scope", options->scopes,
                  "The permission of the token; may be repeated (default: reports_read)")
      ->check(CLI::IsMember({"reports_read", "reports_write"}))
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->type_name("SCOPE")
      ->delimiter(',');
  command
      .add_option("--agent-id", options->agent_id,
                  "The owner; this agent's time zone is the default of the token's reports")
      ->type_name("AGENT");
  add_parsed(command, "--expires-in",
             "Its lifetime, such as 12h or 30d (default: it never expires)",
             [options](const std::string& text) -> Result<void> {
               const auto length = parse_duration(text, most_token_days);
               if (!length) return std::unexpected(length.error());
               options->expires_in = *length;
               return {};
             })
      ->type_name("TIME");
  command.callback([options, folder, &chosen] {
    options->is_folder_named = folder->count() > 0;
    chosen = [options] { return run_create_token(*options); };
  });
}

void add_list(CLI::App& parent, const std::string& description,
              int (*run)(const std::string& data_folder), std::function<int()>& chosen) {
  auto data_folder = std::make_shared<std::string>(default_data_folder);
  CLI::App& list = *parent.add_subcommand("list", description);
  add_data_folder(list, *data_folder, never_made);
  list.callback(
      [data_folder, run, &chosen] { chosen = [data_folder, run] { return run(*data_folder); }; });
}

void add_revoke(CLI::App& parent, const std::string& description,
                int (*run)(const std::string& data_folder, std::int64_t id),
                std::function<int()>& chosen) {
  struct Revoked {
    std::string data_folder = default_data_folder;
    std::int64_t id = 0;
  };
  auto revoked = std::make_shared<Revoked>();
  CLI::App& revoke = *parent.add_subcommand("revoke", description);
  add_data_folder(revoke, revoked->data_folder, never_made);
  add_number(revoke, "ID", revoked->id, 1, std::numeric_limits<std::int64_t>::max(),
             "The number in the list")
      ->required()
      ->type_name("");
  revoke.callback([revoked, run, &chosen] {
    chosen = [revoked, run] { return run(revoked->data_folder, revoked->id); };
  });
}

void add_token(CLI::App& program, std::function<int()>& chosen) {
  CLI::App& command = *program.add_subcommand("token", "Access tokens: create, list, revoke");
  command.require_subcommand(1);
  add_token_create(command, chosen);

  add_list(command, "List tokens, without their text", run_list_tokens, chosen);
  add_revoke(command, "Refuse a token from now on", run_revoke_token, chosen);
}

void add_webhook(CLI::App& program, std::function<int()>& chosen) {
  CLI::App& command =
      *program.add_subcommand("webhook", "Secrets of LiveChat webhooks: create, list, revoke");
  command.require_subcommand(1);
  auto options = std::make_shared<CreateWebhookOptions>();
  options->data_folder = default_data_folder;
  CLI::App& create =
      *command.add_subcommand("create",
                              "Accept webhooks that carry a secret as the licence's, and print the "
                              "secret; only its hash is kept");
  const CLI::Option* folder = add_data_folder(create, options->data_folder, made_if_named);
  add_license(create, options->license);
  create
      .add_option(
          "--secret-file", options->secret_file,
          "A file with the secret_key that the webhooks were registered with; - is standard "
          "input (default: $CHATREPORTS_SECRET, or a random one)")
      ->type_name("FILE");
  create
      .add_option_function<std::string>(
          "--secret",
          [](const std::string&) {
            throw CLI::ValidationError(
                "--secret",
                "everybody who may list processes can read it there; give --secret-file FILE (- "
                "is standard input) or the environment variable CHATREPORTS_SECRET");
          },
          "")
      ->group("");
  create.callback([options, folder, &chosen] {
    options->is_folder_named = folder->count() > 0;
    chosen = [options] { return run_create_webhook(*options); };
  });
  add_list(command, "List secrets, without their text", run_list_webhooks, chosen);
  add_revoke(command, "Refuse webhooks that carry a secret from now on", run_revoke_webhook,
             chosen);
}

void add_generate(CLI::App& program, std::function<int()>& chosen) {
  auto options = std::make_shared<generate::Options>();
  options->end = now();
  CLI::App& command =
      *program.add_subcommand("generate", "Print realistic sample records, as NDJSON");
  add_number(command, "--chats", options->chats, 0, 10'000'000'000, "The number of chats")
      ->required();
  add_limit(command, "--days", options->days, 1, 36'500, "The number of days");
  add_limit(command, "--agents", options->agents, 1, 100'000, "The number of agents");
  add_limit(command, "--seed", options->seed, 0, std::numeric_limits<std::uint64_t>::max(),
            "The same seed and end make the same records");
  add_parsed(command, "--end", "The end of the last day, as RFC 3339 (default: now)",
             [options](const std::string& text) -> Result<void> {
               const auto end = parse_rfc3339(text);
               if (!end) return std::unexpected(end.error());
               options->end = end->instant;
               return {};
             })
      ->type_name("TIME");
  command.callback([options, &chosen] { chosen = [options] { return run_generate(*options); }; });
}

// Every flag may be given in the environment, too: --max-body-bytes as CHATREPORTS_MAX_BODY_BYTES.
void name_in_environment(CLI::App& command) {
  for (CLI::Option* option : command.get_options()) {
    if (option->get_lnames().empty() || option == command.get_help_ptr()) continue;
    if (option->get_group().empty()) continue;  // hidden: no longer an option
    std::string name = "CHATREPORTS_" + option->get_lnames().front();
    std::ranges::replace(name, '-', '_');
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::toupper(c); });
    option->envname(name);
  }
  for (CLI::App* inner : command.get_subcommands({})) name_in_environment(*inner);
}

// What to run; nothing is started while the command line is still being read.
int run_chosen(const std::function<int()>& chosen) {
  if (const auto allowed = require_open_files(); !allowed) return exit_with(allowed.error());
  try {
    return chosen();
  } catch (const std::exception& exception) {
    return exit_with(error_of(exception));
  }
}

// Where 0, 1 or 2 is closed, the next file that is opened would take its number, and be written
// into, or read, in its place. Each that is missing becomes one that fails as a closed one does.
void keep_standard_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) >= 0) continue;
    // The lowest number that is free: this one.
    const int opened = ::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    if (opened != descriptor) std::_Exit(exit_failed);
  }
}

}  // namespace

int run(int argc, char** argv) {
  keep_standard_descriptors();
  // Whoever reads our output may go away: a write then fails, and says so.
  std::signal(SIGPIPE, SIG_IGN);

  CLI::App program("Answers the LiveChat Reports API v3.4 over your own chat data.", "chatreports");
  program.require_subcommand(1);
  program.set_version_flag("--version", "chatreports " CHATREPORTS_VERSION);
  std::function<int()> chosen;
  add_serve(program, chosen);
  add_import(program, chosen);
  add_export(program, chosen);
  add_check(program, chosen);
  add_token(program, chosen);
  add_webhook(program, chosen);
  add_generate(program, chosen);
  for (CLI::App* command : program.get_subcommands({})) name_in_environment(*command);
  try {
    program.parse(argc, argv);
  } catch (const CLI::Success& asked_for_help) {
    std::ostringstream help;
    program.exit(asked_for_help, help, help);
    return exit_printing(help.str());
  } catch (const CLI::Error& error) {
    say(usage_message(program, error));
    std::fputs("chatreports --help, and --help after a command, say what there is.\n", stderr);
    return exit_wrong_usage;
  }
  return run_chosen(chosen);
}

}  // namespace chatreports::app
