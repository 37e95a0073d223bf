#pragma once
// Limits how many handlers run at a time. A request that finds no free slot waits for one. Free
// slots go round the askers, so an asker with many requests delays no other.

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

#include "http/admission.h"

namespace chatreports::http {

struct SlotLimits {
  std::size_t slots = 1;
  std::size_t waiting = 0;             // requests that may wait, over all askers
  std::size_t of_an_owner = SIZE_MAX;  // slots that one owner may have at a time
  std::chrono::milliseconds patience = std::chrono::hours(24);  // of a request that waits
};

// Any thread.
class HandlerSlots {
 public:
  explicit HandlerSlots(const SlotLimits& limits) : limits_(limits), free_(limits.slots) {}

  // Waits for a slot without holding a thread. Returns false if too many requests wait, after
  // `patience`, or once `abandoned` is asked to stop. If too many wait, the newest request of the
  // asker with the most is refused in favour of an asker with fewer. After true, the caller makes
  // a HandlerSlot. `executor` is the coroutine's and runs one thing at a time.
  boost::asio::awaitable<bool> acquire(boost::asio::any_io_executor executor, Share share = {},
                                       std::stop_token abandoned = {}) {
    Ticket ticket;
    const State state = request(executor, share, ticket);
    if (state != State::waiting) co_return state == State::granted;
    const std::stop_callback give_up(abandoned, [ticket] {
      boost::asio::post(ticket->timer.get_executor(), [ticket] { ticket->timer.cancel(); });
    });
    const Waits waits(*this, ticket);
    co_await ticket->timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    co_return end_wait(ticket);
  }

  void release(Share share);

  struct Use {
    std::size_t running = 0;  // handlers
    std::size_t waiting = 0;  // requests
  };
  Use use() const;

 private:
  enum class State : std::uint8_t { waiting, granted, refused };
  struct Waiting {
    Waiting(const boost::asio::any_io_executor& executor, std::chrono::milliseconds patience,
            Share of)
        : timer(executor, patience), share(of) {}
    boost::asio::steady_timer timer;
    const Share share;
    State state = State::waiting;  // guarded by mutex_
  };
  using Ticket = std::shared_ptr<Waiting>;

  // Removes a ticket from its queue when its coroutine ends, even if the coroutine is destroyed
  // while it waits: a timer must not outlive its io_context.
  struct Waits {
    Waits(HandlerSlots& of, Ticket its) : slots(of), ticket(std::move(its)) {}
    ~Waits() { slots.end_wait(ticket); }
    Waits(const Waits&) = delete;
    Waits& operator=(const Waits&) = delete;
    HandlerSlots& slots;
    const Ticket ticket;
  };

  // Makes the ticket if the request has to wait.
  State request(const boost::asio::any_io_executor& executor, Share share, Ticket& ticket);
  // Returns whether a slot was granted; a request that still waits is refused.
  bool end_wait(const Ticket& ticket);

  // The caller of each of these holds mutex_.
  bool may_have_one(Share share) const;
  bool make_room_for(Share share);
  void leave_queue(const Ticket& ticket, State state);
  void grant_free_slots();

  const SlotLimits limits_;

  mutable std::mutex mutex_;
  std::size_t free_;  // guarded by mutex_, as is all that follows
  std::size_t waiting_ = 0;
  std::map<std::uint64_t, std::size_t> slots_of_;  // by owner
  std::map<Share, std::deque<Ticket>> queues_;     // none is empty
  std::deque<Share> order_;                        // of the queues: the first is served next
};

// A slot that was acquired; released when this object is destroyed.
class HandlerSlot {
 public:
  explicit HandlerSlot(HandlerSlots& slots, Share share = {}) : slots_(slots), share_(share) {}
  ~HandlerSlot() { slots_.release(share_); }
  HandlerSlot(const HandlerSlot&) = delete;
  HandlerSlot& operator=(const HandlerSlot&) = delete;

 private:
  HandlerSlots& slots_;
  const Share share_;
};

}  // namespace chatreports::http
