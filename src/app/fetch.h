#pragma once
// Fetches the chats of a licence from another system, as its connection says.

#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "base/numbers.h"
#include "chat/record.h"
#include "pull/connection.h"
#include "pull/puller.h"
#include "pull/source.h"
#include "time/instant.h"

namespace chatreports::app {

struct FetchStatus {
  pull::PullState state;
  pull::PullWork work;
  int failures_in_a_row = 0;
  bool is_up_to_date = false;
};

// The record that sinks put after those of a page.
chat::Record record_of(pull::System system, const pull::PullState& state);

enum class FetchNews : std::uint8_t { progress, trouble };

class Fetch {
 public:
  // Takes a sentence for the operator, from the thread of step().
  using Tell = std::function<void(FetchNews news, const std::string& sentence)>;

  // Borrows the sink. `state` is what it has stored of an earlier Fetch.
  Fetch(LicenseId license, const pull::Connection& connection, const pull::PullerOptions& options,
        pull::Sink& sink, const std::optional<std::string>& state, Tell tell);

  // Asks for at most one page or list, and returns how long to wait before the next call. One
  // thread.
  Duration step(const std::stop_token& stop);

  // Waits; returns early if a stop is requested, and soon after a hint unless requests fail.
  void wait(Duration time, const std::stop_token& stop);

  // The chat with this number has changed. Any thread.
  void hint(std::int64_t chat);

  // Any thread.
  FetchStatus status() const;

 private:
  FetchStatus status_at(Instant now) const;
  void tell_what_is_new(const FetchStatus& before, const FetchStatus& after) const;

  const LicenseId license_;
  const pull::System system_;
  const Tell tell_;
  const std::unique_ptr<pull::Source> source_;
  pull::Puller puller_;
  mutable std::mutex mutex_;
  std::condition_variable_any hinted_;
  FetchStatus status_;      // guarded by mutex_
  bool has_hints_ = false;  // guarded by mutex_; since the last wait
};

// Returns how far the first fetch has come, from 0 to 1; nothing if that is not known.
std::optional<double> part_fetched(const pull::PullState& state);

// Returns clauses for people: how much is in, when the last request succeeded, and what failed
// last.
std::string describe_fetched(const pull::PullState& state);

}  // namespace chatreports::app
