#include "http/http2_codec.h"

#include <fmt/format.h>
#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>
#include <exception>
#include <map>
#include <new>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/check.h"
#include "http/flood_guard.h"
#include "http/http2_head.h"
#include "http/response_head.h"

namespace chatreports::http {
namespace {

// Of all streams together. Large, so that one stream whose body waits holds up no other.
constexpr std::int32_t connection_window = 8 << 20;
// Acknowledgements that wait to be sent; a peer that causes more is flooding.
constexpr std::size_t most_acknowledgements = 100;
constexpr std::size_t most_settings = 32;  // in a frame
// A head or a trailer of more times the limit ends the connection. A smaller head is answered 431.
constexpr std::size_t most_times_the_limit = 4;

struct DeleteOption {
  void operator()(nghttp2_option* option) const { nghttp2_option_del(option); }
};
struct DeleteCallbacks {
  void operator()(nghttp2_session_callbacks* callbacks) const {
    nghttp2_session_callbacks_del(callbacks);
  }
};
struct DeleteSession {
  void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
};

void check(int result) {
  if (result == NGHTTP2_ERR_NOMEM) throw std::bad_alloc();
  CHECK(result == 0);
}

std::string_view text_of(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

nghttp2_nv field(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    return const_cast<std::uint8_t*>(reinterpret_cast<const std::uint8_t*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

std::string lower(std::string_view name) {
  std::string text(name);
  for (char& letter : text) {
    letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  }
  return text;
}

}  // namespace

class Http2Codec::Implementation {
 public:
  Implementation(const Limits& limits, Listener& listener) : limits_(limits), listener_(listener) {
    nghttp2_session_callbacks* callbacks = nullptr;
    check(nghttp2_session_callbacks_new(&callbacks));
    const std::unique_ptr<nghttp2_session_callbacks, DeleteCallbacks> owned(callbacks);
    nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks, on_begin_frame);
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_invalid_header_callback(callbacks, on_invalid_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame_recv);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data_chunk_recv);
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, on_frame_send);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);

    nghttp2_option* option = nullptr;
    check(nghttp2_option_new(&option));
    const std::unique_ptr<nghttp2_option, DeleteOption> owned_option(option);
    nghttp2_option_set_no_auto_window_update(option, 1);
    nghttp2_option_set_no_closed_streams(option, 1);
    nghttp2_option_set_max_outbound_ack(option, most_acknowledgements);
    nghttp2_option_set_max_settings(option, most_settings);

