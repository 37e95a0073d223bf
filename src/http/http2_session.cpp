#include "http/http2_session.h"

#include <algorithm>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/write.hpp>
#include <exception>
#include <utility>

namespace chatreports::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t read_bytes = std::size_t{16} << 10;
constexpr std::size_t kept_buffer_bytes = std::size_t{16} << 10;  // by an idle connection
constexpr std::size_t write_bytes = std::size_t{64} << 10;
// Other connections get their turn after so many requests. Some more may be decoded: those that
// begin in the same piece of input.
constexpr std::size_t requests_a_turn = 8;
constexpr std::size_t piece_bytes = 512;
// Nothing more is read while more frames wait to be written.
constexpr std::size_t most_waiting_frames = 1'000;
constexpr milliseconds refusing_time{1'000};
constexpr std::chrono::hours forever{24 * 365};

}  // namespace

Http2Session::Http2Session(Shared& shared, std::shared_ptr<Connection> connection, bool is_full)
    : shared_(shared),
      connection_(std::move(connection)),
      codec_({shared.options.max_http2_requests, shared.options.max_header_bytes}, *this),
      is_full_(is_full),
      idle_since_(steady_clock::now()),
      changed_(connection_->stream.get_executor(), steady_clock::time_point::max()) {}

// Keep the awaits here plain: see exchange.cpp.
asio::awaitable<void> Http2Session::run() {
  const std::stop_callback give_up(connection_->abandoned.get_token(),
                                   [weak = weak_from_this(), this] {
                                     asio::post(connection_->stream.get_executor(), [weak] {
                                       if (const auto self = weak.lock()) self->abandon();
                                     });
                                   });
  co_await read();
  is_reading_ = false;
  co_await wait_for_streams();
  codec_.end(last_error_);
  flush();
  co_await wait_for_streams();
  if (must_linger_ && !is_broken_) co_await shared_.wire.linger(*connection_);
}

bool Http2Session::take_input() {
  InputBuffer& input = connection_->buffer;
  bool goes_on = true;
  while (goes_on && !input.empty() && complete_.size() < requests_a_turn) {
    const std::string_view piece = input.bytes().substr(0, piece_bytes);
    goes_on = codec_.receive(piece);
    input.take(piece.size());
  }
  if (!goes_on) must_linger_ = true;
  return goes_on;
}

void Http2Session::begin_answers() {
  is_gathering_ = true;
  for (std::size_t begun = 0; begun < requests_a_turn && !complete_.empty(); ++begun) {
    const std::shared_ptr<Http2Stream> stream = std::move(complete_.front());
    complete_.pop_front();
    if (stream->is_closed()) {
      streams_.erase(stream->id());
    } else {
      asio::co_spawn(connection_->stream.get_executor(), answer(shared_from_this(), stream),
                     asio::detached);
    }
  }
  is_gathering_ = false;
  flush();
}

asio::awaitable<bool> Http2Session::use_input() {
  while (true) {
    const bool goes_on = take_input();
    begin_answers();
    if (!goes_on || is_broken_ || codec_.is_over()) {
      while (!complete_.empty()) begin_answers();
      co_return false;
    }
    if (is_writing_ && codec_.waiting_frames() > most_waiting_frames) co_await wait_for_room();
    if (complete_.empty() && connection_->buffer.empty()) co_return true;
    co_await asio::post(connection_->stream.get_executor(), asio::use_awaitable);
  }
}

asio::awaitable<void> Http2Session::read() {
  while (true) {
    const bool goes_on = co_await use_input();
    if (!goes_on) {
      abandon();
      co_return;
    }
    if (streams_.empty() && shared_.stopping) co_return;
    if (streams_.empty()) connection_->buffer.shrink(kept_buffer_bytes);
    connection_->idle = streams_.empty();
    set_deadline();
    const error_code error = co_await shared_.wire.read_more(*connection_, read_bytes);
    if (!error) continue;
    // A peer that has closed its sending side may still read answers.
    if (error != asio::error::eof && error != asio::ssl::error::stream_truncated) abandon();
    for (const auto& [id, stream] : streams_) stream->end_input();
    std::erase_if(streams_, [](const auto& entry) { return !entry.second->has_head(); });
    if (codec_.is_in_head()) last_error_ = Http2Error::enhance_your_calm;
    co_return;
  }
}

asio::awaitable<void> Http2Session::wait_for_room() {
  while (is_writing_ && codec_.waiting_frames() > most_waiting_frames) {
    co_await changed_.async_wait(no_throw);
  }
}

asio::awaitable<void> Http2Session::wait_for_streams() {
  while (is_writing_ || !streams_.empty()) co_await changed_.async_wait(no_throw);
}

asio::awaitable<void> Http2Session::answer(std::shared_ptr<Http2Session> self,
                                           std::shared_ptr<Http2Stream> stream) {
  bool has_failed = false;
  try {
    co_await self->serve(*stream);
  } catch (const std::exception&) {
    has_failed = true;
  }
  if (has_failed && !stream->is_closed()) self->codec_.reset(stream->id(), Http2Error::internal);
  self->end_stream(*stream);
}

