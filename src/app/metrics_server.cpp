#include "app/metrics_server.h"

#include <spdlog/spdlog.h>

#include <optional>
#include <string_view>

#include "api/about.h"
#include "api/errors.h"
#include "api/refusals.h"

namespace chatreports::app {

Result<std::unique_ptr<http::Server>> serve_metrics(const http::ListenAddress& address,
                                                    const http::ServerOptions& limits,
                                                    const api::Metrics& metrics) {
  constexpr std::size_t most_connections = 100;
  http::ServerOptions options = limits;
  options.listen = {address};
  options.threads = 1;
  options.max_connections = most_connections;
  options.tls = std::nullopt;
  const auto admit = [&metrics](const http::Request& head) -> http::Admission {
    const std::string_view path =
        std::string_view(head.target).substr(0, head.target.find_first_of("?#"));
    const bool is_read = head.method == "GET" || head.method == "HEAD";
    if (path != "/metrics" || !is_read) {
      return http::Inline{[](const http::Request&) {
        return api::error_answer(api::ErrorType::not_found, "There is only GET /metrics here");
      }};
    }
    return http::InSlot{{},
                        [&metrics](const http::Request&) { return api::metrics_answer(metrics); }};
  };
  auto server =
      http::Server::start(options, {admit, [](const http::Refusal& refusal, const http::Request*) {
                                      return api::refused_by_server(refusal);
                                    }});
  if (server) {
    spdlog::info("listening on {} for Prometheus",
                 http::format_address((*server)->addresses().front()));
  }
  return server;
}

}  // namespace chatreports::app
