#include "app/pull.h"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "app/clock.h"
#include "app/connections.h"
#include "app/fetch.h"
#include "app/messages.h"
#include "app/progress_line.h"
#include "app/stamps.h"
#include "base/exception.h"
#include "pull/wait.h"
#include "store/data_folder.h"
#include "store/folder_lock.h"
#include "time/rfc3339.h"

namespace chatreports::app {
namespace {

// A round gives up if it would have to wait so long, or after so many failures in a row.
constexpr std::chrono::minutes longest_wait{5};
constexpr int most_failures = 5;
// New chats are looked for once in a round, however long it takes.
constexpr std::chrono::hours longest_round{24};

constexpr std::chrono::milliseconds time_between_looks{200};

// The records of one licence, into the store.
class StoreSink final : public pull::Sink {
 public:
  StoreSink(LicenseId license, pull::System system, store::Store& store, LicenseRules& rules,
            Instant last_stamp)
      : license_(license), system_(system), store_(store), rules_(rules), stamps_(last_stamp) {}

  Result<void> take(std::vector<chat::Record> records, const pull::PullState& state) override {
    if (auto prepared = rules_.prepare(license_, records); !prepared) return prepared;
    records.push_back(record_of(system_, state));
    const Instant received_at = stamps_.next(now());
    for (chat::Record& record : records) chat::stamp(record, received_at);
    const auto written = store_.write(license_, records);
    if (!written) return std::unexpected(written.error());
    for (const store::RefusedRecord& refused : written->refused) {
      if (refused.record + 1 == records.size()) return invalid(refused.reason);
    }
    return {};
  }

 private:
  const LicenseId license_;
  const pull::System system_;
  store::Store& store_;
  LicenseRules& rules_;
  Stamps stamps_;
};

std::string progress_of(LicenseId license, const FetchStatus& status) {
  std::string text = fmt::format("licence {}: ", license.value);
  const bool is_failing = status.failures_in_a_row > 0;
  if (is_failing) return text + "trying again after a failure";
  if (const auto part = part_fetched(status.state)) text += fmt::format("{:.0f}%  ", 100 * *part);
  text += fmt::format("{} records", status.work.records);
  if (!status.state.history_is_done && status.state.history_from) {
    text += fmt::format("  back to {}", format_rfc3339(*status.state.history_from).substr(0, 10));
  }
  return text;
}

// Fetches on a thread of its own, until everything is in, it gives up, or it is stopped.
class Round {
 public:
  Round(Fetch& fetch, std::function<void()> finished)
      : fetch_(fetch),
        finished_(std::move(finished)),
        thread_([this](const std::stop_token& stop) { run(stop); }) {}

  void request_stop() { thread_.request_stop(); }
  bool is_over() const { return is_over_; }
  // Once it is over.
  const std::string& failure() const { return failure_; }

 private:
  void run(const std::stop_token& stop) {
    try {
      fetch_all(stop);
    } catch (const std::exception& exception) {
      failure_ = error_of(exception).message;
    }
    is_over_ = true;
    finished_();
  }

  void fetch_all(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
      const Duration wait = fetch_.step(stop);
      const FetchStatus status = fetch_.status();
      if (status.is_up_to_date) return;
      const bool is_failing = status.failures_in_a_row > 0;
      if (is_failing && (wait >= longest_wait || status.failures_in_a_row >= most_failures)) {
        failure_ = status.state.failure;
        return;
      }
      pull::wait_for(wait, stop);
    }
  }

  Fetch& fetch_;
  const std::function<void()> finished_;
  std::string failure_;
  std::atomic<bool> is_over_ = false;
  std::jthread thread_;  // last: it uses all of the above
};

// Each has its credentials, or says why not.
Result<std::map<LicenseId, Result<pull::Connection>>> connections_of(
    const PullCommandOptions& options) {
  auto all = read_connections(options.data_folder);
  if (!all) return std::unexpected(std::move(all.error()));
  std::map<LicenseId, Result<pull::Connection>> chosen;
  for (const auto& [license, connection] : *all) {
    if (options.license != 0 && license.value != options.license) continue;
    const bool is_of_system = options.system.empty() ||
                              (connection && options.system == pull::name_of(connection->system()));
    if (!is_of_system) continue;
    chosen.emplace(license, connection ? with_credentials(*connection) : connection);
  }
  if (!chosen.empty()) return chosen;
  return std::unexpected(
      Error{ErrorKind::not_found,
            fmt::format(
                "{} of {} is connected; see chatreports connect --help",
                options.license == 0 ? "no licence" : fmt::format("no licence {}", options.license),
                options.data_folder)});
}

}  // namespace

