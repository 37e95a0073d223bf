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
#include "http/body_decoder.h"
#include "http/connection.h"
#include "http/head.h"
#include "http/message.h"
#include "http/server.h"
#include "http/turns.h"
#include "http/wire.h"

namespace chatreports::http {

// The state that all connections of a server share.
struct Shared {
  Shared(const ServerOptions& chosen, Handlers given);

  const ServerOptions options;
  const Handlers handlers;
  Wire wire;
  Turns turns;
  Turns stream_turns;
  Budget waiting_answers;  // bytes of answers that are not yet written
  Budget waiting_bodies;   // bytes of bodies that are kept until they are answered
  std::atomic<bool> stopping = false;
  std::atomic<bool> was_large = false;  // an answer that is gone: there is memory to give back
  boost::asio::thread_pool stream_threads;
};

// One for each connection; it lives in the connection's coroutine.
class Session {
 public:
  Session(Shared& shared, Connection& connection) : shared_(shared), connection_(connection) {}

  // To the connection's end. `tls` is null where the server speaks plain HTTP.
  boost::asio::awaitable<void> run(std::shared_ptr<boost::asio::ssl::context> tls, bool is_full);

 private:
  template <class Value>
  using Awaitable = boost::asio::awaitable<Value>;

  Awaitable<bool> begin_tls(std::shared_ptr<boost::asio::ssl::context> tls);
  Awaitable<void> end_tls();

  // These answer false where the connection is at its end.
  Awaitable<bool> answer_one();
  Awaitable<bool> wait_for_request();
  Awaitable<bool> answer_whole(Head& head);
  Awaitable<bool> answer_streamed(Head& head);
  Awaitable<bool> write(Response& response, const Head& head);

  // These end the connection after an answer, and answer false.
  Awaitable<bool> refuse(const Refusal& refusal);
  Awaitable<bool> refuse_with(const Response& response);

  // Nothing where the peer is gone, or was answered already.
  Awaitable<std::unique_ptr<Head>> read_head();
  Awaitable<bool> read_body(Head& head, BudgetPart& held);
  // How reading a streamed body ended.
  struct Fed {
    bool is_whole = false;           // else the handler has answered before, or it failed
    std::optional<Refusal> failure;  // its status is 0 where there is nobody to answer
  };
  Awaitable<Fed> feed(const Head& head, BodyPipe& pipe);
  // Says how the body was read and what the handler answers; false where it got no place.
  Awaitable<bool> stream(const Head& head, const AdmittedStream& admitted, Fed& fed,
                         Response& response);

  Awaitable<Response> answer_to(Request& request);
  Awaitable<Response> answer_late(Request& request);
  Response answer_in_turn(Request& request, Share share);
  bool is_abandoned() const { return connection_.abandoned.stop_requested(); }
  // Where reading has failed: 408 or nobody to answer.
  Refusal failure() const;

  Shared& shared_;
  Connection& connection_;
  bool is_head_request_ = false;
};

}  // namespace chatreports::http
