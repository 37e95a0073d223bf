#pragma once
// HTTP/2 as bytes (RFC 9113): makes events of what a peer sends, and bytes of answers. It neither
// reads nor writes a connection. The only file that uses nghttp2 is its source.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "http/head.h"
#include "http/message.h"

namespace chatreports::http {

// Errors that end a stream or a connection: RFC 9113, section 7.
enum class Http2Error : std::uint8_t {
  none = 0,
  protocol = 1,
  internal = 2,
  refused_stream = 7,
  cancel = 8,
  enhance_your_calm = 11,
};

// One for each connection; one thread at a time.
class Http2Codec {
 public:
  using StreamId = std::int32_t;

  // What happens on the streams. Called from receive(), the last two from send(), too. Must not
  // call the codec.
  class Listener {
   public:
    // Returns false to refuse the stream: nothing more is heard of it.
    virtual bool head_begins(StreamId stream) = 0;
    // `bytes` is the memory that the head takes. A refusal is to be sent as the answer.
    virtual void head_came(StreamId stream, std::expected<Head, Refusal> head,
                           std::size_t bytes) = 0;
    virtual void body_came(StreamId stream, std::string_view content) = 0;
    virtual void body_ended(StreamId stream) = 0;
    // The answer was sent whole, but the request has not ended: the stream is open until the
    // request ends or the stream is reset.
    virtual void answered_early(StreamId stream) = 0;
    // The stream ended: its answer was sent whole, or one side has reset it.
    virtual void stream_closed(StreamId stream, bool is_answered) = 0;

   protected:
    ~Listener() = default;
  };

  struct Limits {
    std::uint32_t streams = 100;  // at a time
    std::size_t header_bytes = std::size_t{16} << 10;
  };
  // A stream may send this much that was not consumed.
  static constexpr std::size_t stream_window = 65'535;

  Http2Codec(const Limits& limits, Listener& listener);
  ~Http2Codec();
  Http2Codec(const Http2Codec&) = delete;
  Http2Codec& operator=(const Http2Codec&) = delete;

  // Takes what the peer has sent, from its preface on. Returns false once the connection is at its
  // end, for instance because the bytes are no HTTP/2 or a flood; there may be a last frame to
  // send.
  bool receive(std::string_view bytes);
  // Appends frames to `bytes` until there are at least `enough`, or no more.
  void send(std::string& bytes, std::size_t enough);

  // Returns whether a head has come in part.
  bool is_in_head() const;
  // Returns whether nothing more can be received or sent.
  bool is_over() const;
  // Returns how many frames wait to be sent, except bodies.
  std::size_t waiting_frames() const;

  // These have no effect on a stream that is closed.

  // `response` must live until the stream is closed or forget(). Without `has_body` only its length
  // is sent.
  void answer(StreamId stream, const Response& response, std::string_view date, bool has_body);
  // Sends nothing more of an answer.
  void forget(StreamId stream);
  // Sends `100 Continue`.
  void invite(StreamId stream);
  void reset(StreamId stream, Http2Error error);
  // Lets the peer send as much again.
  void consume(StreamId stream, std::size_t bytes);
  // Lets the peer send `bytes` that were not consumed.
  void widen(StreamId stream, std::size_t bytes);

  // Returns how much of the answer's body was not sent.
  std::size_t unsent(StreamId stream) const;
  // Returns the bytes of all bodies that were sent.
  std::uint64_t sent_bytes() const;
  // Returns whether the peer takes more of this answer, as far as the stream alone is concerned.
  bool has_window(StreamId stream) const;

  // Takes no further streams.
  void go_away();
  // Ends the connection with the next send().
  void end(Http2Error error);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace chatreports::http
