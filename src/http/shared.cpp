#include "http/shared.h"

#include <algorithm>
#include <utility>

namespace chatreports::http {
namespace {

std::size_t most_streams_of_an_owner(std::size_t streams) {
  return std::max<std::size_t>(1, streams - 1);
}

}  // namespace

Shared::Shared(ServerOptions chosen, Handlers given)
    : options(std::move(chosen)),
      handlers(std::move(given)),
      wire({options.request_timeout, options.unix_time}),
      slots({.slots = options.threads + 1,
             .waiting = options.max_waiting_requests,
             .of_an_owner = options.threads}),
      stream_slots({.slots = options.max_streams,
                    .waiting = options.max_waiting_requests,
                    .of_an_owner = most_streams_of_an_owner(options.max_streams),
                    .patience = options.stream_patience}),
      waiting_answers(options.max_waiting_answer_bytes),
      waiting_bodies(options.max_waiting_body_bytes),
      stream_threads(options.max_streams) {}

}  // namespace chatreports::http