asio::awaitable<void> Http2Session::serve(Http2Stream& stream) {
  Exchange exchange(shared_, *connection_, stream, stream.abandoned(), HandlerThread::another);
  std::optional<Answer> answer;
  if (is_full_) {
    answer = Exchange::refused(shared_, Refusal{503, 0, {}},
                               stream.head() ? &stream.head()->request : nullptr);
  } else if (!stream.head()) {
    answer = Exchange::refused(shared_, stream.head().error(), nullptr);
  } else {
    answer = co_await exchange.answer(stream.head()->request);
  }
  if (answer && !stream.is_closed()) {
    co_await stream.send(answer->response);
  } else if (!stream.is_closed()) {
    codec_.reset(stream.id(), Http2Error::cancel);
  }
}

void Http2Session::end_stream(const Http2Stream& stream) {
  streams_.erase(stream.id());
  if (streams_.empty()) {
    idle_since_ = steady_clock::now();
    connection_->idle = true;
    if (!is_writing_ && output_.capacity() > kept_buffer_bytes) std::string().swap(output_);
  }
  if ((shared_.stopping || is_full_) && !std::exchange(is_going_away_, true)) codec_.go_away();
  flush();
  set_deadline();
  stop_reading();
  changed_.cancel();
}

bool Http2Session::head_begins(StreamId stream) {
  // The codec counts streams that are open. Those that the peer has reset stay here until their
  // handlers have noticed: at most as many again.
  const std::size_t most = std::size_t{2} * shared_.options.max_http2_requests;
  if (shared_.stopping || streams_.size() >= most) return false;
  head_began_ = steady_clock::now();
  streams_.emplace(stream,
                   std::make_shared<Http2Stream>(*this, *connection_, stream,
                                                 head_began_ + shared_.options.request_timeout));
  return true;
}

void Http2Session::head_came(StreamId stream, std::expected<Head, Refusal> head,
                             std::size_t bytes) {
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return;
  found->second->take_head(std::move(head), bytes);
  complete_.push_back(found->second);
}

void Http2Session::body_came(StreamId stream, std::string_view content) {
  const auto found = streams_.find(stream);
  if (found != streams_.end()) found->second->take_body(content);
}

void Http2Session::body_ended(StreamId stream) {
  const auto found = streams_.find(stream);
  if (found != streams_.end()) found->second->end_body();
}

void Http2Session::answered_early(StreamId stream) {
  const auto found = streams_.find(stream);
  if (found != streams_.end()) found->second->note_answered_early();
}

void Http2Session::stream_closed(StreamId stream, bool is_answered) {
  const auto found = streams_.find(stream);
  if (found == streams_.end()) return;
  found->second->close(is_answered);
  // No coroutine has begun that would remove it.
  if (!found->second->has_head()) streams_.erase(found);
}

void Http2Session::flush() {
  if (is_gathering_) return;
  while (!is_writing_ && !is_broken_) {
    output_.clear();
    codec_.send(output_, write_bytes);
    const std::size_t written = shared_.wire.write_at_once(*connection_, output_);
    if (output_.empty()) return;
    if (written < output_.size()) begin_write(written);
  }
}

// The rest of what the codec has sent.
void Http2Session::begin_write(std::size_t from) {
  is_writing_ = true;
  connection_->must_take_within(shared_.options.request_timeout, Wire::least_piece_bytes);
  asio::async_write(
      connection_->stream, asio::buffer(output_) + from,
      asio::bind_executor(connection_->stream.get_executor(),
                          [self = shared_from_this()](error_code error, std::size_t bytes) {
                            self->shared_.wire.count_written(*self->connection_, bytes);
                            self->end_write(error.failed());
                          }));
}

void Http2Session::end_write(bool has_failed) {
  is_writing_ = false;
  is_broken_ = has_failed;
  if (has_failed) {
    abandon();
  } else {
    flush();
    set_deadline();
  }
  stop_reading();
  changed_.cancel();
}

void Http2Session::abandon() {
  for (const auto& [id, stream] : streams_) stream->close(false);
  std::erase_if(streams_, [](const auto& entry) { return !entry.second->has_head(); });
}

void Http2Session::stop_reading() {
  if (!is_reading_ || is_writing_) return;
  const bool is_over =
      is_broken_ || codec_.is_over() || (streams_.empty() && (is_going_away_ || shared_.stopping));
  if (is_over) connection_->cancel();
}

void Http2Session::set_deadline() {
  if (is_writing_ || !is_reading_) return;  // the write has its own
  Time until = steady_clock::now() + forever;
  if (is_full_) {
    until = idle_since_ + refusing_time;
  } else if (codec_.is_in_head()) {
    until = head_began_ + shared_.options.request_timeout;
  } else if (streams_.empty()) {
    until = idle_since_ + shared_.options.idle_timeout;
  }
  const auto left = std::chrono::ceil<milliseconds>(until - steady_clock::now());
  connection_->must_finish_within(std::max(milliseconds(0), left));
}

}  // namespace chatreports::http
