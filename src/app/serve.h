#pragma once
// `chatreports serve`.

#include <optional>
#include <string>

#include "api/options.h"
#include "app/arguments.h"
#include "app/log.h"
#include "http/server.h"

namespace chatreports::app {

struct ServeOptions {
  std::string data_folder;
  http::ServerOptions http;
  // Where /metrics is served to anybody; else a token with the scope metrics_read reads it.
  std::optional<Address> metrics;
  api::ApiOptions api;
  std::size_t max_waiting_webhooks = 10'000;
  // Answers reports of a licence with damaged records without those records.
  bool allow_damaged = false;
  LogOptions log;
  bool has_access_log = false;  // a line for each request
};

// Serves until SIGINT or SIGTERM. Returns the exit code.
int run_serve(const ServeOptions& options);

}  // namespace chatreports::app
