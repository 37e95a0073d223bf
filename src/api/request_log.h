#pragma once
// Where the Api tells of the requests that it has answered.

#include <cstddef>

#include "api/request_trace.h"
#include "api/routes.h"
#include "time/instant.h"

namespace chatreports::api {

// All of it is borrowed.
struct AnsweredRequest {
  const RequestTrace& trace;
  const Destination* destination = nullptr;  // null if nothing is at the address
  int status = 0;
  std::size_t bytes = 0;  // of the answer's body, before it is packed
  Duration took{};        // from the head of the request to its answer; 0 if it was not handled
};

class RequestLog {
 public:
  virtual ~RequestLog() = default;
  // Any thread may call any function. None may wait.

  // Returns whether RequestTrace::plan is wanted of a report that has taken so long.
  virtual bool wants_plan(Duration took) const = 0;
  virtual void answered(const AnsweredRequest& request) const = 0;
};

}  // namespace chatreports::api
