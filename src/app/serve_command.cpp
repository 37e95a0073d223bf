#include "app/serve_command.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "app/options.h"
#include "app/serve.h"
#include "base/names.h"
#include "base/printable.h"
#include "time/zone.h"

namespace chatreports::app {
namespace {

constexpr std::array<Name<LogFormat>, 2> log_formats = {
    {{"text", LogFormat::text}, {"json", LogFormat::json}}};
constexpr std::array<Name<LogPriority>, 3> log_levels = {{{"info", LogPriority::info},
                                                          {"warning", LogPriority::warning},
                                                          {"error", LogPriority::error}}};

// Adds an option whose value is one of the names.
template <class Enum, std::size_t size>
void add_choice(CLI::App& command, const std::string& flag,
                const std::array<Name<Enum>, size>& names, Enum& value,
                const std::string& description) {
  std::string allowed;
  for (const Name<Enum>& name : names) {
    allowed += (allowed.empty() ? "" : ", ") + std::string(name.text);
  }
  add_parsed(command, flag, fmt::format("{}: {}", description, allowed),
             [&names, &value, allowed](const std::string& text) -> Result<void> {
               const auto chosen = value_in(names, text);
               if (!chosen) return invalid("must be one of " + allowed);
               value = *chosen;
               return {};
             })
      ->type_name("TEXT")
      ->default_str(std::string(name_in(names, value)));
}

// Sets the heading in --help of the flags that follow.
void begin_group(CLI::App& command, const std::string& heading) {
  command.option_defaults()->group(heading);
}

void add_addresses(CLI::App& command, ServeOptions& options, http::TlsFiles& tls) {
  begin_group(command, "Addresses and TLS");
  command
      .add_option_function<std::vector<std::string>>(
          "--listen",
          [&options](const std::vector<std::string>& texts) {
            options.listen.clear();
            for (const std::string& text : texts) {
              auto address = parse_listen_address(text);
              if (!address) throw CLI::ValidationError("--listen", address.error().message);
              options.listen.push_back(*std::move(address));
            }
          },
          "Where to listen; unix:PATH is a socket of a Unix domain; port 0 lets the system choose "
          "one; may be repeated")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->delimiter(',')
      ->type_name("HOST:PORT")
      ->default_str(http::format_address(http::TcpAddress{}));
  add_parsed(command, "--metrics-listen",
             "Where to serve /metrics to anybody, over plain HTTP (default: only at --listen, to "
             "tokens with the scope metrics_read)",
             [&options](const std::string& text) -> Result<void> {
               auto address = parse_listen_address(text);
               if (!address) return std::unexpected(address.error());
               options.metrics = *std::move(address);
               return {};
             })
      ->type_name("HOST:PORT");
  CLI::Option* certificate =
      command
          .add_option("--tls-cert", tls.certificate,
                      "PEM file: the certificate, then the intermediate ones; enables HTTPS and "
                      "disables plain HTTP, except on sockets of a Unix domain; read again on "
                      "SIGHUP")
          ->type_name("FILE");
  CLI::Option* key = command.add_option("--tls-key", tls.key, "PEM file: the certificate's key")
                         ->type_name("FILE");
  certificate->needs(key);
  key->needs(certificate);
  command
      .add_option("--cors-origin", options.api.cors_origins,
                  "Allow web pages of this origin, such as https://reports.example.com; may be "
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
}

void add_request_limits(CLI::App& command, ServeOptions& options) {
  begin_group(command, "Limits on connections and requests");
  http::ServerOptions& http = options.http;
  add_limit(command, "--threads", http.threads, 1, 1'024,
            "Reports of one licence that run at once; other licences get one more thread");
  add_limit(command, "--max-connections", http.max_connections, 1, 1'000'000,
            "One more connection is answered 503");
  add_limit(command, "--max-http2-requests", http.max_http2_requests, 0, 1'000,
            "Requests at a time on one connection of HTTP/2; one more is refused; 0 disables "
            "HTTP/2");
  add_limit(command, "--max-waiting-requests", http.max_waiting_requests, 0, 1'000'000,
            "One more request that waits for a thread is answered 503");
  add_limit(command, "--max-requests-per-second", options.api.max_requests_per_second, 0, 1'000'000,
            "More requests with one token are answered 429; 0 allows any number");
  add_size(command, "--max-header-bytes", http.max_header_bytes, 1'024, 1U << 20,
           "A larger request header is answered 431");
  add_size(command, "--max-body-bytes", http.max_body_bytes, 1, 1U << 30,
           "A larger request body is answered 413");
  add_size(command, "--max-waiting-body-bytes", http.max_waiting_body_bytes, 1,
           std::uint64_t{1} << 40,
           "Request bodies over 16 KiB in memory, over all connections; one more is answered 503");
  add_size(command, "--max-waiting-answer-bytes", http.max_waiting_answer_bytes, 1,
           std::uint64_t{1} << 40,
           "Unread answers in memory, over all connections; one more over 64 KiB is answered 503");
}

// Adds an option that is repeated: `VALUE` for all licences, or `LICENSE=VALUE` for one. `add` gets
// the licence, if there is one, and the value.
template <class Add>
CLI::Option* add_of_licenses(CLI::App& command, const std::string& flag,
                             const std::string& description, const Add& add) {
  constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const auto read = [add](std::string_view text) -> Result<void> {
    const std::size_t equals = text.find('=');
    if (equals == text.npos) return add(std::nullopt, text);
    const auto license = parse_whole_number(text.substr(0, equals), 1, most);
    if (!license) return std::unexpected(license.error());
    return add(LicenseId{static_cast<std::int64_t>(*license)}, text.substr(equals + 1));
  };
  return command
      .add_option_function<std::vector<std::string>>(
          flag,
          [flag, read](const std::vector<std::string>& texts) {
            for (const std::string& text : texts) {
              const Result<void> added = read(text);
              if (!added) throw CLI::ValidationError(flag, added.error().message);
            }
          },
          description)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->delimiter(',');
}

void add_report_limits(CLI::App& command, ServeOptions& options) {
  begin_group(command, "Limits on reports");
  api::ApiOptions& api = options.api;
  add_limit(command, "--max-filter-values", api.max_filter_values, 1, 10'000'000,
            "A longer list in a filter is answered 400");
  add_limit(command, "--max-buckets", api.max_buckets, 24, 10'000'000,
            "A report with more days, hours or other buckets is answered 400");
  add_size(command, "--max-answer-bytes", api.max_answer_bytes, 65'536, std::uint64_t{1} << 30,
           "A report whose answer would be larger is answered 400");
  add_timeout(command, "--max-report-time", api.max_report_time,
              "A report that takes longer is aborted and answered 503");
  add_of_licenses(
      command, "--timezone",
      "The time zone of reports whose request and whose token's agent have none: of a licence, or "
      "of all others; may be repeated (default: the offset of the range, else UTC)",
      [&api](std::optional<LicenseId> license, std::string_view name) -> Result<void> {
        if (const auto zone = Zone::named(name); !zone) return std::unexpected(zone.error());
        if (license) {
          api.timezones[*license] = std::string(name);
        } else {
          api.timezone = std::string(name);
        }
        return {};
      })
      ->type_name("ZONE");
  add_size(command, "--max-kept-bytes", api.max_kept_bytes, 0, std::uint64_t{1} << 40,
           "Memory of the answer cache; 0 disables it");
  command.add_flag("--echo-request", api.echo_request,
                   "Reports repeat their request under the key request, as the hosted API does");
  // With a flag that begins with "!", the library takes its variable for the opposite.
  command.add_flag_callback("--no-page", [&api] { api.has_page = false; }, "Serves no web page");
  command.add_flag("--allow-damaged", options.allow_damaged,
                   "Reports of a licence with damaged records are answered without them");
}

void add_intake_limits(CLI::App& command, ServeOptions& options) {
  begin_group(command, "Limits on records and webhooks");
  http::ServerOptions& http = options.http;
  api::ApiOptions& api = options.api;
  add_size(command, "--max-ingest-bytes", http.max_streamed_bytes, 1, std::uint64_t{1} << 50,
           "A larger body of records is answered 413");
  add_size(command, "--max-unpacked-bytes", api.max_unpacked_bytes, 1, std::uint64_t{1} << 50,
           "A body of records that unpacks to more is answered 413");
  add_size(command, "--max-record-bytes", api.max_record_bytes, 1'024, 64U << 20,
           "A larger record in a body of records is refused");
  add_limit(command, "--max-ingests", http.max_streams, 1, 1'024,
            "Bodies of records that are taken in at once; one more waits");
  add_timeout(command, "--ingest-patience", http.stream_patience,
              "A body of records that waits longer is answered 503");
  add_timeout(
      command, "--ingest-timeout", http.stream_timeout,
      "A body of records that takes longer to arrive is answered 408; time in which it waits "
      "for the server is not counted");
  add_size(command, "--min-body-rate", http.min_body_rate, 0, 1U << 30,
           "A body of records with fewer bytes per second, on average after --request-timeout, is "
           "answered 408; 0 allows any rate");
  add_size(command, "--max-intake-bytes", api.max_intake_bytes, std::size_t{16} << 20,
           std::uint64_t{1} << 40,
           "Memory for all records that are being taken in; without room, senders wait");
  add_limit(command, "--max-waiting-webhooks", options.max_waiting_webhooks, 1, 1'000'000,
            "One more webhook that waits to be written is answered 503");
  command.add_flag_callback(
      "--no-fetch", [&options] { options.fetches = false; },
      "Fetch nothing for connected licences (chatreports connect)");
  add_of_licenses(
      command, "--keep",
      "Delete chats that began longer ago, each day: of a licence (7=24months), or of all others; "
      "such as 90d or 2years; may be repeated (default: keep all)",
      [&options](std::optional<LicenseId> license, std::string_view text) -> Result<void> {
        const auto kept = parse_kept_time(text);
        if (!kept) return std::unexpected(kept.error());
        Retention& retention = options.retention;
        if (license ? retention.of_license.contains(*license) : retention.of_all.has_value()) {
          return invalid(license ? fmt::format("is given twice for licence {}", license->value)
                                 : "is given twice");
        }
        if (license) {
          retention.of_license[*license] = *kept;
        } else {
          retention.of_all = *kept;
        }
        return {};
      })
      ->type_name("TIME");
}

void add_timeouts(CLI::App& command, http::ServerOptions& http) {
  begin_group(command, "Timeouts");
  add_timeout(command, "--idle-timeout", http.idle_timeout,
              "A connection without a request for so long is closed");
  add_timeout(command, "--request-timeout", http.request_timeout,
              "A request that is not complete by then is answered 408; an answer is aborted if its "
              "client reads less than 64 KiB in that time");
  add_timeout(
      command, "--half-closed-timeout", http.half_closed_timeout,
      "How long a report goes on after its client has closed its sending side; a reset ends "
      "it at once");
  add_timeout(command, "--stop-timeout", http.stop_timeout,
              "How long a server that is stopped may take to finish requests");
}

// Parses the time of a slow report: 0, milliseconds, or a duration.
Result<std::chrono::milliseconds> parse_slow_time(std::string_view text) {
  constexpr std::string_view unit = "ms";
  if (text == "0") return std::chrono::milliseconds(0);
  if (text.ends_with(unit)) {
    constexpr std::uint64_t most = 86'400'000;
    const auto count = parse_whole_number(text.substr(0, text.size() - unit.size()), 1, most);
    if (!count) return std::unexpected(count.error());
    return std::chrono::milliseconds(*count);
  }
  const auto duration = parse_duration(text, 1);
  if (!duration) return std::unexpected(duration.error());
  return std::chrono::duration_cast<std::chrono::milliseconds>(*duration);
}

void add_log(CLI::App& command, ServeOptions& options) {
  begin_group(command, "Log");
  add_choice(command, "--log-format", log_formats, options.log.format, "The form of a line");
  add_choice(command, "--log-level", log_levels, options.log.level,
             "Less important lines are not written");
  command.add_flag("--access-log", options.request_lines.has_all,
                   "Writes a line for each request that was answered");
  add_parsed(command, "--slow-request",
             "A report that takes as long is logged with its plan; 500ms is half a second, 0 logs "
             "none",
             [&options](const std::string& text) -> Result<void> {
               const auto time = parse_slow_time(text);
               if (!time) return std::unexpected(time.error());
               options.request_lines.slow = *time;
               return {};
             })
      ->type_name("TIME")
      ->default_str("1s");
}

void add_settings_file(CLI::App& command, ServeOptions& options) {
  begin_group(command, "Settings");
  command
      .add_option(
          "--config", options.settings_file,
          "A file with a line NAME = VALUE for each of these flags; arguments and variables "
          "of the environment precede it; read again on SIGHUP")
      ->type_name("FILE");
  command.add_flag("--check-config", options.only_checks,
                   "Only checks the settings, the certificate and the time zones");
}

// Returns the value of the argument; nothing if it is not given.
std::optional<std::string> value_of(const std::vector<std::string>& arguments,
                                    const std::string& flag) {
  for (auto at = arguments.begin(); at != arguments.end(); ++at) {
    if (at->starts_with(flag + '=')) return at->substr(flag.size() + 1);
    if (*at == flag) return std::next(at) == arguments.end() ? std::string() : *std::next(at);
  }
  return std::nullopt;
}

bool is_in_environment(const CLI::Option& option) {
  return std::getenv(option.get_envname().c_str()) != nullptr;
}

}  // namespace

void add_serve(CLI::App& program, const std::shared_ptr<ServeOptions>& options,
               std::function<int()>& chosen) {
  options->data_folder = default_data_folder;
  options->http.threads = std::max(1U, std::thread::hardware_concurrency());
  auto tls = std::make_shared<http::TlsFiles>();
  CLI::App& command = *program.add_subcommand("serve", "Answer reports over HTTP");
  add_data_folder(command, options->data_folder, made_if_missing);
  add_settings_file(command, *options);
  add_addresses(command, *options, *tls);
  add_request_limits(command, *options);
  add_report_limits(command, *options);
  add_intake_limits(command, *options);
  add_timeouts(command, options->http);
  add_log(command, *options);
  command.callback([options, tls, &chosen] {
    if (!tls->key.empty()) options->http.tls = *tls;
    options->api.intake_patience = options->http.stream_patience;
    chosen = [options] {
      return options->only_checks ? check_serve(*options) : run_serve(*options);
    };
  });
}

std::vector<Setting> add_settings(std::vector<std::string>& arguments, const CLI::App& command) {
  const CLI::Option& of_file = *command.get_option("--config");
  std::optional<std::string> path = value_of(arguments, "--config");
  if (!path && is_in_environment(of_file)) path = std::getenv(of_file.get_envname().c_str());
  if (!path || path->empty()) return {};  // refused later if it is there and empty
  const auto settings = read_settings(*path);
  if (!settings) throw CLI::ValidationError("--config", settings.error().message);
  std::vector<Setting> added;
  const auto refuse = [&path](const std::string& why) {
    throw CLI::ValidationError("--config", fmt::format("{}: {}", *path, why));
  };
  for (const Setting& setting : *settings) {
    const std::string flag = "--" + setting.name;
    const CLI::Option* const option = command.get_option_no_throw(flag);
    if (option == nullptr || option == &of_file || option == command.get_help_ptr() ||
        setting.name == "check-config") {
      refuse(fmt::format("there is no setting {}; see chatreports serve --help",
                         printable(setting.name)));
    }
    if (std::ranges::find(setting.values, "") != setting.values.end()) {
      refuse(fmt::format("{} must not be empty", setting.name));
    }
    if (setting.values.size() > 1 &&
        option->get_multi_option_policy() != CLI::MultiOptionPolicy::TakeAll) {
      refuse(fmt::format("{} has {} values and takes one; a value with blanks is in double quotes",
                         setting.name, setting.values.size()));
    }
    if (!value_of(arguments, flag) && !is_in_environment(*option)) added.push_back(setting);
  }
  for (const Setting& setting : added) {
    for (const std::string& value : setting.values) {
      arguments.push_back(fmt::format("--{}={}", setting.name, value));
    }
  }
  return added;
}

}  // namespace chatreports::app
