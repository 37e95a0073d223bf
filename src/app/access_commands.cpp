#include "app/access_commands.h"

#include <cstdlib>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "access/token_rules.h"
#include "app/options.h"
#include "app/token.h"
#include "base/scope.h"

namespace chatreports::app {

namespace {

// Adds the lifetime of a new token.
void add_expiry(CLI::App& command, std::optional<Duration>& expires_in) {
  add_length(command, "--expires-in", expires_in, access::max_token_days,
             "Its lifetime, such as 12h or 30d (default: it never expires)");
}

void add_token_create(CLI::App& parent, std::function<int()>& chosen) {
  auto options = std::make_shared<CreateTokenOptions>();
  options->data_folder = default_data_folder;
  CLI::App& command =
      *parent.add_subcommand("create", "Create a token and print it once; only its hash is stored");
  add_data_folder(command, options->data_folder, never_made);
  add_license(command, options->license);
  std::vector<std::string_view> scopes;
  for (const Scope scope : token_scopes) scopes.push_back(text_of(scope));
  command
      .add_option_function<std::vector<std::string>>(
          "--scope",
          [options](const std::vector<std::string>& texts) {
            for (const std::string& text : texts) options->scopes.insert(*parse_scope(text));
          },
          "The permission of the token; may be repeated (default: reports_read)")
      ->check(one_of(std::move(scopes)))
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->type_name("SCOPE")
      ->delimiter(',');
  command
      .add_option("--agent-id", options->agent_id,
                  "The owner; this agent's time zone is the default of the token's reports")
      ->check([](const std::string& id) { return access::fault_of_agent_id(id); })
      ->type_name("AGENT");
  command.add_option("--name", options->name, "What it is for; lists and the access log show it")
      ->check([](const std::string& name) { return access::fault_of_token_name(name); })
      ->type_name("TEXT");
  command
      .add_option("--only-group", options->only_groups,
                  "Reports of the token count chats of this group alone; may be repeated")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->type_name("N")
      ->delimiter(',');
  command
      .add_option("--only-agent", options->only_agents,
                  "Reports of the token count chats of this agent alone; may be repeated")
      ->check([](const std::string& id) { return access::fault_of_agent_id(id); })
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
      ->type_name("AGENT");
  add_expiry(command, options->expires_in);
  command.callback(
      [options, &chosen] { chosen = [options] { return run_create_token(*options); }; });
}

void add_list(CLI::App& parent, const std::string& description,
              int (*run)(const ListOptions& options), std::function<int()>& chosen) {
  auto options = std::make_shared<ListOptions>();
  options->data_folder = default_data_folder;
  CLI::App& list = *parent.add_subcommand("list", description);
  add_data_folder(list, options->data_folder, never_made);
  list.add_flag("--json", options->is_json, "Print a JSON array");
  list.callback([options, run, &chosen] { chosen = [options, run] { return run(*options); }; });
}

void add_token_rotate(CLI::App& parent, std::function<int()>& chosen) {
  auto options = std::make_shared<RotateTokenOptions>();
  options->data_folder = default_data_folder;
  CLI::App& command = *parent.add_subcommand(
      "rotate", "Create a token like another one, print it once, and let the other one expire");
  add_data_folder(command, options->data_folder, never_made);
  add_number(command, "ID", options->id, 1, std::numeric_limits<std::int64_t>::max(),
             "The number in the list")
      ->required()
      ->type_name("");
  add_length(command, "--overlap", options->overlap, access::max_token_days, "How long both work")
      ->default_str("24h");
  add_expiry(command, options->expires_in);
  command.callback(
      [options, &chosen] { chosen = [options] { return run_rotate_token(*options); }; });
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

}  // namespace

void add_token(CLI::App& program, std::function<int()>& chosen) {
  CLI::App& command =
      *program.add_subcommand("token", "Access tokens: create, list, rotate, revoke");
  command.require_subcommand(1);
  add_token_create(command, chosen);

  add_list(command, "List tokens, without their text", run_list_tokens, chosen);
  add_token_rotate(command, chosen);
  add_revoke(command, "Revoke a token", run_revoke_token, chosen);
}

void add_webhook(CLI::App& program, std::function<int()>& chosen) {
  CLI::App& command =
      *program.add_subcommand("webhook", "Secrets of LiveChat webhooks: create, list, revoke");
  command.require_subcommand(1);
  auto options = std::make_shared<CreateWebhookOptions>();
  options->data_folder = default_data_folder;
  CLI::App& create = *command.add_subcommand(
      "create",
      "Create the secret of a licence's webhooks and print it once; only its "
      "hash is stored");
  add_data_folder(create, options->data_folder, never_made);
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
            throw CLI::ValidationError("--secret",
                                       "anybody who can list processes would see it; use "
                                       "--secret-file FILE (- is standard "
                                       "input) or the environment variable CHATREPORTS_SECRET");
          },
          "")
      ->group("");
  create.callback([options, &chosen] {
    const char* const secret = std::getenv("CHATREPORTS_SECRET");
    if (!options->secret_file && secret != nullptr && *secret == 0) {
      throw CLI::ValidationError("CHATREPORTS_SECRET", "must not be empty");
    }
    chosen = [options] { return run_create_webhook(*options); };
  });
  add_list(command, "List secrets, without their text", run_list_webhooks, chosen);
  add_revoke(command, "Revoke a webhook secret", run_revoke_webhook, chosen);
}

}  // namespace chatreports::app
