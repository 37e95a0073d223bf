#include "pull/puller.h"

#include <algorithm>
#include <utility>

#include "pull/backoff.h"

namespace chatreports::pull {
namespace {

bool is_due(const std::optional<Instant>& last, Instant now, Duration period) {
  return !last || now - *last >= period;
}

bool is_on_the_same_day(Instant left, Instant right) {
  return std::chrono::floor<std::chrono::days>(left) ==
         std::chrono::floor<std::chrono::days>(right);
}

}  // namespace

Puller::Puller(Source& source, Sink& sink, PullState state, PullerOptions options,
               std::function<double()> chance)
    : source_(source),
      sink_(sink),
      state_(std::move(state)),
      options_(options),
      chance_(std::move(chance)) {}

bool Puller::is_up_to_date(Instant now) const {
  return !next_kind(now);
}

Duration Puller::step(Instant now, const std::stop_token& stop) {
  const std::optional<Kind> kind = next_kind(now);
  if (!kind) return options_.between_steady_requests;
  const Answer<void> done = run(*kind, now, stop);
  if (!done) return wait_after(done.error(), now);
  failures_ = 0;
  // After a pause there is much that is new.
  const bool is_steady = state_.history_is_done && !fresh_;
  return is_steady ? options_.between_steady_requests : options_.between_requests;
}

std::optional<List> Puller::next_list(Instant now) const {
  for (const List list : lists) {
    const Duration period =
        list == List::statuses ? options_.between_statuses : options_.between_teams;
    if (is_due(listed_at_[place_of(list)], now, period)) return list;
  }
  return std::nullopt;
}

std::optional<Puller::Kind> Puller::next_kind(Instant now) const {
  if (next_list(now)) return Kind::list;
  if (!state_.history_is_done && !state_.begin) return Kind::begin;
  const bool has_newest = state_.newest || state_.history_is_done;
  if (has_newest && (fresh_ || is_due(fresh_at_, now, options_.between_new))) return Kind::fresh;
  if (!state_.history_is_done) return Kind::history;
  if (again_ || is_due(state_.read_again_at, now, options_.between_reads_again)) {
    return Kind::again;
  }
  return std::nullopt;
}

Answer<void> Puller::run(Kind kind, Instant now, const std::stop_token& stop) {
  switch (kind) {
    case Kind::list:
      return fetch_list(now, stop);
    case Kind::begin:
      return find_begin(now, stop);
    case Kind::fresh:
    case Kind::again:
    case Kind::history:
      return walk_on(kind, now, stop);
  }
  return {};
}

// A list that the credentials don't include is left out until its time comes again.
Answer<void> Puller::fetch_list(Instant now, const std::stop_token& stop) {
  const List what = *next_list(now);
  ++work_.requests;
  auto answer = source_.list(what, stop);
  const bool is_forbidden = !answer && answer.error().kind == FailureKind::rights;
  if (!answer && !is_forbidden) return std::unexpected(std::move(answer.error()));
  if (is_forbidden) ++work_.failures;
  std::vector<chat::Record> records =
      is_forbidden ? std::vector<chat::Record>() : *std::move(answer);
  std::vector<chat::Record> statuses;
  if (what == List::statuses) {
    statuses = records;
    std::erase_if(records, [this](const chat::Record& record) {
      return std::ranges::find(statuses_, record) != statuses_.end();
    });
  }
  if (auto written = write(std::move(records), state_, now); !written) return written;
  if (what == List::statuses) statuses_ = std::move(statuses);
  listed_at_[place_of(what)] = now;
  is_forbidden_[place_of(what)] = is_forbidden;
  return {};
}

Answer<ChatsPage> Puller::ask(const ChatsQuery& query, const std::stop_token& stop) {
  ++work_.requests;
  auto page = source_.chats(query, stop);
  if (page) work_.refused += page->refused;
  return page;
}

Answer<void> Puller::find_begin(Instant now, const std::stop_token& stop) {
  auto page = ask({.is_ascending = true, .from = options_.since}, stop);
  if (!page) return std::unexpected(std::move(page.error()));
  PullState state = state_;
  state.begin = page->earliest;
  state.history_is_done = page->is_empty();
  // Rows that are no records have no time; the walk meets them again.
  if (!page->is_empty() && !state.begin) state.begin = options_.since.value_or(earliest_instant);
  return write({}, std::move(state), now);
}

std::optional<ChatWalk>& Puller::walk_of(Kind kind) {
  if (kind == Kind::fresh) return fresh_;
  return kind == Kind::again ? again_ : history_;
}

// The clocks of the two systems may differ, so no range begins or ends with the time here.
ChatWalk Puller::begin_walk(Kind kind, Instant now) {
  const auto at_least_since = [this](std::optional<Instant> from) {
    return options_.since ? std::max(from.value_or(*options_.since), *options_.since) : from;
  };
  if (kind == Kind::history) {
    const auto& reached = state_.history_from;
    return {false, options_.since, reached ? std::optional(*reached + end_margin) : std::nullopt};
  }
  const auto before_newest = [this](Duration time) -> std::optional<Instant> {
    if (!state_.newest) return std::nullopt;
    return *state_.newest - time;
  };
  if (kind == Kind::fresh) {
    fresh_began_at_ = now;
    fresh_latest_.reset();
    return {true, at_least_since(before_newest(options_.overlap)), std::nullopt};
  }
  again_began_at_ = now;
  is_night_ = !state_.read_at_night_at || !is_on_the_same_day(*state_.read_at_night_at, now);
  const Duration time = is_night_ ? options_.read_again_at_night : options_.read_again;
  return {false, at_least_since(before_newest(time)), std::nullopt};
}

PullState Puller::state_after(Kind kind, const ChatWalk& walk, const ChatsPage& page) {
  PullState state = state_;
  switch (kind) {
    case Kind::history:
      if (!state.newest) state.newest = page.latest;
      if (walk.reached()) state.history_from = walk.reached();
      state.history_is_done = walk.is_done();
      break;
    case Kind::fresh:
      fresh_latest_ = std::max(fresh_latest_, page.latest);
      if (walk.reached() || walk.is_done()) state.newest = std::max(state.newest, fresh_latest_);
      break;
    case Kind::again:
      if (walk.is_done()) state.read_again_at = again_began_at_;
      if (walk.is_done() && is_night_) state.read_at_night_at = again_began_at_;
      break;
    case Kind::list:
    case Kind::begin:
      break;
  }
  return state;
}

void Puller::end_walk(Kind kind) {
  if (kind == Kind::fresh) fresh_at_ = fresh_began_at_;
  walk_of(kind).reset();
}

Answer<void> Puller::walk_on(Kind kind, Instant now, const std::stop_token& stop) {
  std::optional<ChatWalk>& walk = walk_of(kind);
  if (!walk) walk.emplace(begin_walk(kind, now));
  auto page = ask(walk->query(), stop);
  if (!page) {
    if (page.error().kind == FailureKind::cursor) walk->forget_page();
    return std::unexpected(std::move(page.error()));
  }
  ChatWalk after = *walk;
  after.take(*page);
  PullState state = state_after(kind, after, *page);
  if (auto written = write(std::move(page->records), std::move(state), now); !written) {
    return written;
  }
  if (after.is_done()) {
    end_walk(kind);
  } else {
    walk.emplace(after);
  }
  return {};
}

Answer<void> Puller::write(std::vector<chat::Record> records, PullState state, Instant now) {
  state.succeeded_at = now;
  state.failure.clear();
  const std::size_t count = records.size();
  if (auto taken = sink_.take(std::move(records), state); !taken) {
    return std::unexpected(Failure{FailureKind::temporary, std::move(taken.error().message)});
  }
  work_.records += count;
  state_ = std::move(state);
  return {};
}

Duration Puller::wait_after(const Failure& failure, Instant now) {
  ++failures_;
  ++work_.failures;
  if (state_.failure != failure.message) {
    state_.failure = failure.message;
    state_.failed_at = now;
    // Only for people: if it can't be written either, the next one tells the same.
    static_cast<void>(sink_.take({}, state_));
  }
  const bool may_pass =
      failure.kind == FailureKind::temporary || failure.kind == FailureKind::cursor;
  const Duration wait = time_before_retry(failures_, failure.retry_after, chance_());
  return may_pass ? wait : std::max(wait, options_.after_refused_credentials);
}

}  // namespace chatreports::pull
