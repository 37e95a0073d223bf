#pragma once
// Carries an answer from another thread to a connection's coroutine, which waits for it without
// holding a thread.

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

// The answer may come after the server is gone; it is dropped then.
class DeferredAnswer {
 public:
  // `executor` is the coroutine's and runs one thing at a time.
  explicit DeferredAnswer(const boost::asio::any_io_executor& executor)
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

  // Call when nobody waits for it any more.
  void abandon() {
    const std::lock_guard lock(mutex_);
    given_ = nullptr;
  }

 private:
  std::mutex mutex_;  // guards what follows
  std::shared_ptr<boost::asio::steady_timer> given_;
  std::optional<Response> response_;
};

// Abandons the answer when it is destroyed.
class AwaitedAnswer {
 public:
  explicit AwaitedAnswer(DeferredAnswer& deferred) : deferred_(deferred) {}
  ~AwaitedAnswer() { deferred_.abandon(); }
  AwaitedAnswer(const AwaitedAnswer&) = delete;
  AwaitedAnswer& operator=(const AwaitedAnswer&) = delete;

 private:
  DeferredAnswer& deferred_;
};

}  // namespace chatreports::http