    nghttp2_session* session = nullptr;
    check(nghttp2_session_server_new2(&session, callbacks, this, option));
    session_.reset(session);
    const std::array settings{
        nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.streams},
        nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE,
                               static_cast<std::uint32_t>(limits.header_bytes)},
        nghttp2_settings_entry{NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
    };
    check(nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings.data(), settings.size()));
    check(nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, connection_window));
  }

  bool receive(std::string_view bytes) {
    guard_.take_input(bytes.size());
    const auto used = nghttp2_session_mem_recv(
        session(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    throw_failure();
    if (used == NGHTTP2_ERR_NOMEM) throw std::bad_alloc();
    if (used < 0) {
      end(used == NGHTTP2_ERR_BAD_CLIENT_MAGIC ? Http2Error::protocol
                                               : Http2Error::enhance_your_calm);
      return false;
    }
    if (guard_.is_flooded()) {
      end(Http2Error::enhance_your_calm);
      return false;
    }
    return nghttp2_session_want_read(session()) != 0;
  }

  void send(std::string& bytes, std::size_t enough) {
    while (bytes.size() < enough) {
      const std::uint8_t* data = nullptr;
      const auto size = nghttp2_session_mem_send(session(), &data);
      throw_failure();
      if (size == NGHTTP2_ERR_NOMEM) throw std::bad_alloc();
      CHECK(size >= 0);
      if (size == 0) return;
      bytes.append(text_of(data, static_cast<std::size_t>(size)));
    }
  }

  bool is_in_head() const { return reader_.has_value(); }
  bool is_over() const {
    return nghttp2_session_want_read(session()) == 0 && nghttp2_session_want_write(session()) == 0;
  }
  std::size_t waiting_frames() const { return nghttp2_session_get_outbound_queue_size(session()); }

  void answer(StreamId stream, const Response& response, std::string_view date, bool has_body) {
    const std::string status = fmt::to_string(response.status);
    const std::string length = fmt::to_string(response.body.size());
    std::vector<std::string> names;
    std::vector<nghttp2_nv> fields;
    names.reserve(response.headers.size());
    fields.reserve(response.headers.size() + 3);
    fields.push_back(field(":status", status));
    if (!date.empty()) fields.push_back(field("date", date));
    for (const auto& [name, value] : response.headers) {
      fields.push_back(field(names.emplace_back(lower(name)), value));
    }
    if (may_have_body(response.status)) fields.push_back(field("content-length", length));
    nghttp2_data_provider body{};
    body.source.ptr = this;
    body.read_callback = read_body;
    const bool sends_body = has_body && may_have_body(response.status) && !response.body.empty();
    sending_[stream] = {
        .rest = sends_body ? std::string_view(response.body) : std::string_view(),
        .was_too_large = response.status == 431,
    };
    forgive(nghttp2_submit_response(session(), stream, fields.data(), fields.size(),
                                    sends_body ? &body : nullptr));
  }

  void forget(StreamId stream) { sending_.erase(stream); }

  void invite(StreamId stream) {
    const nghttp2_nv status = field(":status", "100");
    forgive(
        nghttp2_submit_headers(session(), NGHTTP2_FLAG_NONE, stream, nullptr, &status, 1, nullptr));
  }

  void reset(StreamId stream, Http2Error error) {
    forgive(nghttp2_submit_rst_stream(session(), NGHTTP2_FLAG_NONE, stream,
                                      static_cast<std::uint32_t>(error)));
  }

  void consume(StreamId stream, std::size_t bytes) {
    forgive(nghttp2_session_consume_stream(session(), stream, bytes));
  }

  void widen(StreamId stream, std::size_t bytes) {
    forgive(nghttp2_session_set_local_window_size(session(), NGHTTP2_FLAG_NONE, stream,
                                                  static_cast<std::int32_t>(bytes)));
  }

  std::size_t unsent(StreamId stream) const {
    const auto found = sending_.find(stream);
    return found == sending_.end() ? 0 : found->second.rest.size();
  }
  std::uint64_t sent_bytes() const { return sent_bytes_; }
  bool has_window(StreamId stream) const {
    return nghttp2_session_get_stream_remote_window_size(session(), stream) > 0;
  }

  void go_away() {
    forgive(nghttp2_submit_goaway(session(), NGHTTP2_FLAG_NONE,
                                  nghttp2_session_get_last_proc_stream_id(session()),
                                  NGHTTP2_NO_ERROR, nullptr, 0));
  }
  void end(Http2Error error) {
    forgive(nghttp2_session_terminate_session(session(), static_cast<std::uint32_t>(error)));
  }

 private:
  static Implementation& of(void* user) { return *static_cast<Implementation*>(user); }

  // Exceptions must not pass through nghttp2: receive() and send() throw them again.
  template <class Call>
  static int guarded(void* user, const Call& call) {
    try {
      return call(of(user));
    } catch (const std::exception&) {
      of(user).failure_ = std::current_exception();
      return NGHTTP2_ERR_CALLBACK_FAILURE;
    }
  }
  void throw_failure() {
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  }
  // Any other error says that the stream is closed.
  static void forgive(int result) {
    if (result == NGHTTP2_ERR_NOMEM) throw std::bad_alloc();
  }

  static int on_begin_frame(nghttp2_session*, const nghttp2_frame_hd*, void* user) {
    of(user).guard_.take_frame();
    return 0;
  }

  static int on_begin_headers(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    of(user).block_bytes_ = 0;
    if (frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
    return guarded(user, [&](Implementation& codec) {
      codec.reader_.reset();
      codec.head_stream_ = frame->hd.stream_id;
      if (codec.listener_.head_begins(codec.head_stream_)) {
        codec.reader_.emplace(codec.limits_.header_bytes);
      } else {
        codec.reset(codec.head_stream_, Http2Error::refused_stream);
      }
      return 0;
    });
  }

  // Returns an error, with which nghttp2 reads nothing more, if the peer makes it unpack too much.
  int take_field(std::size_t bytes) {
    guard_.take_field(bytes);
    block_bytes_ += bytes;
    const bool is_too_much = block_bytes_ > most_times_the_limit * limits_.header_bytes;
    return is_too_much || guard_.is_flooded() ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
  }

  // The fields of a trailer are skipped.
  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                       std::uint8_t, void* user) {
    return guarded(user, [&](Implementation& codec) {
      const std::string_view name_text = text_of(name, name_size);
      const std::string_view value_text = text_of(value, value_size);
      const int result = codec.take_field(bytes_of_field(name_text, value_text));
      const bool is_in_head = frame->headers.cat == NGHTTP2_HCAT_REQUEST && codec.reader_;
      if (result == 0 && is_in_head) codec.reader_->add(name_text, value_text);
      return result;
    });
  }

  // The request is malformed: its stream is reset.
  static int on_invalid_header(nghttp2_session*, const nghttp2_frame*, const std::uint8_t* name,
                               std::size_t name_size, const std::uint8_t* value,
                               std::size_t value_size, std::uint8_t, void* user) {
    const int result =
        of(user).take_field(bytes_of_field(text_of(name, name_size), text_of(value, value_size)));
    return result == 0 ? NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE : result;
  }

  static int on_frame_recv(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    const bool is_headers = frame->hd.type == NGHTTP2_HEADERS;
    if (!is_headers && frame->hd.type != NGHTTP2_DATA) return 0;
    return guarded(user, [&](Implementation& codec) {
      const StreamId stream = frame->hd.stream_id;
      if (is_headers && frame->headers.cat == NGHTTP2_HCAT_REQUEST && codec.reader_) {
        const std::size_t bytes = codec.reader_->bytes();
        if (!codec.reader_->is_too_large()) codec.guard_.take_head(bytes);
        codec.listener_.head_came(stream, codec.reader_->head(), bytes);
        codec.reader_.reset();
      }
      if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) codec.listener_.body_ended(stream);
      return 0;
    });
  }

  static int on_data_chunk_recv(nghttp2_session*, std::uint8_t, StreamId stream,
                                const std::uint8_t* data, std::size_t size, void* user) {
    return guarded(user, [&](Implementation& codec) {
      codec.guard_.take_body(size);
      // Each stream has a window of its own.
      forgive(nghttp2_session_consume_connection(codec.session(), size));
      codec.listener_.body_came(stream, text_of(data, size));
      return 0;
    });
  }

  static int on_frame_send(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    const bool is_message = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
    if (!is_message || (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
    return guarded(user, [&](Implementation& codec) {
      const auto sent = codec.sending_.find(frame->hd.stream_id);
      if (sent != codec.sending_.end()) sent->second.is_done = true;
      if (nghttp2_session_get_stream_remote_close(session, frame->hd.stream_id) == 0) {
        codec.listener_.answered_early(frame->hd.stream_id);
      }
      return 0;
    });
  }

  static int on_stream_close(nghttp2_session*, StreamId stream, std::uint32_t, void* user) {
    return guarded(user, [&](Implementation& codec) {
      const auto sent = codec.sending_.find(stream);
      const bool is_answered = sent != codec.sending_.end() && sent->second.is_done;
      codec.guard_.end_request(is_answered && !sent->second.was_too_large);
      if (sent != codec.sending_.end()) codec.sending_.erase(sent);
      if (stream == codec.head_stream_) codec.reader_.reset();
      codec.listener_.stream_closed(stream, is_answered);
      return 0;
    });
  }

  static ssize_t read_body(nghttp2_session*, StreamId stream, std::uint8_t* into, std::size_t most,
                           std::uint32_t* flags, nghttp2_data_source* source, void*) {
    auto& codec = *static_cast<Implementation*>(source->ptr);
    const auto found = codec.sending_.find(stream);
    if (found == codec.sending_.end()) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    std::string_view& rest = found->second.rest;
    const std::size_t size = std::min(most, rest.size());
    std::memcpy(into, rest.data(), size);
    rest.remove_prefix(size);
    if (rest.empty()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    codec.sent_bytes_ += size;
    codec.guard_.send_body(size);
    return static_cast<ssize_t>(size);
  }

  nghttp2_session* session() const { return session_.get(); }

  const Limits limits_;
  Listener& listener_;
  std::unique_ptr<nghttp2_session, DeleteSession> session_;
  std::optional<Http2HeadReader> reader_;  // of the head that has come in part
  StreamId head_stream_ = 0;
  std::size_t block_bytes_ = 0;  // of the head or trailer that comes, unpacked
  struct Sending {
    std::string_view rest;       // of the body
    bool was_too_large = false;  // the head
    bool is_done = false;
  };
  std::map<StreamId, Sending> sending_;  // the answers
  std::uint64_t sent_bytes_ = 0;
  FloodGuard guard_;
  std::exception_ptr failure_;
};

Http2Codec::Http2Codec(const Limits& limits, Listener& listener)
    : implementation_(std::make_unique<Implementation>(limits, listener)) {}
Http2Codec::~Http2Codec() = default;

bool Http2Codec::receive(std::string_view bytes) {
  return implementation_->receive(bytes);
}
void Http2Codec::send(std::string& bytes, std::size_t enough) {
  implementation_->send(bytes, enough);
}
bool Http2Codec::is_in_head() const {
  return implementation_->is_in_head();
}
bool Http2Codec::is_over() const {
  return implementation_->is_over();
}
std::size_t Http2Codec::waiting_frames() const {
  return implementation_->waiting_frames();
}
void Http2Codec::answer(StreamId stream, const Response& response, std::string_view date,
                        bool has_body) {
  implementation_->answer(stream, response, date, has_body);
}
void Http2Codec::forget(StreamId stream) {
  implementation_->forget(stream);
}
void Http2Codec::invite(StreamId stream) {
  implementation_->invite(stream);
}
void Http2Codec::reset(StreamId stream, Http2Error error) {
  implementation_->reset(stream, error);
}
void Http2Codec::consume(StreamId stream, std::size_t bytes) {
  implementation_->consume(stream, bytes);
}
void Http2Codec::widen(StreamId stream, std::size_t bytes) {
  implementation_->widen(stream, bytes);
}
std::size_t Http2Codec::unsent(StreamId stream) const {
  return implementation_->unsent(stream);
}
std::uint64_t Http2Codec::sent_bytes() const {
  return implementation_->sent_bytes();
}
bool Http2Codec::has_window(StreamId stream) const {
  return implementation_->has_window(stream);
}
void Http2Codec::go_away() {
  implementation_->go_away();
}
void Http2Codec::end(Http2Error error) {
  implementation_->end(error);
}

}  // namespace chatreports::http
