#include "app/fetch_service.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <exception>
#include <future>
#include <utility>
#include <variant>
#include <vector>

#include "app/connections.h"
#include "base/exception.h"
#include "base/hex.h"
#include "base/hmac_sha256.h"
#include "pull/wait.h"

namespace chatreports::app {
namespace {

constexpr std::chrono::seconds time_between_looks{2};

// The records of one licence, into the store and the engine.
class IntakeSink final : public pull::Sink {
 public:
  IntakeSink(LicenseId license, pull::System system, Intake& intake)
      : license_(license), system_(system), intake_(intake) {}

  Result<void> take(std::vector<chat::Record> records, const pull::PullState& state) override {
    if (auto can = intake_.can_acknowledge(); !can) return can;
    records.push_back(record_of(system_, state));
    const std::size_t of_state = records.size() - 1;
    const auto written = std::make_shared<std::promise<Result<void>>>();
    auto result = written->get_future();
    intake_.take_in(license_, api::Channel::bulk, std::move(records),
                    [written, of_state](const Result<std::vector<api::RefusedRecord>>& done) {
                      written->set_value(result_of(done, of_state));
                    });
    return result.get();
  }

 private:
  static Result<void> result_of(const Result<std::vector<api::RefusedRecord>>& done,
                                std::size_t of_state) {
    if (!done) return std::unexpected(done.error());
    for (const api::RefusedRecord& refused : *done) {
      if (refused.record == of_state) return invalid(refused.reason);
    }
    return {};
  }

  const LicenseId license_;
  const pull::System system_;
  Intake& intake_;
};

void log(FetchNews news, const std::string& sentence) {
  spdlog::log(news == FetchNews::trouble ? spdlog::level::warn : spdlog::level::info, "{}",
              sentence);
}

}  // namespace

class FetchService::Worker {
 public:
  Worker(LicenseId license, pull::Connection given, const pull::Connection& whole, Intake& intake,
         const std::optional<std::string>& state)
      : given_(std::move(given)),
        sink_(license, whole.system(), intake),
        fetch_(license, whole, pull::puller_options(whole), sink_, state, log),
        thread_([this](const std::stop_token& stop) {
          while (!stop.stop_requested()) fetch_.wait(step(stop), stop);
        }) {}

  const pull::Connection& connection() const { return given_; }
  FetchStatus status() const { return fetch_.status(); }
  void hint(std::int64_t chat) { fetch_.hint(chat); }
  void request_stop() { thread_.request_stop(); }
  void join() {
    if (thread_.joinable()) thread_.join();
  }

 private:
  Duration step(const std::stop_token& stop) {
    try {
      return fetch_.step(stop);
    } catch (const std::exception& exception) {
      spdlog::error("chats can't be fetched: {}", error_of(exception).message);
      return std::chrono::minutes(1);
    }
  }

