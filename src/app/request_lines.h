#pragma once
// The lines of the log about requests.

#include <chrono>

#include "api/request_log.h"

namespace chatreports::app {

class RequestLines final : public api::RequestLog {
 public:
  struct Options {
    bool has_all = false;                   // a line for each request that was answered
    std::chrono::milliseconds slow{1'000};  // a warning for a report that took as long; 0: none
  };

  explicit RequestLines(Options options) : options_(options) {}
  void answered(const api::AnsweredRequest& request) const override;

 private:
  const Options options_;
};

}  // namespace chatreports::app
