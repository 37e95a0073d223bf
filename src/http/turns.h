#pragma once
// Who may run a handler now: so many at a time. The others wait, and those who ask are let in one
// after the other, however many requests each of them has sent.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <stop_token>
#include <utility>

#include "http/message.h"

namespace chatreports::http {

// Any thread.
class Turns {
 public:
  // All requests of one owner together have `most_of_an_owner` turns at a time.
  Turns(std::size_t at_a_time, std::size_t max_waiting,
        std::chrono::milliseconds patience = std::chrono::hours(24),
        std::size_t most_of_an_owner = SIZE_MAX)
      : max_waiting_(max_waiting),
        patience_(patience),
        most_of_an_owner_(most_of_an_owner),
        free_(at_a_time) {}

  // Waits, without holding a thread. False where too many wait already, and when patience is at its
  // end. Where too many wait, the latest of those who have the most waiting gives way to whoever
  // has fewer. False as well, while it waits, where `abandoned` is asked to stop. Who was let in
  // makes a Turn. `executor` is that of the coroutine and lets one thing happen at a time.
  boost::asio::awaitable<bool> enter(boost::asio::any_io_executor executor, Share share = {},
                                     std::stop_token abandoned = {}) {
    Ticket ticket;
    const State state = ask(executor, share, ticket);
    if (state != State::waiting) co_return state == State::let_in;
    const std::stop_callback give_up(abandoned, [ticket] {
      boost::asio::post(ticket->timer.get_executor(), [ticket] { ticket->timer.cancel(); });
    });
    const OnList on_list(*this, ticket);
    co_await ticket->timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    co_return was_let_in(ticket);
  }

  void leave(Share share);

 private:
  enum class State : std::uint8_t { waiting, let_in, sent_away };
  struct Waiting {
    Waiting(const boost::asio::any_io_executor& executor, std::chrono::milliseconds patience,
            Share of)
        : timer(executor, patience), share(of) {}
    boost::asio::steady_timer timer;
    const Share share;
    State state = State::waiting;  // guarded by mutex_
  };
  using Ticket = std::shared_ptr<Waiting>;

  // Takes a ticket off the list when its coroutine ends, also where it is destroyed while it waits:
  // a timer must not outlive its io_context.
  struct OnList {
    OnList(Turns& of, Ticket its) : turns(of), ticket(std::move(its)) {}
    ~OnList() { turns.was_let_in(ticket); }
    OnList(const OnList&) = delete;
    OnList& operator=(const OnList&) = delete;
    Turns& turns;
    const Ticket ticket;
  };

  // Makes the ticket of who has to wait.
  State ask(const boost::asio::any_io_executor& executor, Share share, Ticket& ticket);
  // Where it still waits, patience is at its end: it is taken off the list.
  bool was_let_in(const Ticket& ticket);

  // Those below want mutex_ to be held.
  bool may_enter(Share share) const;
  bool make_room_for(Share share);
  void end_waiting(const Ticket& ticket, State state);
  void let_in();

  const std::size_t max_waiting_;
  const std::chrono::milliseconds patience_;
  const std::size_t most_of_an_owner_;

  std::mutex mutex_;
  std::size_t free_;  // guarded by mutex_, as is all that follows
  std::size_t waiting_ = 0;
  std::map<std::uint64_t, std::size_t> turns_of_;  // by owner
  std::map<Share, std::deque<Ticket>> queues_;     // none is empty
  std::deque<Share> order_;                        // of the queues: the first is let in next
};

// The turn of one who was let in: it is over when this goes, however it goes.
class Turn {
 public:
  explicit Turn(Turns& turns, Share share = {}) : turns_(turns), share_(share) {}
  ~Turn() { turns_.leave(share_); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  Turns& turns_;
  const Share share_;
};

}  // namespace chatreports::http
