#include "http/body_decoder.h"

#include <algorithm>
#include <optional>

namespace chatreports::http {
namespace {

std::optional<unsigned> hex_digit(char byte) {
  if (byte >= '0' && byte <= '9') return static_cast<unsigned>(byte - '0');
  if (byte >= 'a' && byte <= 'f') return static_cast<unsigned>(byte - 'a' + 10);
  if (byte >= 'A' && byte <= 'F') return static_cast<unsigned>(byte - 'A' + 10);
  return std::nullopt;
}

bool is_text(char byte) {
  return byte == '\t' || (static_cast<unsigned char>(byte) >= ' ' && byte != '\x7f');
}

}  // namespace

BodyDecoder::BodyDecoder(const Framing& framing, const BodyLimits& limits)
    : state_(framing.is_chunked ? State::size_first : State::content),
      limits_(limits),
      rest_(framing.length) {
  if (!framing.has_body()) state_ = State::done;
}

bool BodyDecoder::is_in_trailer() const {
  return state_ == State::trailer_first || state_ == State::trailer ||
         state_ == State::trailer_line_feed || state_ == State::last_line_feed;
}

std::expected<std::size_t, Refusal> BodyDecoder::decode(std::string_view bytes,
                                                        std::string& content) {
  const Refusal too_large{413, limits_.max_bytes, {}};
  if (state_ == State::content && rest_ > limits_.max_bytes) return std::unexpected(too_large);
  std::size_t used = 0;
  while (used < bytes.size() && state_ != State::done) {
    if (state_ == State::content || state_ == State::chunk) {
      const auto part = bytes.substr(
          used, static_cast<std::size_t>(std::min<std::uint64_t>(rest_, bytes.size())));
      content.append(part);
      used += part.size();
      rest_ -= part.size();
      if (rest_ == 0) state_ = state_ == State::content ? State::done : State::chunk_return;
      continue;
    }
    // A chunk's first framing bytes are free. All bytes of a trailer count.
    if (is_in_trailer() || ++chunk_framing_ > free_chunk_bytes) {
      if (++framing_ > limits_.max_framing_bytes) {
        if (!is_in_trailer()) return std::unexpected(too_large);
        return std::unexpected(Refusal{431, limits_.max_framing_bytes, {}});
      }
    }
    if (!take(bytes[used])) {
      return std::unexpected(
          is_too_large_ ? too_large : Refusal{400, 0, "the chunks of the body can't be read"});
    }
    ++used;
  }
  return used;
}

bool BodyDecoder::take(char byte) {
  switch (state_) {
    case State::size_first:
      rest_ = 0;
      state_ = State::size;
      return add_digit(byte);
    case State::size:
      if (byte == '\r') {
        state_ = State::size_line_feed;
      } else if (byte == ';') {
        state_ = State::extension;
      } else if (byte == ' ' || byte == '\t') {
        state_ = State::extension_blank;
      } else {
        return add_digit(byte);
      }
      return true;
    case State::extension_blank:
      if (byte == ';') state_ = State::extension;
      return byte == ';' || byte == ' ' || byte == '\t';
    case State::extension:
      if (byte == '\r') state_ = State::size_line_feed;
      return byte == '\r' || is_text(byte);
    case State::size_line_feed:
      content_ += rest_;
      state_ = rest_ == 0 ? State::trailer_first : State::chunk;
      return byte == '\n';
    case State::chunk_return:
      state_ = State::chunk_line_feed;
      return byte == '\r';
    case State::chunk_line_feed:
      state_ = State::size_first;
      chunk_framing_ = 0;
      return byte == '\n';
    case State::trailer_first:
      state_ = byte == '\r' ? State::last_line_feed : State::trailer;
      // A field begins with its name.
      return byte == '\r' || (is_text(byte) && byte != ' ' && byte != '\t' && byte != ':');
    case State::trailer:
      if (byte == '\r') state_ = State::trailer_line_feed;
      return byte == '\r' || is_text(byte);
    case State::trailer_line_feed:
      state_ = State::trailer_first;
      return byte == '\n';
    case State::last_line_feed:
      state_ = State::done;
      return byte == '\n';
    case State::content:
    case State::chunk:
    case State::done:
      break;
  }
  return false;
}

bool BodyDecoder::add_digit(char byte) {
  const std::optional<unsigned> digit = hex_digit(byte);
  if (!digit) return false;
  // A chunk is refused as soon as its size says that there is too much: before it is sent.
  is_too_large_ = rest_ > (limits_.max_bytes - content_) / 16 ||
                  rest_ * 16 + *digit > limits_.max_bytes - content_;
  rest_ = rest_ * 16 + *digit;
  return !is_too_large_;
}

}  // namespace chatreports::http
