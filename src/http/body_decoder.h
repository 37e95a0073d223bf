#pragma once
// Decodes the body of a request from the bytes of a connection, however packets split them. It
// buffers nothing, and every byte counts against a limit.

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "http/head.h"
#include "http/message.h"

namespace chatreports::http {

struct BodyLimits {
  std::size_t max_bytes = 0;  // of content
  // Limits everything else: chunk sizes, chunk extensions, line breaks and trailer fields. The
  // first `free_chunk_bytes` of each chunk are not counted.
  std::size_t max_framing_bytes = 0;
};

// Bytes of a chunk's size, extensions and line breaks that are not counted, so that a client may
// send small chunks.
constexpr std::size_t free_chunk_bytes = 16;

class BodyDecoder {
 public:
  BodyDecoder(const Framing& framing, const BodyLimits& limits);

  // Returns whether the body is complete; what follows is another request.
  bool is_done() const { return state_ == State::done; }

  // Appends content to `content` and returns how many of `bytes` were used: all, unless the body
  // ends within them. After an error the decoder can't be used again:
  //   400 this is no chunked body, 413 too much content or framing, 431 a trailer is too long
  std::expected<std::size_t, Refusal> decode(std::string_view bytes, std::string& content);

 private:
  enum class State {
    content,  // of known length
    size_first,
    size,
    extension_blank,
    extension,
    size_line_feed,
    chunk,
    chunk_return,
    chunk_line_feed,
    trailer_first,
    trailer,
    trailer_line_feed,
    last_line_feed,
    done,
  };

  // Takes one byte of framing. Returns false if it is not allowed there.
  bool take(char byte);
  bool add_digit(char byte);
  bool is_in_trailer() const;

  State state_;
  const BodyLimits limits_;
  std::uint64_t rest_ = 0;         // bytes left of the content, or of the chunk
  std::uint64_t content_ = 0;      // of all chunks so far, by their sizes
  std::size_t framing_ = 0;        // bytes that are counted
  std::size_t chunk_framing_ = 0;  // of this chunk, up to free_chunk_bytes
  bool is_too_large_ = false;
};

}  // namespace chatreports::http
