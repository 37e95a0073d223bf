#pragma once
// `chatreports token` and `chatreports webhook`.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "time/instant.h"

namespace chatreports::app {

struct CreateTokenOptions {
  std::string data_folder;
  bool is_folder_named = false;  // else data_folder is the default, and is not made
  std::int64_t license = 0;
  std::vector<std::string> scopes;  // none: reports_read
  std::optional<std::string> agent_id;
  std::optional<Duration> expires_in;
};

struct CreateWebhookOptions {
  std::string data_folder;
  bool is_folder_named = false;  // as above
  std::int64_t license = 0;
  std::optional<std::string> secret_file;  // "-": standard input
};

// The secret is read from the file or, without one, from the environment (CHATREPORTS_SECRET);
// without both it is a random one.

// Each prints to standard output and answers the exit code.
int run_create_token(const CreateTokenOptions& options);
int run_list_tokens(const std::string& data_folder);
int run_revoke_token(const std::string& data_folder, std::int64_t id);
int run_create_webhook(const CreateWebhookOptions& options);
int run_list_webhooks(const std::string& data_folder);
int run_revoke_webhook(const std::string& data_folder, std::int64_t id);

}  // namespace chatreports::app
