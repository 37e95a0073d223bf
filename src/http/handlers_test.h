#pragma once
// Handlers for tests of the server.

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <string>

#include "http/message.h"
#include "http/server.h"

namespace chatreports::http {

inline Response echo(const Request& request) {
  return {200,
          {{"Content-Type", "text/plain"}},
          "<" + request.method + " " + request.target + " " + request.body + ">"};
}

inline Response error_of_status(const Refusal& refusal, const Request*) {
  return {refusal.status, {}, "error " + std::to_string(refusal.status)};
}

// Holds what calls it until it is opened, or the request is abandoned.
class Gate {
 public:
  // Returns false if the request was abandoned.
  bool hold(const std::stop_token& abandoned = {}) {
    std::unique_lock lock(mutex_);
    ++held_;
    changed_.notify_all();
    const bool is_open =
        changed_.wait_for(lock, abandoned, std::chrono::seconds(10), [this] { return open_; });
    ++left_;
    changed_.notify_all();
    return is_open;
  }
  void wait_for(int held) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this, held] { return held_ >= held; });
  }
  void wait_until_left(int left) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this, left] { return left_ >= left; });
  }
  int held() {
    const std::lock_guard lock(mutex_);
    return held_;
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  int held_ = 0;
  int left_ = 0;
  bool open_ = false;
};

}  // namespace chatreports::http
