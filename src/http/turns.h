#pragma once
// Who may run a handler now: so many at a time, the others in the order of their coming.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>

namespace chatreports::http {

// Any thread.
class Turns {
 public:
  Turns(std::size_t at_a_time, std::size_t max_waiting,
        std::chrono::milliseconds patience = std::chrono::hours(24))
      : free_(at_a_time), max_waiting_(max_waiting), patience_(patience) {}

  // Waits, without holding a thread; false at once where too many wait already, and when patience
  // is at its end. Who was let in makes a Turn. `executor` is that of the coroutine and lets one
  // thing happen at a time.
  boost::asio::awaitable<bool> enter(boost::asio::any_io_executor executor) {
    std::shared_ptr<boost::asio::steady_timer> wait;
    {
      const std::lock_guard lock(mutex_);
      if (free_ > 0) {
        --free_;
        co_return true;
      }
      if (waiting_.size() >= max_waiting_) co_return false;
      wait = std::make_shared<boost::asio::steady_timer>(executor, patience_);
      waiting_.push_back(wait);
    }
    co_await wait->async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    // Who is no longer on the list was let in, even where patience ended at the same moment.
    const std::lock_guard lock(mutex_);
    co_return std::erase(waiting_, wait) == 0;
  }

  void leave() {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) {
      ++free_;
      return;
    }
    // Posted, so that it comes after the wait has begun.
    boost::asio::post(waiting_.front()->get_executor(),
                      [next = waiting_.front()] { next->cancel(); });
    waiting_.pop_front();
  }

 private:
  std::mutex mutex_;
  std::size_t free_;
  const std::size_t max_waiting_;
  const std::chrono::milliseconds patience_;
  std::deque<std::shared_ptr<boost::asio::steady_timer>> waiting_;
};

// The turn of one who was let in: it is over when this goes, however it goes.
class Turn {
 public:
  explicit Turn(Turns& turns) : turns_(turns) {}
  ~Turn() { turns_.leave(); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  Turns& turns_;
};

}  // namespace chatreports::http
