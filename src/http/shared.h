#pragma once
// The state that all connections of a server share.

#include <atomic>
#include <boost/asio/thread_pool.hpp>

#include "base/budget.h"
#include "http/admission.h"
#include "http/handler_slots.h"
#include "http/server.h"
#include "http/wire.h"

namespace chatreports::http {

struct Shared {
  Shared(ServerOptions chosen, Handlers given);

  const ServerOptions options;
  const Handlers handlers;
  Wire wire;
  HandlerSlots slots;
  HandlerSlots stream_slots;
  Budget waiting_answers;  // bytes of answers that are not yet written
  Budget waiting_bodies;   // bytes of requests that wait for their answer
  std::atomic<bool> stopping = false;
  std::atomic<bool> was_large = false;  // an answer that was sent: there is memory to give back
  boost::asio::thread_pool stream_threads;

  // Call after an answer was sent.
  void note_sent(std::size_t bytes) {
    if (bytes > large_answer_bytes) was_large = true;
  }
  static constexpr std::size_t large_answer_bytes = std::size_t{1} << 20;
};

inline Refusal too_many_large_answers() {
  return {503, 0, "too many large answers wait to be read"};
}

}  // namespace chatreports::http
