#pragma once
// `chatreports serve`.

#include <string>

#include "http/server.h"

namespace chatreports::app {

struct ServeOptions {
  std::string data_folder;
  http::ServerOptions http;
};

// Serves until SIGINT or SIGTERM. The exit code.
int run_serve(const ServeOptions& options);

}  // namespace chatreports::app
