#pragma once
// The lines of the log about requests.

#include <atomic>
#include <chrono>

#include "api/request_log.h"

namespace chatreports::app {

class RequestLines final : public api::RequestLog {
 public:
  struct Options {
    bool has_all = false;                   // a line for each request that was answered
    std::chrono::milliseconds slow{1'000};  // a warning for a report that took as long; 0: none
  };

  explicit RequestLines(Options options) { set(options); }
  // Any thread.
  void set(Options options) {
    has_all_ = options.has_all;
    slow_ = options.slow;
  }
  bool wants_plan(Duration took) const override;
  void answered(const api::AnsweredRequest& request) const override;

 private:
  std::atomic<bool> has_all_;
  std::atomic<Duration> slow_;
};

}  // namespace chatreports::app
