#pragma once
// A client of HTTP/2 that sends any frames.

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"
#include "http/peer_test.h"

namespace chatreports::http {

// Names as in RFC 9113, section 6.
enum class FrameType : std::uint8_t {
  data = 0,
  headers = 1,
  rst_stream = 3,
  settings = 4,
  ping = 6,
  goaway = 7,
  window_update = 8,
  continuation = 9,
};
constexpr std::uint8_t end_stream = 1;
constexpr std::uint8_t acknowledges = 1;
constexpr std::uint8_t end_headers = 4;

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Frame {
  FrameType type = FrameType::data;
  std::uint8_t flags = 0;
  std::int32_t stream = 0;
  std::string payload;
};

inline std::string number_of(std::uint32_t number, int bytes) {
  std::string text;
  for (int at = bytes - 1; at >= 0; --at) text += static_cast<char>(number >> (8 * at) & 0xff);
  return text;
}

inline std::uint32_t number_in(std::string_view text) {
  std::uint32_t number = 0;
  for (const char byte : text) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

inline std::string frame_of(FrameType type, std::uint8_t flags, std::int32_t stream,
                            std::string_view payload = {}) {
  std::string text = number_of(static_cast<std::uint32_t>(payload.size()), 3);
  text += static_cast<char>(type);
  text += static_cast<char>(flags);
  text += number_of(static_cast<std::uint32_t>(stream), 4);
  return text.append(payload);
}

// Neither indexed nor compressed. Texts have up to 16 KiB.
inline std::string block_of(const Fields& fields) {
  std::string block;
  const auto add = [&block](std::string_view text) {
    if (text.size() < 127) {
      block += static_cast<char>(text.size());
    } else {
      const std::size_t rest = text.size() - 127;
      block += '\x7f';
      if (rest < 128) {
        block += static_cast<char>(rest);
      } else {
        CHECK(rest < 128 * 128);
        block += static_cast<char>(rest % 128 + 128);
        block += static_cast<char>(rest / 128);
      }
    }
    block.append(text);
  };
  for (const auto& [name, value] : fields) {
    block += '\0';
    add(name);
    add(value);
  }
  return block;
}

inline Fields head_of(std::string_view method, std::string_view path, const Fields& more = {}) {
  Fields fields{{":method", std::string(method)},
                {":scheme", "http"},
                {":path", std::string(path)},
                {":authority", "x"}};
  fields.insert(fields.end(), more.begin(), more.end());
  return fields;
}

constexpr std::string_view http2_preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

class Http2Peer {
 public:
  struct Answer {
    int status = 0;
    Fields fields;
    std::string body;
    std::optional<std::uint32_t> reset;  // the error code

    std::string_view field(std::string_view name) const {
      for (const auto& [known, value] : fields) {
        if (known == name) return value;
      }
      return {};
    }
  };

  explicit Http2Peer(std::uint16_t port) : peer_(port) {
    CHECK(nghttp2_hd_inflate_new(&inflater_) == 0);
    peer_.send_at_once();
    peer_.send(std::string(http2_preface) + frame_of(FrameType::settings, 0, 0));
  }
  ~Http2Peer() { nghttp2_hd_inflate_del(inflater_); }
  Http2Peer(const Http2Peer&) = delete;
  Http2Peer& operator=(const Http2Peer&) = delete;

  Peer& raw() { return peer_; }

  void send(FrameType type, std::uint8_t flags, std::int32_t stream,
            std::string_view payload = {}) {
    peer_.send(frame_of(type, flags, stream, payload));
  }
  // Returns the stream.
  std::int32_t ask(std::string_view method, std::string_view path, const Fields& more = {},
                   bool is_whole = true) {
    const std::int32_t stream = next_;
    next_ += 2;
    send(FrameType::headers,
         static_cast<std::uint8_t>(end_headers | (is_whole ? end_stream : std::uint8_t{0})), stream,
         block_of(head_of(method, path, more)));
    return stream;
  }
  // Sends pieces of up to 16 KiB, whether or not there is a window.
  void send_body(std::int32_t stream, std::string_view body, bool is_whole = true) {
    do {
      const std::string_view piece = body.substr(0, 16'384);
      body.remove_prefix(piece.size());
      send(FrameType::data, is_whole && body.empty() ? end_stream : std::uint8_t{0}, stream, piece);
    } while (!body.empty());
  }
  void reset(std::int32_t stream, std::uint32_t error = 8) {
    send(FrameType::rst_stream, 0, stream, number_of(error, 4));
  }
  void widen(std::int32_t stream, std::uint32_t bytes) {
    send(FrameType::window_update, 0, stream, number_of(bytes, 4));
  }

  // Returns nothing once the server has closed the connection.
  std::optional<Frame> receive() {
    const std::string head = peer_.receive(9);
    if (head.size() < 9) return std::nullopt;
    Frame frame;
    const std::size_t size = number_in(head.substr(0, 3));
    frame.type = static_cast<FrameType>(head[3]);
    frame.flags = static_cast<std::uint8_t>(head[4]);
    frame.stream = static_cast<std::int32_t>(number_in(head.substr(5)));
    frame.payload = peer_.receive(size);
    CHECK(frame.payload.size() == size);
    return frame;
  }
  // Returns the next frame of that type, on that stream unless it is 0; nothing if the server
  // closes the connection before.
  std::optional<Frame> receive(FrameType type, std::int32_t stream = 0) {
    while (auto frame = receive()) {
      if (frame->type == FrameType::headers) inflate(frame->payload);
      if (frame->type == type && (stream == 0 || frame->stream == stream)) return frame;
    }
    return std::nullopt;
  }
  // Returns the answer on that stream, as far as it comes.
  Answer answer(std::int32_t stream) {
    Answer answer;
    while (const auto frame = receive()) {
      if (frame->type == FrameType::headers) {
        Fields fields = inflate(frame->payload);
        if (frame->stream == stream) {
          answer.fields = std::move(fields);
          answer.status = std::stoi(std::string(answer.field(":status")));
        }
      }
      if (frame->stream != stream) continue;
      if (frame->type == FrameType::data) answer.body += frame->payload;
      if (frame->type == FrameType::rst_stream) {
        answer.reset = number_in(frame->payload);
        break;
      }
      if (frame->type != FrameType::window_update && (frame->flags & end_stream) != 0) break;
    }
    return answer;
  }
  // Returns the status of the next answer that begins, on any stream; 0 if none comes.
  int next_status() {
    while (const auto frame = receive()) {
      if (frame->type != FrameType::headers) continue;
      Answer answer;
      answer.fields = inflate(frame->payload);
      return std::stoi(std::string(answer.field(":status")));
    }
    return 0;
  }
  Answer get(std::string_view path) { return answer(ask("GET", path)); }

 private:
  Fields inflate(std::string_view block) {
    Fields fields;
    auto bytes = reinterpret_cast<const std::uint8_t*>(block.data());
    std::size_t size = block.size();
    while (true) {
      nghttp2_nv field{};
      int flags = 0;
      const auto used = nghttp2_hd_inflate_hd2(inflater_, &field, &flags, bytes, size, 1);
      CHECK(used >= 0);
      bytes += used;
      size -= static_cast<std::size_t>(used);
      if ((flags & NGHTTP2_HD_INFLATE_EMIT) != 0) {
        fields.emplace_back(std::string(reinterpret_cast<char*>(field.name), field.namelen),
                            std::string(reinterpret_cast<char*>(field.value), field.valuelen));
      }
      if ((flags & NGHTTP2_HD_INFLATE_FINAL) != 0) {
        nghttp2_hd_inflate_end_headers(inflater_);
        return fields;
      }
    }
  }

  Peer peer_;
  nghttp2_hd_inflater* inflater_ = nullptr;
  std::int32_t next_ = 1;
};

}  // namespace chatreports::http
