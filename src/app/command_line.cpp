#include "app/command_line.h"

#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <functional>
#include <limits>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "api/presentation.h"
#include "app/access_commands.h"
#include "app/backup.h"
#include "app/check.h"
#include "app/clock.h"
#include "app/delete.h"
#include "app/environment.h"
#include "app/export.h"
#include "app/fetch_commands.h"
#include "app/generate.h"
#include "app/help.h"
#include "app/import.h"
#include "app/import_check.h"
#include "app/info.h"
#include "app/license.h"
#include "app/messages.h"
#include "app/open_files.h"
#include "app/options.h"
#include "app/rating_scale_flags.h"
#include "app/report.h"
#include "app/restore.h"
#include "app/serve_command.h"
#include "app/terminal.h"
#include "app/usage_message.h"
#include "base/exception.h"
#include "base/product_version.h"
#include "ingest/formats/csv_mapping.h"
#include "ingest/formats/names.h"
#include "report/grouping.h"
#include "time/buckets.h"
#include "time/rfc3339.h"

namespace chatreports::app {
namespace {

Result<ingest::CsvMapping> read_csv_mapping(const std::string& path) {
  constexpr std::size_t most_bytes = std::size_t{1} << 20;
  std::ifstream file(path, std::ios::binary);
  std::string json(most_bytes + 1, '\0');
  file.read(json.data(), static_cast<std::streamsize>(json.size()));
  if (file.bad() || file.gcount() == 0) return failed(path + " cannot be read");
  json.resize(static_cast<std::size_t>(file.gcount()));
  if (json.size() > most_bytes) return invalid(path + " is too long for a mapping");
  auto mapping = ingest::parse_csv_mapping(json);
  if (!mapping) return invalid(fmt::format("{}: {}", path, mapping.error().message));
  return mapping;
}

void add_import(CLI::App& program, std::function<int()>& chosen) {
  auto options = std::make_shared<ImportOptions>();
  auto scale = std::make_shared<RatingScaleFlags>();
  options->data_folder = default_data_folder;
  CLI::App& command = *program.add_subcommand("import",
                                              "Import chats and other records: List Archives "
                                              "pages, arrays, NDJSON, chats of other systems, "
                                              "tables; also packed with gzip, zstd or zip");
  add_data_folder(command, options->data_folder, made_if_missing);
  add_license(command, options->license);
  command.add_flag("--check", options->is_check,
                   "Only say what would happen: count chats, events and what would be refused or "
                   "count nowhere. Writes nothing");
  command.add_flag("--again", options->takes_deleted, "Also take records of what was deleted");
  command
      .add_option_function<std::string>(
          "--from",
          [options](const std::string& name) { options->form.format = ingest::find_format(name); },
          "The format of the files, if they are not to be recognised by what they are")
      ->check(one_of(ingest::format_names()))
      ->type_name("FORMAT");
  add_parsed(command, "--mapping",
             "The files are tables (CSV); this file says which column is which fact: see "
             "docs/formats.md",
             [options](const std::string& path) -> Result<void> {
               const auto mapping = read_csv_mapping(path);
               if (!mapping) return std::unexpected(mapping.error());
               options->form.mapping = std::make_shared<const ingest::CsvMapping>(*mapping);
               return {};
             })
      ->type_name("FILE");
  add_rating_scale(command, *scale);
  command
      .add_option("FILE", options->files,
                  "Files, or folders of files, read in this order; - is standard input")
      ->required()
      ->type_name("");
  command.footer(
      "Exit code: 0 all records are in, 3 some were refused (listed on standard error), 1 failed.");
  command.callback([options, scale, &chosen] {
    options->rating_scale = scale_of(*scale);
    if (options->form.mapping != nullptr && options->form.format != nullptr) {
      throw CLI::ValidationError("--mapping", "excludes --from");
    }
    chosen = [options] {
      return options->is_check ? run_import_check(*options) : run_import(*options);
    };
  });
}

void add_export(CLI::App& program, std::function<int()>& chosen) {
  auto options = std::make_shared<ExportOptions>();
  options->data_folder = default_data_folder;
  CLI::App& command = *program.add_subcommand(
      "export", "Print everything known of a licence, as NDJSON for an import");
  add_data_folder(command, options->data_folder, never_made);
  add_license(command, options->license);
  command.add_flag(
      "--with-key", options->with_key,
      "Print the key of the digests first. Keep it secret: with it, digested texts can be "
      "guessed. An import into a folder without a key takes it");
  command.footer(
      "Exit code: 0 everything was printed, 1 failed, 141 the reader went away before the end.");
  command.callback([options, &chosen] { chosen = [options] { return run_export(*options); }; });
}

std::vector<std::string_view> distribution_names() {
  std::vector<std::string_view> names;
  for (const Distribution distribution : all_distributions) {
    names.push_back(name_of(distribution));
  }
  return names;
}

std::vector<std::string_view> grouping_names() {
  std::vector<std::string_view> names;
  for (const report::Dimension dimension : report::all_groupings()) {
    names.push_back(report::key_of(dimension));
  }
  return names;
}

void add_report(CLI::App& program, std::function<int()>& chosen) {
  auto options = std::make_shared<ReportOptions>();
  options->data_folder = default_data_folder;
  CLI::App& command = *program.add_subcommand(
      "report", "Print a report of a data folder, which a server may use meanwhile");
  command.add_option("REPORT", options->report, "Such as chats/ratings; all of them with --output")
      ->type_name("");
  add_data_folder(command, options->data_folder, never_made);
  add_license(command, options->license);
  command.add_option("--from", options->from, "The first day, or a time as RFC 3339")
      ->type_name("TIME");
  command.add_option("--to", options->to, "The last day, or a time as RFC 3339")->type_name("TIME");
  command.add_option("--timezone", options->timezone, "An IANA time zone (default: UTC)")
      ->type_name("ZONE");
  command
      .add_option("--distribution", options->distribution,
                  "The pieces that the range is cut into (default: day)")
      ->check(one_of(distribution_names()))
      ->type_name("TEXT");
  command
      .add_option("--by", options->group_by,
                  "By which value of the chats each piece is divided (default: not at all)")
      ->check(one_of(grouping_names()))
      ->type_name("VALUE");
  for (const auto& [flag, filter] :
       {std::pair("--agent", "agents"), std::pair("--tag", "tags"), std::pair("--group", "groups"),
        std::pair("--country", "customer_countries"), std::pair("--goal", "goals"),
        std::pair("--sale", "sales")}) {
    command
        .add_option_function<std::vector<std::string>>(
            flag,
            [options, filter](const std::vector<std::string>& values) {
              for (const std::string& value : values) options->values.emplace_back(filter, value);
            },
            "Only chats with one of these")
        ->type_name("VALUE")
        ->allow_extra_args(false);
  }
  command.add_option("--filters", options->filters, "More filters, as JSON: see docs/api.md")
      ->type_name("JSON");
  command
      .add_option("--format", options->format,
                  "The form of the output (default: table, and csv with --output)")
      ->check(one_of(api::format_names()))
      ->type_name("FORMAT");
  command.add_flag("--names", options->has_names,
                   "Print names beside the ids of agents and groups; not with the format json");
  command.add_flag("--bom", options->begins_with_mark,
                   "Begin CSV with a byte order mark, without which Excel takes it for a local "
                   "code page");
  command
      .add_option("--page", options->page,
                  "Of chats/queued_visitors_left (default: 1; csv has all that follow)")
      ->check(CLI::Range(1, 1'000'000'000))
      ->type_name("N");
  command.add_option("--output", options->output_folder, "A folder, for a file for each report")
      ->type_name("FOLDER");
  command.callback([options, &chosen] {
    if (options->report.empty() && options->output_folder.empty()) {
      throw CLI::ValidationError("REPORT",
                                 "name a report, such as chats/ratings; or --output "
                                 "names a folder for all of them");
    }
    chosen = [options] { return run_report(*options); };
  });
}

void add_info(CLI::App& program, std::function<int()>& chosen) {
  auto data_folder = std::make_shared<std::string>(default_data_folder);
  CLI::App& command = *program.add_subcommand("info", "Print what a data folder holds");
  add_data_folder(command, *data_folder, never_made);
  command.callback(
      [data_folder, &chosen] { chosen = [data_folder] { return run_info(*data_folder); }; });
}

void add_backup(CLI::App& program, std::function<int()>& chosen) {
  auto options = std::make_shared<BackupOptions>();
  options->data_folder = default_data_folder;
  CLI::App& command = *program.add_subcommand(
      "backup", "Copy a data folder, which a server may use meanwhile, into a new folder");
  add_data_folder(command, options->data_folder, never_made);
  command.add_option("TARGET", options->target, "The folder to make; its parent exists")
      ->required()
      ->type_name("");
  command.add_flag("--with-connections", options->with_connections,
                   "Also copy the connections to other systems, with their credentials");
  command.footer("Exit code: 0 the backup is complete and was checked, 1 there is none.");
  command.callback([options, &chosen] { chosen = [options] { return run_backup(*options); }; });
}

void add_restore(CLI::App& program, std::function<int()>& chosen) {
  auto options = std::make_shared<RestoreOptions>();
  options->data_folder = default_data_folder;
  CLI::App& command = *program.add_subcommand(
      "restore", "Restore a backup into a data folder, which keeps its former files");
  add_data_folder(command, options->data_folder, made_if_missing);
  command
      .add_option("BACKUP", options->backup,
                  "The folder that chatreports backup has made; leave it out to complete a restore "
                  "that was interrupted")
      ->type_name("");
  command.footer("Exit code: 0 the backup is in the folder, 1 failed.");
  command.callback([options, &chosen] { chosen = [options] { return run_restore(*options); }; });
}

void add_check(CLI::App& program, std::function<int()>& chosen) {
  auto options = std::make_shared<CheckOptions>();
  options->data_folder = default_data_folder;
  CLI::App& command =
      *program.add_subcommand("check", "Read the whole data folder and list what is damaged");
  add_data_folder(command, options->data_folder, never_made);
  command.callback([options, &chosen] { chosen = [options] { return run_check(*options); }; });
}

void add_delete(CLI::App& program, std::function<int()>& chosen) {
  auto options = std::make_shared<DeleteOptions>();
  auto what = std::make_shared<std::vector<chat::Deletion>>();
  options->data_folder = default_data_folder;
  CLI::App& command = *program.add_subcommand(
      "delete",
      "Delete from a data folder that no server uses; it does not come back with imports");
  add_data_folder(command, options->data_folder, never_made);
  add_license(command, options->license);
  const auto add = [what](chat::Deletion deletion) -> Result<void> {
    if (auto checked = chat::check(deletion, now()); !checked) return checked;
    what->push_back(std::move(deletion));
    return {};
  };
  // The arguments alone say what to delete: a script may have left variables in the environment.
  add_parsed(command, "--thread", "A thread, by its id",
             [add](const std::string& id) { return add(chat::ThreadDeletion{id}); })
      ->type_name("ID")
      ->configurable(false);
  add_parsed(command, "--agent",
             "An agent's id, name and time zone: a digest takes the place of the id, and no other "
             "figure changes",
             [add](const std::string& id) { return add(chat::AgentDeletion{id}); })
      ->type_name("ID")
      ->configurable(false);
  add_parsed(command, "--before", "Chats that began before a date (in UTC), or a time as RFC 3339",
             [add](const std::string& text) -> Result<void> {
               const auto time = parse_date_or_time(text);
               if (!time) return std::unexpected(time.error());
               return add(chat::TimeDeletion{*time});
             })
      ->type_name("DATE")
      ->configurable(false);
  command
      .add_flag_callback(
          "--everything", [what] { what->emplace_back(chat::LicenseDeletion{}); },
          "All that is stored of the licence")
      ->configurable(false);
  command.footer("Exit code: 0 deleted, 1 failed.");
  command.callback([options, what, &chosen] {
    if (what->size() != 1) {
      throw CLI::ValidationError("delete",
                                 "give one of --thread, --agent, --before and --everything");
    }
    options->deletion = what->front();
    chosen = [options] { return run_delete(*options); };
  });
}

void add_generate(CLI::App& program, std::function<int()>& chosen) {
  auto options = std::make_shared<generate::Options>();
  options->end = now();
  CLI::App& command =
      *program.add_subcommand("generate", "Print realistic sample records, as NDJSON");
  add_number(command, "--chats", options->chats, 0, 10'000'000'000, "The number of chats",
             parse_count)
      ->required();
  add_limit(command, "--days", options->days, 1, 36'500, "The number of days");
  add_limit(command, "--agents", options->agents, 1, 100'000, "The number of agents");
  add_number(command, "--seed", options->seed, 0, std::numeric_limits<std::uint64_t>::max(),
             "The same seed and end make the same records")
      ->default_str(std::to_string(options->seed));
  add_parsed(command, "--end", "The end of the last day, as RFC 3339 (default: now)",
             [options](const std::string& text) -> Result<void> {
               const auto end = parse_rfc3339(text);
               if (!end) return invalid(why_not_rfc3339(text));
               options->end = end->instant;
               return {};
             })
      ->type_name("TIME");
  command.callback([options, &chosen] { chosen = [options] { return run_generate(*options); }; });
}

void name_in_environment(CLI::App& command) {
  for (CLI::Option* option : command.get_options()) {
    if (option->get_lnames().empty() || !option->get_configurable()) continue;
    if (option->get_group().empty()) continue;  // hidden: no longer an option
    std::string name = std::string(variable_prefix) + option->get_lnames().front();
    std::ranges::replace(name, '-', '_');
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::toupper(c); });
    option->envname(name);
  }
  for (CLI::App* inner : command.get_subcommands({})) name_in_environment(*inner);
}

// Refuses empty values: they come from unset variables of scripts. A server with an empty --tls-key
// would go on without TLS.
void refuse_empty_values(CLI::App& command) {
  for (CLI::Option* option : command.get_options()) {
    if (option->get_expected_min() == 0) continue;  // a switch, which takes none
    option->check(
        [](const std::string& value) { return value.empty() ? "must not be empty" : ""; });
  }
  for (CLI::App* inner : command.get_subcommands({})) refuse_empty_values(*inner);
}

// The library ignores empty environment variables, and takes the argument after `--name=` as its
// value.
void refuse_empty_variables(const CLI::App& command) {
  for (const CLI::Option* option : command.get_options()) {
    if (option->get_expected_min() == 0 || option->get_envname().empty()) continue;
    const char* const value = std::getenv(option->get_envname().c_str());
    if (option->count() > 0 || value == nullptr || *value != 0) continue;
    throw CLI::ValidationError(option->get_envname(), "must not be empty");
  }
  for (const CLI::App* inner : command.get_subcommands()) refuse_empty_variables(*inner);
}

void refuse_bare_equals_signs(const std::vector<std::string>& arguments) {
  for (const std::string_view argument : arguments) {
    if (!argument.starts_with("--") || argument.find('=') + 1 != argument.size()) continue;
    throw CLI::ValidationError(std::string(argument.substr(0, argument.size() - 1)),
                               "must not be empty");
  }
}

// Runs the command, after the command line was read.
int run_chosen(const std::function<int()>& chosen) {
  if (const auto allowed = require_open_files(); !allowed) return exit_with(allowed.error());
  try {
    return chosen();
  } catch (const std::exception& exception) {
    return exit_with(error_of(exception));
  }
}

// Replaces closed standard descriptors by ones that fail alike. Otherwise the next file that is
// opened would get the number 0, 1 or 2, and be read or written as standard input or output.
void keep_standard_descriptors() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) >= 0) continue;
    // The lowest number that is free: this one.
    const int opened = ::open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    if (opened != descriptor) std::_Exit(exit_failed);
  }
}