  const pull::Connection given_;
  IntakeSink sink_;
  Fetch fetch_;
  std::jthread thread_;  // last: it uses all of the above
};

FetchService::FetchService(std::string data_folder, Intake& intake, const Directory& directory)
    : data_folder_(std::move(data_folder)), intake_(intake), directory_(directory) {}

void FetchService::begin() {
  follower_ = std::jthread([this](const std::stop_token& stop) { follow(stop); });
}

void FetchService::stop() {
  if (!follower_.joinable()) return;
  follower_.request_stop();
  follower_.join();
  for (const auto& [license, worker] : workers_) worker->request_stop();
  for (const auto& [license, worker] : workers_) worker->join();
}

std::map<LicenseId, FetchStatus> FetchService::statuses() const {
  const std::scoped_lock lock(mutex_);
  std::map<LicenseId, FetchStatus> statuses = not_fetched_;
  for (const auto& [license, worker] : workers_) statuses.emplace(license, worker->status());
  return statuses;
}

std::shared_ptr<FetchService::Worker> FetchService::worker_of(LicenseId license) const {
  const std::scoped_lock lock(mutex_);
  const auto found = workers_.find(license);
  return found == workers_.end() ? nullptr : found->second;
}

bool FetchService::is_signed_by_chatwoot(LicenseId license, std::string_view text,
                                         std::string_view signature) const {
  constexpr std::string_view prefix = "sha256=";
  const auto worker = worker_of(license);
  if (worker == nullptr || !signature.starts_with(prefix)) return false;
  const auto* const account = std::get_if<pull::ChatwootAccount>(&worker->connection().account);
  if (account == nullptr || account->webhook_secret.empty()) return false;
  std::string expected;
  append_hex(expected, hmac_sha256(account->webhook_secret, text));
  return is_equal(sha256(expected), sha256(signature.substr(prefix.size())));
}

void FetchService::changed(LicenseId license, std::int64_t conversation) {
  if (const auto worker = worker_of(license)) worker->hint(conversation);
}

void FetchService::follow(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    try {
      look();
    } catch (const std::exception& exception) {
      say_once(LicenseId{0}, fmt::format("chats of connected licences can't be fetched: {}",
                                         error_of(exception).message));
    }
    pull::wait_for(time_between_looks, stop);
  }
}

void FetchService::say_once(LicenseId license, const std::string& sentence) {
  std::string& said = said_[license];
  if (said != sentence && !sentence.empty()) spdlog::warn("{}", sentence);
  said = sentence;
}

FetchStatus FetchService::not_fetched(LicenseId license, const std::string& why) {
  say_once(license, fmt::format("the chats of licence {} are not fetched: {}", license.value, why));
  FetchStatus status;
  status.state.failure = why;
  return status;
}

void FetchService::look() {
  constexpr LicenseId none{0};
  const auto connections = read_connections(data_folder_);
  say_once(none, connections ? "" : connections.error().message);
  if (!connections) return;
  std::map<LicenseId, std::shared_ptr<Worker>> workers;
  {
    const std::scoped_lock lock(mutex_);
    workers = workers_;
  }
  // A worker ends before another one of its licence begins.
  std::erase_if(workers, [&](auto& one) {
    const auto found = connections->find(one.first);
    const bool stays =
        found != connections->end() && found->second && *found->second == one.second->connection();
    if (stays) return false;
    one.second->request_stop();
    if (found == connections->end()) {
      spdlog::info("the chats of licence {} are fetched no more: it was disconnected",
                   one.first.value);
    }
    return true;
  });
  {
    const std::scoped_lock lock(mutex_);
    std::swap(workers, workers_);
  }
  // Waits for those that end, also where a webhook holds one.
  for (const auto& [license, worker] : workers) worker->join();
  workers.clear();
  std::map<LicenseId, FetchStatus> others;
  for (const auto& [license, connection] : *connections) {
    if (workers_.contains(license)) continue;
    const auto whole = connection ? with_credentials(*connection) : connection;
    if (!whole) {
      others.emplace(license, not_fetched(license, whole.error().message));
      continue;
    }
    if (workers_.size() >= most_connections) {
      others.emplace(license, not_fetched(license, fmt::format("a server fetches for at most {} "
                                                               "licences",
                                                               most_connections)));
      continue;
    }
    const auto state = directory_.fetch_state(license, pull::name_of(connection->system()));
    if (!state) continue;  // it is logged
    say_once(license, "");
    spdlog::info("the chats of licence {} are fetched from {}", license.value,
                 pull::title_of(connection->system()));
    auto worker = std::make_shared<Worker>(license, *connection, *whole, intake_, *state);
    const std::scoped_lock lock(mutex_);
    workers_.emplace(license, std::move(worker));
  }
  // At once, so that no reader of the metrics misses one in between.
  const std::scoped_lock lock(mutex_);
  not_fetched_ = std::move(others);
}

}  // namespace chatreports::app
