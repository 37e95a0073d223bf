#pragma once
// An HTTP server of another system, for tests.

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "base/check.h"
#include "http/server.h"

namespace chatreports::pull {

using Answering = std::function<http::Response(const http::Request&)>;

// It runs until it is destroyed.
inline std::unique_ptr<http::Server> start_answering(Answering answer) {
  http::ServerOptions options;
  options.listen = {http::TcpAddress{.port = 0}};
  const auto refuse = [](const http::Refusal& refusal, const http::Request*) {
    return http::Response{refusal.status, {}, refusal.reason};
  };
  auto server = http::Server::start(options, {[answer = std::move(answer)](const http::Request&) {
                                                return http::InSlot{{}, answer};
                                              },
                                              refuse});
  CHECK(server.has_value());
  return *std::move(server);
}

inline std::string url_of(const http::Server& server) {
  return "http://127.0.0.1:" + std::to_string(server.port());
}

}  // namespace chatreports::pull