// The commands of the program, and what its arguments have chosen.
struct CommandLine {
  CommandLine();
  // Reads arguments, without the program's name. Throws CLI::Error.
  void parse(std::vector<std::string> arguments);
  // Returns why parse has thrown.
  std::string message_of(const CLI::Error& error) const;

  CLI::App program{
      "Answers the LiveChat Reports API, versions 3.4 to 3.7, over your own chat data.",
      "chatreports"};
  std::shared_ptr<ServeOptions> serve = std::make_shared<ServeOptions>();
  std::function<int()> chosen;
};

CommandLine::CommandLine() {
  program.formatter(help_for(terminal_columns(STDOUT_FILENO)));  // also of all commands
  program.require_subcommand(1);
  program.set_version_flag("--version", fmt::format("chatreports {}", product_version()));
  add_serve(program, serve, chosen);
  add_import(program, chosen);
  add_connect(program, chosen);
  add_disconnect(program, chosen);
  add_pull(program, chosen);
  add_export(program, chosen);
  add_report(program, chosen);
  add_info(program, chosen);
  add_license_command(program, chosen);
  add_backup(program, chosen);
  add_restore(program, chosen);
  add_check(program, chosen);
  add_delete(program, chosen);
  add_token(program, chosen);
  add_webhook(program, chosen);
  add_generate(program, chosen);
  for (CLI::App* command : program.get_subcommands({})) {
    name_in_environment(*command);
    refuse_empty_values(*command);
  }
}

