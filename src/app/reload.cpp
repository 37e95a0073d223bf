#include "app/reload.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/clock.h"
#include "app/log.h"

namespace chatreports::app {
namespace {

constexpr std::array<std::string_view, 6> reloaded = {
    "access-log", "log-level", "max-requests-per-second", "slow-request", "tls-cert", "tls-key"};

}  // namespace

void warn_of_certificate(const std::optional<http::TlsFiles>& files, const http::Server& server) {
  const std::string why =
      server.why_certificate_is_not_valid(unix_microseconds(now()) / microseconds_per_second);
  if (why.empty()) return;
  spdlog::warn("clients will refuse the TLS certificate {}: {}", files->certificate, why);
}

void Reload::run() {
  if (!options_.settings_file.empty()) read_settings();
  read_certificate();
}

void Reload::read_settings() {
  auto read = options_.read_again();
  if (!read) {
    spdlog::error("SIGHUP: {}; the server goes on with the old settings", read.error().message);
    return;
  }
  std::vector<std::string> others = changed_settings(options_.settings, read->settings);
  std::erase_if(others, [](const std::string& name) {
    return std::ranges::find(reloaded, name) != reloaded.end();
  });
  const bool had_tls = options_.http.tls.has_value();
  if (had_tls != read->http.tls.has_value()) {
    others.emplace_back("tls-cert");
    read->http.tls = options_.http.tls;
  }
  set_log_level(read->log.level);
  running_.request_lines.set(read->request_lines);
  running_.api.limit_requests(read->api.max_requests_per_second);
  spdlog::info("SIGHUP: the settings were read again");
  if (!others.empty()) {
    spdlog::warn("SIGHUP: these settings have changed and count from the next start on: {}",
                 fmt::join(others, ", "));
  }
  read->read_again = options_.read_again;
  options_ = *std::move(read);
}

void Reload::read_certificate() {
  if (!options_.http.tls) {
    spdlog::info("SIGHUP: the server has no certificate to read again");
    return;
  }
  const Result<void> loaded = running_.server.reload_tls(*options_.http.tls);
  if (loaded) {
    spdlog::info("SIGHUP: the certificate was read again");
    warn_of_certificate(options_.http.tls, running_.server);
  } else {
    spdlog::error("SIGHUP: {}; the server goes on with the old one", loaded.error().message);
  }
}

}  // namespace chatreports::app
