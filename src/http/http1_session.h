#pragma once
// A connection of HTTP/1: request after request, each read, handed on and answered.

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>

#include "http/body_decoder.h"
#include "http/connection.h"
#include "http/exchange.h"
#include "http/head.h"
#include "http/shared.h"

namespace chatreports::http {

// The body of a request of HTTP/1, from the connection's buffer.
class Http1Body : public IncomingBody {
 public:
  Http1Body(Shared& shared, Connection& connection, const Head& head)
      : shared_(shared),
        connection_(connection),
        framing_(head.framing),
        is_invited_(!head.expects_continue) {}

  std::uint64_t announced() const override { return framing_.length; }
  void limit(std::size_t most) override {
    decoder_.emplace(framing_, BodyLimits{most, shared_.options.max_header_bytes});
  }
  bool is_at_end() const override { return decoder_ ? decoder_->is_done() : !framing_.has_body(); }
  std::expected<void, Refusal> take(std::string& content) override;
  // The first time, sends `100 Continue` if the peer waits for it.
  boost::asio::awaitable<boost::system::error_code> wait_for_more(std::size_t most) override;
  void must_come_within(std::chrono::milliseconds time) override {
    connection_.must_finish_within(time);
  }
  Refusal failure() const override;

 private:
  boost::asio::awaitable<boost::system::error_code> invite_and_wait(std::size_t most);

  Shared& shared_;
  Connection& connection_;
  const Framing framing_;
  std::optional<BodyDecoder> decoder_;
  bool is_invited_;
};

// One for each connection; it lives in the connection's coroutine.
class Http1Session {
 public:
  Http1Session(Shared& shared, Connection& connection) : shared_(shared), connection_(connection) {}

  // Serves the connection to its end. If `is_full`, there are too many connections, and this one is
  // refused.
  boost::asio::awaitable<void> run(bool is_full);
  // Answers that the connection can't be used, and ends it. Returns false.
  boost::asio::awaitable<bool> refuse(const Refusal& refusal);
  // Waits for the first byte of a request. Returns false if the connection is at its end.
  boost::asio::awaitable<bool> wait_for_request();

 private:
  template <class Value>
  using Awaitable = boost::asio::awaitable<Value>;

  // These return false if the connection is at its end.
  Awaitable<bool> answer_one();
  Awaitable<bool> write(Response& response, const Head& head);
  Awaitable<bool> refuse_with(const Response& response);

  // Returns null if the peer is gone, or was answered already.
  Awaitable<std::unique_ptr<Head>> read_head();

  Shared& shared_;
  Connection& connection_;
  bool is_head_request_ = false;
};

}  // namespace chatreports::http
