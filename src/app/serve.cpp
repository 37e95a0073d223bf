#include "app/serve.h"

#include <fmt/format.h>
#include <malloc.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include "api/api.h"
#include "app/access.h"
#include "app/clock.h"
#include "app/damaged_licenses.h"
#include "app/directory.h"
#include "app/engine_files.h"
#include "app/fetch_service.h"
#include "app/intake.h"
#include "app/license_rules.h"
#include "app/load_engine.h"
#include "app/log.h"
#include "app/messages.h"
#include "app/metrics_server.h"
#include "app/open_files.h"
#include "app/process_figures.h"
#include "app/reload.h"
#include "app/request_lines.h"
#include "app/server_figures.h"
#include "app/service_manager.h"
#include "app/stop_signals.h"
#include "app/token_desk.h"
#include "app/writer.h"
#include "base/product_version.h"
#include "engine/open.h"
#include "store/data_folder.h"
#include "store/folder_lock.h"
#include "store/store.h"
#include "time/rfc3339.h"
#include "time/zone.h"

namespace chatreports::app {
namespace {

// Gives the memory of a large answer back to the system when the answer was sent. By default, the C
// library keeps up to 64 MiB for each thread once it has seen a large block.
void give_memory_back() {
  constexpr int large_block = 4 << 20;
  ::mallopt(M_MMAP_THRESHOLD, large_block);
  ::mallopt(M_TRIM_THRESHOLD, large_block);
}

Duration elapsed() {
  const auto passed = std::chrono::steady_clock::now().time_since_epoch();
  return std::chrono::duration_cast<Duration>(passed);
}

std::string whole_path(const std::string& path) {
  std::error_code error;
  const std::filesystem::path whole = std::filesystem::absolute(path, error);
  return error ? path : whole.lexically_normal().string();
}

std::string newest_chat(const engine::Engine& engine, const std::vector<LicenseId>& licenses) {
  std::optional<Instant> newest;
  for (const LicenseId license : licenses) {
    const auto starts = engine.content(license).starts;
    if (starts) newest = std::max(starts->to, newest.value_or(starts->to));
  }
  return newest ? fmt::format(" (the newest began at {})", format_rfc3339_second(*newest)) : "";
}

// "http://127.0.0.1:8080, unix:/run/chatreports.sock"
std::string addresses_of(const http::Server& server, bool has_tls, bool has_schemes) {
  std::string text;
  for (const http::ListenAddress& address : server.addresses()) {
    const bool is_tcp = std::holds_alternative<http::TcpAddress>(address);
    if (!text.empty()) text += ", ";
    if (is_tcp && has_schemes) text += has_tls ? "https://" : "http://";
    text += http::format_address(address);
  }
  return text;
}

std::vector<http::ListenAddress> where_to_listen(const ServeOptions& options) {
  std::vector<http::ListenAddress> addresses = take_inherited_sockets();
  addresses.insert(addresses.begin(), options.listen.begin(), options.listen.end());
  if (addresses.empty()) addresses = http::ServerOptions{}.listen;
  return addresses;
}

}  // namespace

int run_serve(const ServeOptions& given) {
  ServeOptions options = given;
  options.http.stop_timeout = options.http.stop_timeout * 3 / 4;  // the rest is for what is saved
  StopSignals signals(StopSignals::Hangup::is_waited_for);
  const ServiceManager manager;
  log_to_standard_error(options.log);
  std::optional<EndAtSignal> ending(exit_ok);
  if (const auto zones = Zone::read_all(); !zones) return exit_with(zones.error());
  if (const auto is_ours = store::refuse_foreign_folder(options.data_folder); !is_ours) {
    return exit_with(is_ours.error());
  }
  const auto lock = store::FolderLock::acquire(options.data_folder, "chatreports serve");
  if (!lock) return exit_with(lock.error());
  auto store = store::Store::open_locked(
      options.data_folder, [](const std::string& sentence) { spdlog::warn("{}", sentence); });
  if (!store) return exit_with(store.error());
  // Records that are written into removed files can't be acknowledged.
  const std::shared_ptr<const store::DataFiles> data_files = (*store)->files();
  const auto rules = LicenseRules::open(options.data_folder);
  if (!rules) return exit_with(rules.error());

  // Opened before anybody is answered. Directory closes the store's file last.
  const auto access = Access::open(options.data_folder, data_files);
  if (!access) return exit_with(access.error());
  const auto directory = Directory::open(options.data_folder, data_files, **rules);
  if (!directory) return exit_with(directory.error());
  const auto token_desk = TokenDesk::open(options.data_folder, data_files, **access);
  if (!token_desk) return exit_with(token_desk.error());
  engine::IdleThreads idle_threads;
  const auto engine = engine::open_engine(engine::NativeOptions{
      .folder = options.data_folder + "/engine", .idle_threads = &idle_threads});
  DamagedLicenses damaged(options.allow_damaged);
  std::unique_ptr<EngineFiles> files;  // ends after the writer, and saves the engine then
  Intake intake(options.data_folder, {*data_files, **access, **rules, damaged},
                options.max_waiting_webhooks);
  FetchService fetch_service(options.data_folder, intake, **directory);
  RequestLines request_lines(options.request_lines);
  const api::Api api({*engine, **access, intake, **directory, &request_lines, token_desk->get(),
                      options.fetches ? &fetch_service : nullptr},
                     {.now = now, .elapsed = elapsed}, options.api);
  allow_open_files(options.http.max_connections);
  http::ServerOptions server_options = options.http;
  server_options.listen = where_to_listen(options);
  server_options.unix_time = [] { return unix_microseconds(now()) / microseconds_per_second; };
  auto server = http::Server::start(
      server_options, {[&api](const http::Request& head) { return api.admit(head); },
                       [&api](const http::Refusal& refusal, const http::Request* head) {
                         return api.refuse(refusal, head);
                       }});
  if (!server) return exit_with(server.error());
  spdlog::info("chatreports {} uses the data folder {}", product_version(),
               whole_path(options.data_folder));
  warn_of_certificate(options.http.tls, **server);
  api::Metrics& metrics = api.metrics();
  // Read by the threads of both servers, which end before it.
  std::atomic<const EngineFiles*> files_now = nullptr;
  metrics.add(process_figures);
  metrics.add([&engine] { return engine_figures(*engine); });
  metrics.add([&server] { return connection_figures((*server)->load()); });
  metrics.add([&] { return store_figures(options.data_folder, *engine, intake, files_now); });
  metrics.add([&] { return fetch_figures(options.fetches ? &fetch_service : nullptr); });
  std::unique_ptr<http::Server> metrics_server;
  if (options.metrics) {
    auto started = serve_metrics(*options.metrics, server_options, metrics);
    if (!started) return exit_with(started.error());
    metrics_server = *std::move(started);
  }
  const bool has_tls = options.http.tls.has_value();
  spdlog::info("listening on {}; reading the data folder", addresses_of(**server, has_tls, false));
  if (const auto restored = restore_engine(*engine, **store); !restored.why.empty()) {
    spdlog::warn("the engine's files can't be used and are rebuilt: {}", restored.why);
  }
  ending.reset();
  const ChangeNumber saved = engine->applied();
  const Result<bool> filled = fill_engine(*engine, **store, signals);
  if (!filled) return exit_with(filled.error());
  if (!*filled) return exit_ok;
  give_memory_back();
  damaged.set((*store)->damage());
  const auto origin = (*store)->origin();
  if (!origin) return exit_with(origin.error());
  files = std::make_unique<EngineFiles>(*engine, *origin, saved, [&damaged, data_files] {
    return damaged.are_none() && data_files->check();
  });
  files_now = files.get();
  // An import may have been killed.
  if (const Result<void> ended = (*store)->end_import(); !ended) {
    spdlog::warn("records can't be taken in for now: {}", ended.error().message);
  }
  if ((*access)->knows_webhooks()) {
    const Result<void> prepared = (*store)->prepare_for_webhooks();
    if (!prepared) return exit_with(prepared.error());
  }
  const auto last_stamp = (*store)->last_stamp();
  if (!last_stamp) return exit_with(last_stamp.error());
  const auto licenses = (*store)->licenses();
  if (!licenses) return exit_with(licenses.error());
  intake.begin(std::make_unique<Writer>(
      *std::move(store), *last_stamp, *engine,
      WriterCallbacks{
          .directory_changed = [&directory](LicenseId license) { (*directory)->forget(license); },
          .damage_found = [&damaged](const store::Damage& damage) { damaged.set(damage); },
          .keeps_from =
              [&options](LicenseId license) {
                return options.retention.keeps_from(license, now());
              }}));
  const engine::EngineSize size = engine->size();
  spdlog::info("serving {} chats of {} licences{} on {}", size.chats, size.licenses,
               newest_chat(*engine, *licenses), addresses_of(**server, has_tls, true));
  if (options.fetches) {
    fetch_service.begin();
  } else {
    spdlog::info("chats of connected licences are not fetched (--no-fetch)");
  }
  manager.say_ready(fmt::format("Serving {} chats of {} licences", size.chats, size.licenses));

  Reload reload(given, {.server = **server, .api = api, .request_lines = request_lines});
  while (true) {
    const std::optional<int> signal = signals.wait(manager.time_between_signs());
    if (!signal) {
      if ((*server)->is_alive()) manager.say_alive();
      continue;
    }
    if (*signal != SIGHUP) break;
    manager.say_reloading();
    reload.run();
    manager.say_ready("");
  }
  manager.say_stopping();
  spdlog::info("stopping; finishing requests under way");
  ending.emplace(given.http.stop_timeout, [] {
    spdlog::warn(
        "stopping took longer than --stop-timeout and was aborted; everything acknowledged is in "
        "the data folder, but the next start may take longer");
    return exit_ok;
  });
  intake.stop_at(std::chrono::steady_clock::now() + options.http.stop_timeout);
  fetch_service.stop();
  if (metrics_server) metrics_server->stop();
  (*server)->stop();
  intake.end();
  files.reset();
  spdlog::info("stopped");
  return exit_ok;
}

int check_serve(const ServeOptions& options) {
  if (const auto zones = Zone::read_all(); !zones) return exit_with(zones.error());
  if (const auto checked = http::Server::check(options.http); !checked) {
    return exit_with(checked.error());
  }
  return exit_printing("the settings are valid\n");
}

}  // namespace chatreports::app
