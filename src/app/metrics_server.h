#pragma once
// A server of the figures alone, see `serve --metrics-listen`.

#include <memory>

#include "api/metrics.h"
#include "base/error.h"
#include "http/listen_address.h"
#include "http/server.h"

namespace chatreports::app {

// Serves /metrics to anybody who reaches the address, over plain HTTP, with timeouts and limits of
// bytes as in `limits`. Borrows the figures.
Result<std::unique_ptr<http::Server>> serve_metrics(const http::ListenAddress& address,
                                                    const http::ServerOptions& limits,
                                                    const api::Metrics& metrics);

}  // namespace chatreports::app