void CommandLine::parse(std::vector<std::string> arguments) {
  refuse_bare_equals_signs(arguments);
  const bool asks_for_help = std::ranges::find(arguments, "--help") != arguments.end();
  if (!asks_for_help && !arguments.empty() && arguments.front() == "serve") {
    serve->settings = add_settings(arguments, *program.get_subcommand("serve"));
  }
  std::ranges::reverse(arguments);  // as the library takes them
  program.parse(std::move(arguments));
  refuse_empty_variables(program);
}

std::string CommandLine::message_of(const CLI::Error& error) const {
  std::string message = usage_message(program, error);
  for (const Setting& setting : serve->settings) {
    if (message.starts_with(fmt::format("--{}:", setting.name))) {
      message += " (in the file of --config)";
    }
  }
  return message;
}

// Reads the arguments of `serve` and the file of settings again.
Result<ServeOptions> read_serve_again(const std::vector<std::string>& arguments) {
  CommandLine command_line;
  try {
    command_line.parse(arguments);
  } catch (const CLI::Error& error) {
    return invalid(command_line.message_of(error));
  }
  return *command_line.serve;
}

}  // namespace

int run(int argc, char** argv) {
  keep_standard_descriptors();
  // If the reader of our output goes away, writes fail, instead of a signal ending the process.
  std::signal(SIGPIPE, SIG_IGN);

  const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  CommandLine command_line;
  command_line.serve->read_again = [arguments] { return read_serve_again(arguments); };
  try {
    command_line.parse(arguments);
  } catch (const CLI::Success& asked_for_help) {
    std::ostringstream help;
    command_line.program.exit(asked_for_help, help, help);
    return exit_printing(help.str());
  } catch (const CLI::Error& error) {
    say(command_line.message_of(error));
    for (const std::string& warning : warnings_of_environment(command_line.program)) say(warning);
    std::fputs("See chatreports --help, or --help after a command.\n", stderr);
    return exit_wrong_usage;
  }
  for (const std::string& warning : warnings_of_environment(command_line.program)) say(warning);
  return run_chosen(command_line.chosen);
}

}  // namespace chatreports::app
