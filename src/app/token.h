#pragma once
// `chatreports token` and `chatreports webhook`.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "access/token_rules.h"
#include "base/scope.h"
#include "time/instant.h"

namespace chatreports::app {

struct CreateTokenOptions {
  std::string data_folder;
  std::int64_t license = 0;
  Scopes scopes;  // none: reports_read
  std::optional<std::string> agent_id;
  std::optional<Duration> expires_in;
  std::string name;
  std::vector<std::int64_t> only_groups;
  std::vector<std::string> only_agents;
};

struct ListOptions {
  std::string data_folder;
  bool is_json = false;
};

struct RotateTokenOptions {
  std::string data_folder;
  std::int64_t id = 0;
  Duration overlap = access::default_overlap;
  std::optional<Duration> expires_in;  // of the new one
};

struct CreateWebhookOptions {
  std::string data_folder;
  std::int64_t license = 0;
  std::optional<std::string> secret_file;  // "-": standard input
};

// Each prints to standard output and returns the exit code. None makes a data folder, whose name
// may be mistyped; those that create accept an empty one. A webhook's secret comes from the file;
// else from the environment (CHATREPORTS_SECRET); else it is random.
int run_create_token(const CreateTokenOptions& options);
int run_list_tokens(const ListOptions& options);
int run_rotate_token(const RotateTokenOptions& options);
int run_revoke_token(const std::string& data_folder, std::int64_t id);
int run_create_webhook(const CreateWebhookOptions& options);
int run_list_webhooks(const ListOptions& options);
int run_revoke_webhook(const std::string& data_folder, std::int64_t id);

}  // namespace chatreports::app
