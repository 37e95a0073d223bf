#include "app/fetch.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <utility>

#include "app/clock.h"
#include "time/rfc3339.h"

namespace chatreports::app {
namespace {

pull::PullState state_of(const std::optional<std::string>& text, const Fetch::Tell& tell) {
  if (!text) return {};
  auto state = pull::parse_pull_state(*text);
  if (state) return *std::move(state);
  tell(FetchNews::trouble, fmt::format("{}; all chats are fetched again", state.error().message));
  return {};
}

// Spreads the retries of many servers.
std::function<double()> make_chance() {
  return [random = std::mt19937(std::random_device()())]() mutable {
    return std::uniform_real_distribution<double>()(random);
  };
}

std::string part_in_words(const pull::PullState& state) {
  if (state.history_is_done) {
    return state.since
               ? fmt::format("all chats since {} are in", format_rfc3339_second(*state.since))
               : "all chats are in";
  }
  if (!state.history_from) return "the first fetch has not begun";
  const auto part = part_fetched(state);
  return fmt::format("chats since {} are in{}", format_rfc3339_second(*state.history_from),
                     part ? fmt::format(", {:.0f}% of the period", 100 * *part) : "");
}

}  // namespace

chat::Record record_of(pull::System system, const pull::PullState& state) {
  return chat::FetchState{std::string(pull::name_of(system)), pull::format_pull_state(state)};
}

std::optional<double> part_fetched(const pull::PullState& state) {
  if (state.history_is_done) return 1;
  if (!state.begin || !state.newest || *state.newest <= *state.begin) return std::nullopt;
  const Instant from = state.history_from.value_or(*state.newest);
  const auto fetched = static_cast<double>((*state.newest - from).count());
  const auto all = static_cast<double>((*state.newest - *state.begin).count());
  return std::clamp(fetched / all, 0.0, 1.0);
}

std::string describe_fetched(const pull::PullState& state) {
  std::string text = part_in_words(state);
  if (state.succeeded_at) {
    text +=
        fmt::format("; last asked with success at {}", format_rfc3339_second(*state.succeeded_at));
  }
  if (!state.failure.empty() && state.failed_at) {
    text +=
        fmt::format("; fails since {}: {}", format_rfc3339_second(*state.failed_at), state.failure);
  }
  return text;
}

Fetch::Fetch(LicenseId license, const pull::Connection& connection,
             const pull::PullerOptions& options, pull::Sink& sink,
             const std::optional<std::string>& state, Tell tell)
    : license_(license),
      system_(connection.system()),
      tell_(std::move(tell)),
      source_(pull::open_source(connection)),
      puller_(*source_, sink, state_of(state, tell_), options, make_chance()),
      status_(status_at(now())) {}

FetchStatus Fetch::status_at(Instant now) const {
  return {puller_.state(), puller_.work(), puller_.failures_in_a_row(), puller_.is_up_to_date(now)};
}

FetchStatus Fetch::status() const {
  const std::scoped_lock lock(mutex_);
  return status_;
}

Duration Fetch::step(const std::stop_token& stop) {
  const Duration wait = puller_.step(now(), stop);
  FetchStatus after = status_at(now());
  tell_what_is_new(status_, after);
  const std::scoped_lock lock(mutex_);
  status_ = std::move(after);
  return wait;
}

void Fetch::hint(std::int64_t chat) {
  source_->hint(chat);
  const std::scoped_lock lock(mutex_);
  has_hints_ = true;
  hinted_.notify_all();
}

// A chat that goes on changes again and again, and is fetched once for what changes meanwhile.
void Fetch::wait(Duration time, const std::stop_token& stop) {
  constexpr Duration time_for_more = std::chrono::seconds(2);
  std::unique_lock lock(mutex_);
  // After a failure, and while there is more to do, nothing shortens the wait.
  if (status_.failures_in_a_row > 0 || time <= time_for_more) {
    hinted_.wait_for(lock, stop, time, [] { return false; });
    return;
  }
  if (!hinted_.wait_for(lock, stop, time, [this] { return has_hints_; })) return;
  has_hints_ = false;
  hinted_.wait_for(lock, stop, time_for_more, [] { return false; });
}

void Fetch::tell_what_is_new(const FetchStatus& before, const FetchStatus& after) const {
  const auto of_license = [this](std::string_view text) {
    return fmt::format("licence {} and {}: {}", license_.value, pull::title_of(system_), text);
  };
  const std::string& failure = after.state.failure;
  if (!failure.empty() && (failure != before.state.failure || before.work.requests == 0)) {
    tell_(FetchNews::trouble,
          of_license(fmt::format("{}; reports go on with the chats that are in", failure)));
  }
  if (failure.empty() && !before.state.failure.empty()) {
    tell_(FetchNews::progress, of_license("chats are fetched again"));
  }
  if (after.work.refused > before.work.refused && before.work.refused == 0) {
    tell_(FetchNews::trouble,
          of_license(fmt::format("a row is no chat and is left out, and so may others be: {}",
                                 after.work.last_refusal)));
  }
  if (after.state.history_is_done && !before.state.history_is_done) {
    tell_(FetchNews::progress,
          of_license(fmt::format("the first fetch is done: {}", part_in_words(after.state))));
  }
}

}  // namespace chatreports::app
