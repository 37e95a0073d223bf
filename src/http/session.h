#pragma once
// The life of one connection: TLS, and request after request, each read, handed on and answered.

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <optional>
#include <string>

#include "base/budget.h"
#include "http/admission.h"
#include "http/body_decoder.h"
#include "http/connection.h"
#include "http/handler_slots.h"
#include "http/head.h"
#include "http/server.h"
#include "http/wire.h"

namespace chatreports::http {

// The state that all connections of a server share.
struct Shared {
  Shared(const ServerOptions& chosen, Handlers given);

  const ServerOptions options;
  const Handlers handlers;
  Wire wire;
  HandlerSlots slots;
  HandlerSlots stream_slots;
  Budget waiting_answers;  // bytes of answers that are not yet written
  Budget waiting_bodies;   // bytes of bodies that wait for their answer
  std::atomic<bool> stopping = false;
  std::atomic<bool> was_large = false;  // an answer that was sent: there is memory to give back
  boost::asio::thread_pool stream_threads;
};

// One for each connection; it lives in the connection's coroutine.
class Session {
 public:
  Session(Shared& shared, Connection& connection) : shared_(shared), connection_(connection) {}

  // Serves the connection to its end. `tls` is null for plain HTTP. If `is_full`, there are too
  // many connections, and this one is refused.
  boost::asio::awaitable<void> run(std::shared_ptr<boost::asio::ssl::context> tls, bool is_full);

 private:
  template <class Value>
  using Awaitable = boost::asio::awaitable<Value>;

  Awaitable<bool> begin_tls(std::shared_ptr<boost::asio::ssl::context> tls);
  Awaitable<void> end_tls();

  // These return false if the connection is at its end.
  Awaitable<bool> answer_one();
  Awaitable<bool> wait_for_request();
  // Reads the body to its end, then answers. `Kind` is Inline, InSlot or Deferred.
  template <class Kind>
  Awaitable<bool> answer_whole(Head& head, const Kind& kind);
  Awaitable<bool> answer_streamed(Head& head, const Streamed& streamed);
  Awaitable<bool> reject(const Head& head, const Rejected& rejected);
  Awaitable<bool> write(Response& response, const Head& head);

  // These end the connection after an answer, and return false.
  Awaitable<bool> refuse(const Refusal& refusal);
  Awaitable<bool> refuse_with(const Response& response);

  // Returns null if the peer is gone, or was answered already.
  Awaitable<std::unique_ptr<Head>> read_head();
  Awaitable<bool> read_body(Head& head, BudgetPart& held);
  // How reading a streamed body ended.
  struct Fed {
    bool is_whole = false;           // else the handler has answered before, or reading failed
    std::optional<Refusal> failure;  // with status 0 if there is nobody to answer
  };
  Awaitable<Fed> feed(const Head& head, BodyPipe& pipe);
  // Sets how the body was read and what the handler answers. Returns false if it got no slot.
  Awaitable<bool> stream(const Head& head, const Streamed& streamed, Fed& fed, Response& response);

  Awaitable<Response> respond(Request& request, const Inline& handler);
  Awaitable<Response> respond(Request& request, const InSlot& handler);
  Awaitable<Response> respond(Request& request, const Deferred& handler);
  Response respond_in_slot(Request& request, const InSlot& handler);
  bool is_abandoned() const { return connection_.abandoned.stop_requested(); }
  // Why reading has failed: 408, or status 0 if there is nobody to answer.
  Refusal failure() const;

  Shared& shared_;
  Connection& connection_;
  bool is_head_request_ = false;
};

}  // namespace chatreports::http