int fetch_once(LicenseId license, const pull::Connection& connection, store::Store& store,
               LicenseRules& rules, StopSignals& signals) {
  const pull::System system = connection.system();
  const auto state = store.fetch_state(license, pull::name_of(system));
  if (!state) return exit_with(state.error());
  const auto last_stamp = store.last_stamp();
  if (!last_stamp) return exit_with(last_stamp.error());
  StoreSink sink(license, system, store, rules, *last_stamp);
  ProgressLine line;
  std::mutex mutex;
  std::vector<std::string> sentences;  // guarded by mutex
  pull::PullerOptions options = pull::puller_options(connection);
  options.between_steady_requests = options.between_requests;
  options.between_new = longest_round;
  Fetch fetch(license, connection, options, sink, *state,
              [&](FetchNews news, const std::string& sentence) {
                if (news != FetchNews::trouble) return;
                const std::scoped_lock lock(mutex);
                sentences.push_back(sentence);
              });
  std::optional<int> stopped_by;
  Round round(fetch, [&signals] { signals.wake(); });
  const auto say_sentences = [&] {
    const std::scoped_lock lock(mutex);
    if (!sentences.empty()) line.clear();
    for (const std::string& sentence : std::exchange(sentences, {})) say(sentence);
  };
  while (!round.is_over()) {
    if (const auto signal = signals.wait_for(time_between_looks)) {
      stopped_by = signal;
      round.request_stop();
    }
    const std::string progress = progress_of(license, fetch.status());
    say_sentences();
    if (!round.is_over()) line.show(progress, progress);
  }
  say_sentences();
  line.clear();
  const FetchStatus status = fetch.status();
  if (!round.failure().empty() && !stopped_by) {
    return exit_with(
        {ErrorKind::failed, fmt::format("licence {}: fetching from {} has failed: {}",
                                        license.value, pull::title_of(system), round.failure())});
  }
  const std::string_view left_out =
      status.work.refused == 0 ? "" : "; rows that were no chats are left out";
  const int printed = exit_printing(
      fmt::format("licence {}: {} records from {} in {} requests, in {:.1f} s{}; {}\n",
                  license.value, status.work.records, pull::title_of(system), status.work.requests,
                  static_cast<double>(line.elapsed().count()) / 1'000, left_out,
                  describe_fetched(status.state)));
  if (stopped_by) return 128 + *stopped_by;
  return printed == exit_ok && status.work.refused > 0 ? exit_some_refused : printed;
}

int run_pull(const PullCommandOptions& options) {
  if (const auto there = store::require_data_folder(options.data_folder); !there) {
    return exit_with(there.error());
  }
  const auto connections = connections_of(options);
  if (!connections) return exit_with(connections.error());
  StopSignals signals;
  auto lock = store::FolderLock::acquire(options.data_folder, "chatreports pull");
  if (!lock) {
    Error error = std::move(lock.error());
    if (error.kind == ErrorKind::in_use) {
      error.message +=
          "; a server fetches the chats of connected licences by itself, unless it has --no-fetch";
    }
    return exit_with(error);
  }
  const auto store = store::Store::open_locked(options.data_folder,
                                               [](const std::string& sentence) { say(sentence); });
  if (!store) return exit_with(store.error());
  const auto rules = LicenseRules::open(options.data_folder);
  if (!rules) return exit_with(rules.error());
  int exit_code = exit_ok;
  for (const auto& [license, connection] : *connections) {
    const int code = connection
                         ? fetch_once(license, *connection, **store, **rules, signals)
                         : exit_with({ErrorKind::failed,
                                      fmt::format("the chats of licence {} are not fetched: {}",
                                                  license.value, connection.error().message)});
    if (code > 128) return code;
    if (code != exit_ok) exit_code = code;
  }
  return exit_code;
}

}  // namespace chatreports::app
