#pragma once
// Everything that the handlers of requests use.

#include <functional>
#include <utility>

#include "api/access.h"
#include "api/answer_cache.h"
#include "api/directory.h"
#include "api/intake.h"
#include "api/metrics.h"
#include "api/options.h"
#include "api/rate_limit.h"
#include "api/refetch.h"
#include "api/request_log.h"
#include "api/token_desk.h"
#include "base/allowance.h"
#include "base/budget.h"
#include "engine/engine.h"
#include "http/message.h"
#include "time/instant.h"

namespace chatreports::api {

// Any thread may call either function.
struct Clock {
  std::function<Instant()> now;
  // The time since some moment. Unlike `now`, it never jumps when a clock is set.
  std::function<Duration()> elapsed = [] { return Duration{}; };
};

// Borrowed; all must outlive the Api.
struct Dependencies {
  const engine::Engine& engine;
  const Access& access;
  Intake& intake;
  const Directory& directory;
  const RequestLog* log = nullptr;  // null: nobody is told
  TokenDesk* tokens = nullptr;      // null: no caller has the scope admin
  Refetch* refetch = nullptr;       // null: nothing is fetched
};

// Any thread.
struct Services {
  Services(const Dependencies& given, Clock its_clock, ApiOptions chosen)
      : engine(given.engine),
        access(given.access),
        intake(given.intake),
        directory(given.directory),
        log(given.log),
        tokens(given.tokens),
        refetch(given.refetch),
        clock(std::move(its_clock)),
        options(std::move(chosen)),
        rate_limit(options.max_requests_per_second),
        answer_cache(options.max_kept_bytes),
        intake_memory(options.max_intake_bytes) {}

  const engine::Engine& engine;
  const Access& access;
  Intake& intake;
  const Directory& directory;
  const RequestLog* const log;
  TokenDesk* const tokens;
  Refetch* const refetch;
  const Clock clock;
  const ApiOptions options;
  RateLimit rate_limit;
  AnswerCache answer_cache;
  Metrics metrics;
  Budget intake_memory;
};

// Returns what a report may take that begins now: until the request is abandoned, max_report_time,
// and so many bytes. Borrows the services.
inline Allowance allowance_of(const Services& services, const http::Request& request,
                              std::size_t max_bytes, std::size_t least_cell_bytes) {
  const Duration begin = services.clock.elapsed();
  return {request.abandoned,
          [&services, begin]() -> Duration {
            return services.options.max_report_time - (services.clock.elapsed() - begin);
          },
          max_bytes, least_cell_bytes};
}

}  // namespace chatreports::api
