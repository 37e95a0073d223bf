#pragma once
// Changes a server that runs, after SIGHUP.

#include <optional>
#include <utility>

#include "api/api.h"
#include "app/request_lines.h"
#include "app/serve.h"
#include "http/server.h"

namespace chatreports::app {

// Warns if clients will refuse the certificate that the server uses.
void warn_of_certificate(const std::optional<http::TlsFiles>& files, const http::Server& server);

class Reload {
 public:
  // Borrowed.
  struct Running {
    http::Server& server;
    const api::Api& api;
    RequestLines& request_lines;
  };

  Reload(ServeOptions options, const Running& running)
      : options_(std::move(options)), running_(running) {}

  // Reads the settings and the certificate again, and uses what can be changed: the certificate,
  // the lines of the log, and the rate of requests. Logs the names of other settings that have
  // changed. If the settings are wrong, all of them stay as they were.
  void run();

 private:
  void read_settings();
  void read_certificate();

  ServeOptions options_;  // in use
  const Running running_;
};

}  // namespace chatreports::app
