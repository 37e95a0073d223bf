#pragma once
// Requests → answers: credentials, routes, parsing, and the way through report, engine and render.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/numbers.h"
#include "engine/engine.h"
#include "http/message.h"
#include "time/instant.h"

namespace chatreports::api {

// Whom a token stands for.
struct Caller {
  LicenseId license;
  std::vector<std::string> scopes;            // "reports_read", "reports_write"
  std::optional<std::string> agent_timezone;  // IANA, of the token's agent
};

// What the api needs from the outside. Each is called from several threads at once.
struct Surroundings {
  std::function<std::optional<Caller>(std::string_view token, Instant now)> find_caller;
  std::function<Instant()> now;
};

class Api {
 public:
  // The engine is borrowed and must outlive the Api.
  Api(const engine::Engine& engine, Surroundings surroundings);

  // Any thread. Never throws; our own faults are answered with 500 `internal`.
  http::Response handle(const http::Request& request) const;

 private:
  const engine::Engine& engine_;
  Surroundings surroundings_;
};

// The answer in the error form for what went wrong before there was a request to handle: 400, 408,
// 413, 431, 503. The limit is that which was passed: bytes with 413 and 431.
http::Response error_response(int status, std::size_t limit);

}  // namespace chatreports::api
