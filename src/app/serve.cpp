#include "app/serve.h"

#include <malloc.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "api/api.h"
#include "app/access.h"
#include "app/arguments.h"
#include "app/clock.h"
#include "app/damaged_licenses.h"
#include "app/engine_files.h"
#include "app/ignored_actions.h"
#include "app/intake.h"
#include "app/log.h"
#include "app/messages.h"
#include "app/open_files.h"
#include "app/property_keys.h"
#include "app/stop_signals.h"
#include "engine/open.h"
#include "store/data_folder.h"
#include "store/folder_lock.h"
#include "store/store.h"
#include "time/zone.h"

namespace chatreports::app {
namespace {

constexpr std::size_t changes_per_batch = 65'536;
constexpr std::uint64_t batches_in_memory = 16;
constexpr std::chrono::seconds time_between_lines{2};

// Takes up the engine's files where they hold what the store held when they were written.
void restore(engine::Engine& engine, store::Store& store) {
  bool is_of_this_store = true;
  bool can_go_on = true;
  const Result<bool> restored = engine.restore([&](std::int64_t origin, ChangeNumber last) {
    is_of_this_store = store.knows(origin, last).value_or(false);
    // The server reads the changes that the files lack from the store.
    if (is_of_this_store && last != store.last_change()) {
      const auto damage = store.find_damage();
      can_go_on = damage && !damage->is_of_history;
    }
    return is_of_this_store && can_go_on;
  });
  if (!restored) {
    spdlog::warn("the engine's files can't be used and are made anew: {}",
                 restored.error().message);
  } else if (!can_go_on) {
    spdlog::warn(
        "the engine's files are made anew, because the store is damaged where it says what has "
        "changed since they were written");
  } else if (!is_of_this_store) {
    spdlog::warn(
        "the engine's files are not of this store (was it restored from a backup?) and are made "
        "anew");
  }
}

// Feeds the engine with all that the store knows and it does not. Answers whether to go on: not
// when a signal came.
Result<bool> fill(engine::Engine& engine, store::Store& store, StopSignals& signals) {
  if (engine.applied() == ChangeNumber{0}) {
    if (const auto damage = store.find_damage(); !damage) return std::unexpected(damage.error());
  }
  const auto last = store.last_change();
  if (!last) return std::unexpected(last.error());
  bool stopped = false;
  std::uint64_t facts = 0;
  std::uint64_t batches = 0;
  bool can_be_moved = true;
  auto said_at = std::chrono::steady_clock::now();
  const Result<void> replayed = store.replay(
      engine.applied(), changes_per_batch,
      [&](std::span<const chat::Change> changes) -> Result<void> {
        if (signals.wait_for(std::chrono::milliseconds(0))) {
          stopped = true;
          return failed("stopped");
        }
        facts += changes.size();
        const auto time = std::chrono::steady_clock::now();
        if (time - said_at >= time_between_lines) {
          said_at = time;
          spdlog::info("reading the data folder: {} facts so far", facts);
        }
        if (auto applied = engine.apply(changes); !applied) return applied;
        // So that a folder of any size can be read with little memory; without files it takes more.
        if (++batches % batches_in_memory == 0 && can_be_moved) {
          const Result<void> moved = engine.move_to_files();
          can_be_moved = moved.has_value();
          if (!moved) {
            spdlog::warn("the engine's files can't be written, so it takes more memory: {}",
                         moved.error().message);
          }
        }
        return {};
      });
  if (stopped) return false;
  if (!replayed) return std::unexpected(replayed.error());
  engine.has_all_up_to(*last);
  ::malloc_trim(0);  // facts on their way into segments take several times what these do
  return true;
}

// The memory of a large answer is given back to the system when the answer is gone. Left to itself,
// the C library keeps up to 64 MiB for each thread once it has seen a large block.
void give_memory_back() {
  constexpr int large_block = 4 << 20;
  ::mallopt(M_MMAP_THRESHOLD, large_block);
  ::mallopt(M_TRIM_THRESHOLD, large_block);
}

// For those who have no right to know where the folder is.
std::string without_folder(std::string message, const std::string& folder) {
  for (const auto& [name, instead] :
       {std::pair(folder + '/', ""), std::pair(folder, "the folder")}) {
    for (std::size_t at = 0; (at = message.find(name, at)) != message.npos;) {
      message.replace(at, name.size(), instead);
    }
  }
  return message;
}

void warn_of_certificate(const http::ServerOptions& options, const http::Server& server) {
  const std::string why =
      server.why_certificate_is_not_valid(unix_microseconds(now()) / microseconds_per_second);
  if (why.empty()) return;
  spdlog::warn("clients will refuse the TLS certificate {}: {}", options.tls->certificate, why);
}

void reload_tls(const http::ServerOptions& options, http::Server& server) {
  if (!options.tls) {
    spdlog::info("SIGHUP: there is no certificate to read again");
    return;
  }
  const Result<void> loaded = server.reload_tls();
  if (loaded) {
    spdlog::info("SIGHUP: the certificate was read again");
    warn_of_certificate(options, server);
  } else {
    spdlog::error("SIGHUP: {}; the one from before stays", loaded.error().message);
  }
}

}  // namespace

int run_serve(const ServeOptions& given) {
  ServeOptions options = given;
  options.http.stop_timeout = options.http.stop_timeout * 3 / 4;  // the rest is for what is saved
  StopSignals signals(StopSignals::Hangup::is_waited_for);
  log_to_standard_error();
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
  const auto keys = PropertyKeys::open(options.data_folder);
  if (!keys) return exit_with(keys.error());

  engine::IdleThreads idle_threads;
  const auto engine = engine::open_engine(engine::NativeOptions{
      .folder = options.data_folder + "/engine", .idle_threads = &idle_threads});
  // Made before is_ready says so.
  std::unique_ptr<Access> access;
  std::unique_ptr<EngineFiles> files;
  std::unique_ptr<Intake> intake;      // ends before the files, which are saved at the end
  std::atomic<bool> is_ready = false;  // all that is in the store is in the engine
  IgnoredActions ignored;
  DamagedLicenses damaged(options.allow_damaged);
  api::Surroundings surroundings;
  surroundings.find_caller = [&access](std::string_view token, const api::Asker& asker,
                                       Instant at) { return access->find(token, asker, at); };
  surroundings.share_of = [&access](std::string_view token) { return access->share_of(token); };
  surroundings.now = now;
  surroundings.time_passed = [] {
    const auto passed = std::chrono::steady_clock::now().time_since_epoch();
    return Duration{std::chrono::duration_cast<std::chrono::microseconds>(passed).count()};
  };
  surroundings.is_ready = [&is_ready] { return is_ready.load(); };
  std::atomic<bool> has_said_why_not = false;
  surroundings.can_acknowledge = [&]() -> Result<void> {
    const Result<void> there = data_files->check();
    if (!there && !has_said_why_not.exchange(true)) {
      spdlog::error("records can't be acknowledged: {}", there.error().message);
    }
    if (!there) return failed(without_folder(there.error().message, options.data_folder));
    has_said_why_not = false;
    return access->is_usable() ? Result<void>() : failed("access tokens can't be read");
  };
  surroundings.wholeness = [&damaged](LicenseId license) { return damaged.wholeness(license); };
  std::once_flag unknown_secret;
  surroundings.find_webhook = [&access, &unknown_secret](std::string_view secret) {
    const auto license = access->find_webhook(secret);
    if (license && !*license) {
      std::call_once(unknown_secret, [] {
        spdlog::warn(
            "a webhook came with a secret_key that is not known here, and was answered 401, as "
            "others like it will be; `chatreports webhook create` makes one known");
      });
    }
    return license;
  };
  surroundings.take_in = [&intake, &keys](LicenseId license, api::Channel channel,
                                          std::vector<chat::Record> records, api::Done done) {
    if (const Result<void> keyed = (*keys)->digest(license, records); !keyed) {
      spdlog::error("records can't be taken in: {}", keyed.error().message);
      return done(std::unexpected(keyed.error()));
    }
    intake->take_in(license, channel, std::move(records), std::move(done));
  };
  surroundings.digest_key = [&keys](LicenseId license) { return (*keys)->find(license); };
  // One licence leaves room for the others.
  surroundings.can_take_in = [&intake, &options](LicenseId license) {
    return intake->waiting() < options.max_waiting_webhooks &&
           intake->waiting_webhooks(license) <
               std::max<std::size_t>(1, options.max_waiting_webhooks / 2);
  };
  surroundings.count_ignored = [&ignored](const std::string& action) { ignored.count(action); };
  const api::Api api(*engine, std::move(surroundings), options.api);
  allow_open_files(options.http.max_connections);
  http::ServerOptions server_options = options.http;
  server_options.unix_time = [] { return unix_microseconds(now()) / microseconds_per_second; };
  auto server = http::Server::start(
      server_options,
      {[&api](const http::Request& request) { return api.handle(request); },
       [&api](const http::Request& request) { return api.handle_urgent(request); },
       api::error_response,
       {api::Api::is_stream, [&api](const http::Request& head) { return api.admit_stream(head); }},
       {api::Api::is_late,
        [&api](const http::Request& request, std::function<void(http::Response)> answer) {
          api.handle_late(request, std::move(answer));
        }},
       [&api](http::Request& request) { return api.share_of(request); }});
  if (!server) return exit_with(server.error());
  warn_of_certificate(server_options, **server);
  const std::string address = format_address({options.http.host, (*server)->port()});
  spdlog::info("listening on {}; reading the data folder", address);
  restore(*engine, **store);
  ending.reset();
  const ChangeNumber saved = engine->applied();
  const Result<bool> filled = fill(*engine, **store, signals);
  if (!filled) return exit_with(filled.error());
  if (!*filled) return exit_ok;
  give_memory_back();
  damaged.set((*store)->damage());
  const auto origin = (*store)->origin();
  if (!origin) return exit_with(origin.error());
  files = std::make_unique<EngineFiles>(*engine, *origin, saved, [&damaged, data_files] {
    return damaged.are_none() && data_files->check();
  });
  auto opened = Access::open(options.data_folder, data_files);
  if (!opened) return exit_with(opened.error());
  access = *std::move(opened);
  // One may have been killed.
  if (const Result<void> ended = (*store)->end_import(); !ended) {
    spdlog::warn("records can't be taken in for now: {}", ended.error().message);
  }
  if (access->knows_webhooks()) {
    const Result<void> prepared = (*store)->prepare_for_webhooks();
    if (!prepared) return exit_with(prepared.error());
  }
  const auto last_stamp = (*store)->last_stamp();
  if (!last_stamp) return exit_with(last_stamp.error());
  intake = std::make_unique<Intake>(
      *std::move(store), *last_stamp, *engine,
      [&access](LicenseId license) { access->forget_timezones(license); },
      [&damaged](const store::Damage& damage) { damaged.set(damage); });
  is_ready = true;
  const engine::EngineSize size = engine->size();
  spdlog::info("serving {} chats of {} licences on {}://{}", size.chats, size.licenses,
               options.http.tls ? "https" : "http", address);

  while (signals.wait() == SIGHUP) reload_tls(options.http, **server);
  spdlog::info("stopping; requests under way are finished");
  ending.emplace(given.http.stop_timeout, [] {
    spdlog::warn(
        "stopping took longer than --stop-timeout and was broken off; what was acknowledged is in "
        "the data folder, and the next start may take longer");
    return exit_ok;
  });
  intake->stop_at(std::chrono::steady_clock::now() + options.http.stop_timeout);
  (*server)->stop();
  intake.reset();
  files.reset();
  access.reset();
  spdlog::info("stopped");
  return exit_ok;
}

}  // namespace chatreports::app
