#pragma once
// Connects a connection's coroutine, which must not block, with a handler on a thread of its own,
// which waits for the body and then answers.

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "base/byte_reader.h"
#include "http/message.h"

namespace chatreports::http {

class BodyPipe : public ByteReader, public std::enable_shared_from_this<BodyPipe> {
 public:
  // `executor` is the coroutine's and runs one thing at a time.
  explicit BodyPipe(const boost::asio::any_io_executor& executor)
      : changed_(executor, boost::asio::steady_timer::time_point::max()) {}

  // The coroutine's side.

  // Waits until the handler wants bytes. Returns false if it has answered instead.
  boost::asio::awaitable<bool> wanted() {
    while (true) {
      {
        const std::lock_guard lock(mutex_);
        if (response_) co_return false;
        if (is_waiting_) co_return true;
      }
      co_await changed_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
  }

  // Gives the handler its next bytes.
  void give(std::string bytes) {
    const std::lock_guard lock(mutex_);
    bytes_ = std::move(bytes);
    taken_ = 0;
    if (bytes_.empty()) return;
    is_waiting_ = false;
    given_.notify_one();
  }

  // Ends the body; with an error if it could not be read.
  void end(std::optional<Error> error = std::nullopt) {
    const std::lock_guard lock(mutex_);
    is_ended_ = true;
    error_ = std::move(error);
    given_.notify_one();
  }

  boost::asio::awaitable<Response> response() {
    while (true) {
      {
        const std::lock_guard lock(mutex_);
        if (response_) co_return *std::move(response_);
      }
      co_await changed_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
  }

  // Call when nobody waits for the answer any more, before the executor goes.
  void abandon() {
    const std::lock_guard lock(mutex_);
    is_abandoned_ = true;
    is_ended_ = true;
    error_ = Error{ErrorKind::unavailable, "the server is stopping"};
    given_.notify_one();
  }

  // The handler's side.

  Result<std::size_t> read(std::span<char> into) override {
    std::unique_lock lock(mutex_);
    if (taken_ == bytes_.size() && !is_ended_) {
      is_waiting_ = true;
      wake();
      given_.wait(lock, [this] { return taken_ < bytes_.size() || is_ended_; });
    }
    if (taken_ < bytes_.size() && !is_abandoned_) {
      const std::size_t length = std::min(into.size(), bytes_.size() - taken_);
      std::memcpy(into.data(), bytes_.data() + taken_, length);
      taken_ += length;
      return length;
    }
    if (error_) return std::unexpected(*error_);
    return 0;
  }

  void answer(Response response) {
    const std::lock_guard lock(mutex_);
    response_ = std::move(response);
    wake();
  }

 private:
  // Posted, so that it comes after the coroutine's wait has begun.
  void wake() {
    if (is_abandoned_) return;
    boost::asio::post(changed_.get_executor(),
                      [pipe = shared_from_this()] { pipe->changed_.cancel(); });
  }

  boost::asio::steady_timer changed_;  // used on the coroutine's executor only
  std::mutex mutex_;                   // guards what follows
  std::condition_variable given_;
  std::string bytes_;
  std::size_t taken_ = 0;    // of bytes_
  bool is_waiting_ = false;  // the handler, for bytes
  bool is_ended_ = false;
  bool is_abandoned_ = false;
  std::optional<Error> error_;
  std::optional<Response> response_;
};

}  // namespace chatreports::http
