#pragma once
// A connection of HTTP/2: several requests at a time, each in a coroutine of its own.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <map>
#include <memory>
#include <string>

#include "http/connection.h"
#include "http/http2_codec.h"
#include "http/http2_stream.h"
#include "http/shared.h"

namespace chatreports::http {

// Used on the connection's strand.
class Http2Session final : public std::enable_shared_from_this<Http2Session>,
                           private Http2Codec::Listener {
 public:
  // If `is_full`, there are too many connections, and requests are refused.
  Http2Session(Shared& shared, std::shared_ptr<Connection> connection, bool is_full);

  // Serves the connection to its end.
  boost::asio::awaitable<void> run();

  // For the streams.
  Shared& shared() { return shared_; }
  Http2Codec& codec() { return codec_; }
  // Writes what the codec has to send, at the end of the turn.
  void flush();
  // Returns whether the socket has not yet taken what was written.
  bool is_writing() const { return is_writing_; }

 private:
  template <class Value>
  using Awaitable = boost::asio::awaitable<Value>;
  using StreamId = Http2Codec::StreamId;
  using Time = std::chrono::steady_clock::time_point;

  bool head_begins(StreamId stream) override;
  void head_came(StreamId stream, std::expected<Head, Refusal> head, std::size_t bytes) override;
  void body_came(StreamId stream, std::string_view content) override;
  void body_ended(StreamId stream) override;
  void answered_early(StreamId stream) override;
  void stream_closed(StreamId stream, bool is_answered) override;

  // Takes of the input until the requests of a turn have come. Returns false if the connection is
  // at its end.
  bool take_input();
  // Begins to answer the requests of a turn.
  void begin_answers();
  // Takes all input that is there, in turns with other connections. Returns false if the connection
  // is at its end.
  Awaitable<bool> use_input();
  // Reads until the connection is at its end.
  Awaitable<void> read();
  // Waits while more frames wait for the peer than it may cause.
  Awaitable<void> wait_for_room();
  Awaitable<void> wait_for_streams();
  // The coroutine of a stream; the session lives until all of them have ended.
  static Awaitable<void> answer(std::shared_ptr<Http2Session> self,
                                std::shared_ptr<Http2Stream> stream);
  Awaitable<void> serve(Http2Stream& stream);
  void end_stream(const Http2Stream& stream);
  void begin_write(std::size_t from);
  void end_write(bool has_failed);
  // Nobody waits for answers any more.
  void abandon();
  // Ends the read under way if there is no reason to wait for it.
  void stop_reading();
  void set_deadline();

  Shared& shared_;
  const std::shared_ptr<Connection> connection_;
  Http2Codec codec_;
  const bool is_full_;

  std::map<StreamId, std::shared_ptr<Http2Stream>> streams_;  // until their coroutines end
  std::deque<std::shared_ptr<Http2Stream>> complete_;         // heads that no coroutine has yet
  Time head_began_;
  Time idle_since_;

  Http2Error last_error_ = Http2Error::none;  // for the peer
  bool is_reading_ = true;
  bool is_going_away_ = false;
  bool is_gathering_ = false;  // the answers of a turn are written together
  bool is_writing_ = false;
  bool is_broken_ = false;  // writing has failed
  bool must_linger_ = false;
  std::string output_;
  boost::asio::steady_timer changed_;
};

}  // namespace chatreports::http
