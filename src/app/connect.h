#pragma once
// `chatreports connect` and `chatreports disconnect`.

#include <cstdint>
#include <optional>
#include <string>

#include "chat/rating_scale.h"
#include "pull/connection.h"

namespace chatreports::app {

struct ConnectOptions {
  std::string data_folder;
  std::int64_t license = 0;
  pull::Connection connection;                  // its credentials are read from:
  std::optional<std::string> credentials_file;  // "-": standard input; none: the terminal
  // Where LiveChat reaches this server; empty: no webhooks are registered.
  std::string public_url;
  std::string client_id;
  std::optional<chat::RatingScale> rating_scale = {};  // of the licence, from now on
  bool takes_again = false;    // fetches all chats anew, also of a licence that was deleted
  bool fetches_later = false;  // leaves the first fetch to a server or to `chatreports pull`
};

// Tests the credentials, stores the connection, and begins to fetch unless a server does it.
// Returns the exit code; if it is not 0, what failed is said, and either nothing was stored or the
// connection is complete.
int run_connect(const ConnectOptions& options);

int run_disconnect(const std::string& data_folder, std::int64_t license);

}  // namespace chatreports::app
