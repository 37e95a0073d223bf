#pragma once
// `chatreports serve`.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "api/options.h"
#include "app/log.h"
#include "app/request_lines.h"
#include "app/retention.h"
#include "app/settings_file.h"
#include "base/error.h"
#include "http/listen_address.h"
#include "http/server.h"

namespace chatreports::app {

struct ServeOptions {
  std::string data_folder;
  std::string settings_file;      // of --config; empty: none
  std::vector<Setting> settings;  // that it has given
  bool only_checks = false;       // see check_serve
  // Empty: the sockets that the process was started with, else the default address.
  std::vector<http::ListenAddress> listen;
  http::ServerOptions http;
  // Where /metrics is served to anybody; else a token with the scope metrics_read reads it.
  std::optional<http::ListenAddress> metrics;
  api::ApiOptions api;
  std::size_t max_waiting_webhooks = 10'000;
  // Answers reports of a licence with damaged records without those records.
  bool allow_damaged = false;
  Retention retention;
  bool fetches = true;  // the chats of connected licences
  LogOptions log;
  RequestLines::Options request_lines;
  // Reads the arguments, the environment and the file of settings once more.
  std::function<Result<ServeOptions>()> read_again;
};

// Serves until SIGINT or SIGTERM. Returns the exit code.
int run_serve(const ServeOptions& options);

// Checks the certificate and the time zones, and says that the settings are valid. Returns the exit
// code.
int check_serve(const ServeOptions& options);

}  // namespace chatreports::app
