#pragma once
// A request of HTTP/2 and its answer. Used on the connection's strand.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>

#include "http/connection.h"
#include "http/exchange.h"
#include "http/held_bytes.h"
#include "http/http2_codec.h"

namespace chatreports::http {

class Http2Session;

class Http2Stream : public IncomingBody {
 public:
  using Time = std::chrono::steady_clock::time_point;

  // The whole request must come until `deadline`, unless its body is streamed.
  Http2Stream(Http2Session& session, Connection& connection, Http2Codec::StreamId id,
              Time deadline);

  Http2Codec::StreamId id() const { return id_; }

  // What has come. The first is called once.
  void take_head(std::expected<Head, Refusal> head, std::size_t bytes);
  void take_body(std::string_view content);
  void end_body() { ends(End::whole); }
  // Nothing more comes.
  void end_input() { ends(End::cut); }
  // The answer was sent whole before the end of the request.
  void note_answered_early();
  // The answer was sent, or nobody waits for it.
  void close(bool is_answered);

  // Valid once the head has come.
  bool has_head() const { return head_.has_value(); }
  std::expected<Head, Refusal>& head() { return *head_; }
  bool is_closed() const { return is_closed_; }
  std::stop_token abandoned() const { return abandoned_.get_token(); }

  // Sends the answer, and waits until the stream is closed. What still comes of the body is
  // discarded.
  boost::asio::awaitable<void> send(Response& response);

  std::uint64_t announced() const override;
  void limit(std::size_t most) override;
  bool is_at_end() const override { return end_ == End::whole && pending_.empty() && !refusal_; }
  std::expected<void, Refusal> take(std::string& content) override;
  boost::asio::awaitable<boost::system::error_code> wait_for_more(std::size_t most) override;
  void must_come_within(std::chrono::milliseconds time) override;
  Refusal failure() const override;

 private:
  enum class End : std::uint8_t { open, whole, cut };
  void ends(End end);
  // Waits until something has changed. Returns false after `time`.
  boost::asio::awaitable<bool> wait_for_change(const Time& time);
  // Lets the peer send more in place of what was discarded.
  void make_up_for_discarded();
  // Waits for the end of a request that was answered before, and resets the stream if it takes too
  // long.
  boost::asio::awaitable<void> linger();
  // Returns whether the peer has taken enough of the answer since the last call.
  bool peer_took_enough();

  Http2Session& session_;
  Connection& connection_;
  const Http2Codec::StreamId id_;
  std::optional<std::expected<Head, Refusal>> head_;
  std::stop_source abandoned_;
  boost::asio::steady_timer changed_;
  bool is_closed_ = false;

  // The request.
  Time deadline_;
  HeldBytes held_;       // of its head and of what is pending
  std::string pending_;  // of the body: has come and was not taken
  End end_ = End::open;
  std::size_t most_ = 0;
  std::size_t taken_ = 0;
  std::optional<Refusal> refusal_;
  bool is_invited_ = true;
  bool timed_out_ = false;

  // The answer.
  bool is_discarding_ = false;
  bool is_answered_early_ = false;
  std::size_t unconsumed_ = 0;  // bytes of the body that were discarded since the last call
  std::size_t discarded_ = 0;   // before
  std::size_t unsent_before_ = 0;
  std::uint64_t sent_before_ = 0;  // on the whole connection
};

}  // namespace chatreports::http
