#pragma once
// Decides what to ask of another system, and when: all chats at first, newest first; then what is
// new every few minutes, and the last days again and again, where nothing tells which older threads
// have changed since; agents, bots, groups and statuses now and then.

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.h"
#include "chat/record.h"
#include "pull/chat_walk.h"
#include "pull/pull_state.h"
#include "pull/source.h"

namespace chatreports::pull {

struct PullerOptions {
  std::optional<Instant> since = {};  // older chats are not fetched
  Instant begun_at = {};              // if the state has another one, all is fetched again
  Duration between_new = std::chrono::minutes(3);
  Duration between_statuses = std::chrono::minutes(5);
  Duration between_teams = std::chrono::hours(6);
  // The last day is read again each hour, and the last three days each night, in UTC.
  Duration between_reads_again = std::chrono::hours(1);
  Duration read_again = std::chrono::hours(24);
  Duration read_again_at_night = std::chrono::hours(72);
  // New chats are looked for from so much before the newest one.
  Duration overlap = std::chrono::minutes(10);
  // Between two requests: while the first fetch is under way, and afterwards.
  Duration between_requests = std::chrono::milliseconds(350);
  Duration between_steady_requests = std::chrono::minutes(1);
  Duration after_refused_credentials = std::chrono::minutes(15);
  // After a longer pause, a source that tells changes is asked for all chats again.
  Duration longest_pause = std::chrono::hours(7 * 24);
};

// Where records go.
class Sink {
 public:
  virtual ~Sink() = default;
  // Returns once the records and the state are durable. After an error the state is not. The kind
  // `invalid` means that the licence takes none.
  virtual Result<void> take(std::vector<chat::Record> records, const PullState& state) = 0;
};

// Figures for metrics and logs, of this process.
struct PullWork {
  std::uint64_t requests = 0;
  std::uint64_t failures = 0;
  std::uint64_t records = 0;
  std::uint64_t refused = 0;      // rows that are no records
  std::string last_refusal = {};  // the reason
};

// One thread.
class Puller {
 public:
  // Borrows the source and the sink. If the state is of a later `since`, what is older is fetched
  // now; if it is of an earlier one, what is in stays. `chance` returns a number from 0 to 1.
  Puller(Source& source, Sink& sink, PullState state, PullerOptions options,
         std::function<double()> chance);

  // Asks for at most one page or list, and returns how long to wait before the next call. A request
  // that ends because a stop is requested is no failure.
  Duration step(Instant now, const std::stop_token& stop);

  // Returns whether everything is in, and nothing is under way or due.
  bool is_up_to_date(Instant now) const;
  const PullState& state() const { return state_; }
  const PullWork& work() const { return work_; }
  // The last request and all before it since then have failed.
  int failures_in_a_row() const { return failures_; }
  // Returns whether the credentials do not include the list, when it was last asked for.
  bool is_forbidden(List what) const { return is_forbidden_[place_of(what)]; }

 private:
  enum class Kind : std::uint8_t { owner, hinted, list, begin, fresh, again, history };

  void begin_anew_after_pause(Instant now);
  bool can_look_for_new() const;
  std::optional<Kind> next_kind(Instant now) const;
  std::optional<Kind> next_of_its_own(Instant now) const;
  std::optional<List> next_list(Instant now) const;
  Answer<void> run(Kind kind, Instant now, const std::stop_token& stop);
  Answer<void> compare_owner(Instant now, const std::stop_token& stop);
  Answer<void> fetch_list(Instant now, const std::stop_token& stop);
  void leave_out_known_statuses(std::vector<chat::Record>& records, PullState& state,
                                Instant now) const;
  Answer<void> fetch_hinted(Instant now, const std::stop_token& stop);
  Answer<void> find_begin(Instant now, const std::stop_token& stop);
  Answer<void> walk_on(Kind kind, Instant now, const std::stop_token& stop);
  Answer<ChatsPage> ask(const ChatsQuery& query, const std::stop_token& stop);
  Answer<void> write(std::vector<chat::Record> records, PullState state, Instant now);
  ChatWalk begin_walk(Kind kind, Instant now);
  std::optional<ChatWalk>& walk_of(Kind kind);
  PullState state_after(Kind kind, const ChatWalk& walk, const ChatsPage& page);
  void end_walk(Kind kind);
  Duration wait_after(const Failure& failure, Instant now);

  static std::size_t place_of(List what) { return static_cast<std::size_t>(what); }

  Source& source_;
  Sink& sink_;
  PullState state_;
  const PullerOptions options_;
  const std::function<double()> chance_;
  PullWork work_;
  int failures_ = 0;
  bool was_hinted_ = false;   // the last step
  bool knows_owner_ = false;  // it was asked for, and is that of the chats that are in
  // The walks under way.
  std::optional<ChatWalk> history_;
  std::optional<ChatWalk> fresh_;
  std::optional<ChatWalk> again_;
  std::optional<Instant> fresh_latest_;  // the newest thread of the walk
  bool is_night_ = false;                // the walk of again_ is that of a night
  Instant fresh_began_at_;
  Instant again_began_at_;
  std::optional<Instant> fresh_at_;  // the last look for new chats that has ended began then
  // Of each list.
  std::array<std::optional<Instant>, lists.size()> listed_at_;
  std::array<bool, lists.size()> is_forbidden_{};
};

}  // namespace chatreports::pull
