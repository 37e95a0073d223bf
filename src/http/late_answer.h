#pragma once
// Between a connection's coroutine, which waits without holding a thread, and whoever answers from
// another thread when something else is done.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "http/message.h"

namespace chatreports::http {

// May be given its answer after the server is gone: nothing of the server is touched then.
class LateAnswer {
 public:
  // `executor` is the coroutine's and lets one thing happen at a time.
  explicit LateAnswer(const boost::asio::any_io_executor& executor)
      : given_(std::make_shared<boost::asio::steady_timer>(
            executor, boost::asio::steady_timer::time_point::max())) {}

  // Any thread.
  void give(Response response) {
    const std::lock_guard lock(mutex_);
    response_ = std::move(response);
    if (given_ == nullptr) return;
    // Posted, so that it comes after the coroutine's wait has begun.
    boost::asio::post(given_->get_executor(), [given = given_] { given->cancel(); });
  }

  // The coroutine's side.

  boost::asio::awaitable<Response> response() {
    const std::shared_ptr<boost::asio::steady_timer> given = given_;
    while (true) {
      {
        const std::lock_guard lock(mutex_);
        if (response_) co_return *std::move(response_);
      }
      co_await given->async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
  }

  // Nobody waits for it any more.
  void abandon() {
    const std::lock_guard lock(mutex_);
    given_ = nullptr;
  }

 private:
  std::mutex mutex_;  // guards what follows
  std::shared_ptr<boost::asio::steady_timer> given_;
  std::optional<Response> response_;
};

// The coroutine waits as long as this is there.
class AwaitedAnswer {
 public:
  explicit AwaitedAnswer(LateAnswer& late) : late_(late) {}
  ~AwaitedAnswer() { late_.abandon(); }
  AwaitedAnswer(const AwaitedAnswer&) = delete;
  AwaitedAnswer& operator=(const AwaitedAnswer&) = delete;

 private:
  LateAnswer& late_;
};

}  // namespace chatreports::http
