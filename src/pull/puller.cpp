#include "pull/puller.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/printable.h"
#include "pull/backoff.h"

namespace chatreports::pull {
namespace {

// A time that is still to come is that of a clock that was ahead.
bool is_due(const std::optional<Instant>& last, Instant now, Duration period) {
  return !last || now - *last >= period || now < *last;
}

bool is_on_the_same_day(Instant left, Instant right) {
  return std::chrono::floor<std::chrono::days>(left) ==
         std::chrono::floor<std::chrono::days>(right);
}

// Of two begins; nothing is earlier than any time.
bool is_earlier(const std::optional<Instant>& left, const std::optional<Instant>& right) {
  return right && (!left || *left < *right);
}

}  // namespace

Puller::Puller(Source& source, Sink& sink, PullState state, PullerOptions options,
               std::function<double()> chance)
    : source_(source),
      sink_(sink),
      state_(std::move(state)),
      options_(options),
      chance_(std::move(chance)) {
  if (state_.begun_at != options_.begun_at) {
    PullState anew;
    anew.owner = std::move(state_.owner);
    anew.statuses = std::move(state_.statuses);
    anew.statuses_stored_at = state_.statuses_stored_at;
    anew.begun_at = options_.begun_at;
    state_ = std::move(anew);
  }
  const bool has_begun = state_.history_is_done || state_.history_from || state_.newest;
  if (!has_begun) {
    state_.since = options_.since;
  } else if (is_earlier(options_.since, state_.since)) {
    state_.since = options_.since;
    state_.begin.reset();
    state_.history_is_done = false;
  } else if (!state_.history_is_done && is_earlier(state_.since, options_.since)) {
    state_.since = options_.since;
    state_.begin.reset();
    state_.history_is_done = state_.history_from && *state_.history_from <= *options_.since;
  }
}

bool Puller::is_up_to_date(Instant now) const {
  return !next_kind(now);
}

// What has changed meanwhile would be one long answer.
void Puller::begin_anew_after_pause(Instant now) {
  if (!state_.changes_from || now - *state_.changes_from <= options_.longest_pause) return;
  state_.begin.reset();
  state_.history_is_done = false;
  state_.history_from.reset();
  state_.newest.reset();
  state_.changes_from.reset();
  history_.reset();
  fresh_.reset();
  fresh_at_.reset();
}

Duration Puller::step(Instant now, const std::stop_token& stop) {
  begin_anew_after_pause(now);
  const std::optional<Kind> kind = next_kind(now);
  if (!kind) return options_.between_steady_requests;
  was_hinted_ = *kind == Kind::hinted;
  const Answer<void> done = run(*kind, now, stop);
  work_.requests = source_.requests();
  if (!done && stop.stop_requested()) return {};
  if (!done) return wait_after(done.error(), now);
  failures_ = 0;
  // At the start, and after a pause, there is much that is new.
  const bool is_steady = state_.history_is_done && fresh_at_ && !fresh_ && !source_.has_hints();
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

bool Puller::can_look_for_new() const {
  if (source_.tells_changes()) return state_.changes_from.has_value();
  return state_.newest || state_.history_is_done;
}

// Hints may come faster than they are worked off: the rest has its turn in between.
std::optional<Puller::Kind> Puller::next_kind(Instant now) const {
  const std::optional<Kind> own = next_of_its_own(now);
  const bool may_be_hinted = own != Kind::owner && source_.has_hints();
  return may_be_hinted && (!own || !was_hinted_) ? Kind::hinted : own;
}

std::optional<Puller::Kind> Puller::next_of_its_own(Instant now) const {
  if (!knows_owner_) return Kind::owner;
  if (next_list(now)) return Kind::list;
  if (!state_.history_is_done && !state_.begin) return Kind::begin;
  if (can_look_for_new() && (fresh_ || is_due(fresh_at_, now, options_.between_new))) {
    return Kind::fresh;
  }
  if (!state_.history_is_done) return Kind::history;
  if (source_.tells_changes()) return std::nullopt;
  if (again_ || is_due(state_.read_again_at, now, options_.between_reads_again)) {
    return Kind::again;
  }
  return std::nullopt;
}

Answer<void> Puller::run(Kind kind, Instant now, const std::stop_token& stop) {
  switch (kind) {
    case Kind::owner:
      return compare_owner(now, stop);
    case Kind::hinted:
      return fetch_hinted(now, stop);
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

// Chats of two organizations must not be mixed: their agents and groups have the same ids.
Answer<void> Puller::compare_owner(Instant now, const std::stop_token& stop) {
  auto owner = source_.owner(stop);
  // What is not known yet need not be known now.
  if (!owner && !state_.owner.empty()) return std::unexpected(std::move(owner.error()));
  if (!owner || owner->empty()) {
    knows_owner_ = true;
    return {};
  }
  if (!state_.owner.empty() && *owner != state_.owner) {
    return std::unexpected(Failure{
        FailureKind::lasting,
        fmt::format("the account is of the organization {}, and the chats that are in are of {}: "
                    "connect it to a licence of its own",
                    printable(*owner), printable(state_.owner))});
  }
  PullState state = state_;
  state.owner = *std::move(owner);
  auto written = write({}, std::move(state), now);
  if (written) knows_owner_ = true;
  return written;
}

// A list that the credentials don't include is left out until its time comes again.
Answer<void> Puller::fetch_list(Instant now, const std::stop_token& stop) {
  const List what = *next_list(now);
  auto answer = source_.list(what, stop);
  const bool is_forbidden = !answer && answer.error().kind == FailureKind::rights;
  if (!answer && !is_forbidden) return std::unexpected(std::move(answer.error()));
  if (is_forbidden) ++work_.failures;
  std::vector<chat::Record> records =
      is_forbidden ? std::vector<chat::Record>() : *std::move(answer);
  PullState state = state_;
  if (what == List::statuses && !is_forbidden) leave_out_known_statuses(records, state, now);
  if (auto written = write(std::move(records), std::move(state), now); !written) return written;
  listed_at_[place_of(what)] = now;
  is_forbidden_[place_of(what)] = is_forbidden;
  return {};
}

// A webhook may have told otherwise since, and a later one may be lost: now and then all are
// stored.
void Puller::leave_out_known_statuses(std::vector<chat::Record>& records, PullState& state,
                                      Instant now) const {
  const bool stores_all = is_due(state.statuses_stored_at, now, options_.between_teams);
  const auto before = std::exchange(state.statuses, {});
  for (const chat::Record& record : records) {
    const auto& status = std::get<chat::AgentStatusRecord>(record);
    state.statuses[status.agent_id] = status.status;
  }
  if (stores_all) {
    state.statuses_stored_at = now;
    return;
  }
  std::erase_if(records, [&before](const chat::Record& record) {
    const auto& status = std::get<chat::AgentStatusRecord>(record);
    const auto known = before.find(status.agent_id);
    return known != before.end() && known->second == status.status;
  });
}

Answer<ChatsPage> Puller::ask(const ChatsQuery& query, const std::stop_token& stop) {
  auto page = source_.chats(query, stop);
  if (page && page->refused > 0) {
    work_.refused += page->refused;
    work_.last_refusal = page->first_refusal;
  }
  return page;
}

Answer<void> Puller::fetch_hinted(Instant now, const std::stop_token& stop) {
  auto page = ask({.from = options_.since, .is_hinted = true}, stop);
  if (!page) return std::unexpected(std::move(page.error()));
  return write(std::move(page->records), state_, now);
}

Answer<void> Puller::find_begin(Instant now, const std::stop_token& stop) {
  const auto oldest = source_.oldest(options_.since, stop);
  if (!oldest) return std::unexpected(oldest.error());
  PullState state = state_;
  state.begin = *oldest;
  state.history_is_done = !*oldest;
  // What changes from now on is looked for while older chats come in.
  if (source_.tells_changes() && !state.changes_from) state.changes_from = now;
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
    const auto& from = source_.tells_changes() ? state_.begin : options_.since;
    return {false, from, reached ? std::optional(*reached + end_margin) : std::nullopt};
  }
  const auto before_newest = [this](Duration time) -> std::optional<Instant> {
    if (!state_.newest) return std::nullopt;
    return *state_.newest - time;
  };
  if (kind == Kind::fresh) {
    fresh_began_at_ = now;
    fresh_latest_.reset();
    if (source_.tells_changes()) {
      // The clock may have been ahead.
      return {std::min(*state_.changes_from, now) - options_.overlap, options_.since};
    }
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
      if (source_.tells_changes() && walk.is_done()) state.changes_from = fresh_began_at_;
      break;
    case Kind::again:
      if (walk.is_done()) state.read_again_at = again_began_at_;
      if (walk.is_done() && is_night_) state.read_at_night_at = again_began_at_;
      break;
    case Kind::owner:
    case Kind::hinted:
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
  if (after.is_stuck()) {
    walk.reset();
    return std::unexpected(
        Failure{FailureKind::lasting, "the same page of chats comes again and again"});
  }
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
    const bool lasts = taken.error().kind == ErrorKind::invalid;
    return std::unexpected(Failure{lasts ? FailureKind::lasting : FailureKind::temporary,
                                   std::move(taken.error().message)});
  }
  source_.stored();
  work_.records += count;
  state_ = std::move(state);
  return {};
}

Duration Puller::wait_after(const Failure& failure, Instant now) {
  ++failures_;
  ++work_.failures;
  if (state_.failure != failure.message) {
    if (state_.failure.empty()) state_.failed_at = now;
    state_.failure = failure.message;
    // Only for people: if it can't be written either, the next one tells the same.
    static_cast<void>(sink_.take({}, state_));
  }
  const bool may_pass =
      failure.kind == FailureKind::temporary || failure.kind == FailureKind::cursor;
  const Duration wait = time_before_retry(failures_, failure.retry_after, chance_());
  return may_pass ? wait : std::max(wait, options_.after_refused_credentials);
}

}  // namespace chatreports::pull
