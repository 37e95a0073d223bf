#pragma once
// `chatreports serve`.

#include <string>

#include "api/api.h"
#include "http/server.h"

namespace chatreports::app {

struct ServeOptions {
  std::string data_folder;
  http::ServerOptions http;
  api::ApiOptions api;
  std::size_t max_waiting_webhooks = 10'000;
  // Reports of a licence some of whose records are damaged are answered without these.
  bool allow_damaged = false;
};

// Serves until SIGINT or SIGTERM. The exit code.
int run_serve(const ServeOptions& options);

}  // namespace chatreports::app
