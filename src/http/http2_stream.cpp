#include "http/http2_stream.h"

#include <algorithm>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <utility>

#include "http/http2_session.h"

namespace chatreports::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::steady_clock;

// What a peer may send of a body before it is taken: more than at first, once somebody wants it.
constexpr std::size_t wanted_window = std::size_t{256} << 10;

// What is discarded of the body of a request that was answered before its end.
constexpr std::size_t linger_bytes = std::size_t{256} << 10;

// What a stream takes beside its head and its body, about: its objects, and its coroutines.
constexpr std::size_t bytes_of_a_stream = 4'096;

// Keeps the codec from an answer that is gone.
class Lent {
 public:
  Lent(Http2Codec& codec, Http2Codec::StreamId stream) : codec_(codec), stream_(stream) {}
  ~Lent() { codec_.forget(stream_); }
  Lent(const Lent&) = delete;
  Lent& operator=(const Lent&) = delete;

 private:
  Http2Codec& codec_;
  const Http2Codec::StreamId stream_;
};

}  // namespace

Http2Stream::Http2Stream(Http2Session& session, Connection& connection, Http2Codec::StreamId id,
                         Time deadline)
    : session_(session),
      connection_(connection),
      id_(id),
      changed_(connection.stream.get_executor()),
      deadline_(deadline),
      held_(connection.requests) {}

void Http2Stream::take_head(std::expected<Head, Refusal> head, std::size_t bytes) {
  head_ = std::move(head);
  if (*head_ && !held_.grow_to(bytes + bytes_of_a_stream))
    head_ = std::unexpected(Refusal{503, 0, {}});
  if (*head_) is_invited_ = !(*head_)->expects_continue;
}

void Http2Stream::take_body(std::string_view content) {
  if (is_closed_) return;
  if (!refusal_ && !is_discarding_ && !held_.grow_to(held_.amount() + content.size())) {
    refusal_ = Refusal{503, 0, {}};
  }
  if (refusal_ || is_discarding_) {
    unconsumed_ += content.size();
  } else {
    pending_.append(content);
  }
  changed_.cancel();
}

void Http2Stream::ends(End end) {
  if (end_ != End::open) return;
  end_ = end;
  changed_.cancel();
}

void Http2Stream::note_answered_early() {
  is_answered_early_ = true;
  changed_.cancel();
}

void Http2Stream::close(bool is_answered) {
  if (is_closed_) return;
  is_closed_ = true;
  ends(End::cut);
  changed_.cancel();
  // Posted, because callbacks may do anything.
  if (!is_answered) {
    asio::post(changed_.get_executor(), [source = abandoned_]() mutable { source.request_stop(); });
  }
}

std::uint64_t Http2Stream::announced() const {
  return (*head_)->framing.length;
}

void Http2Stream::limit(std::size_t most) {
  most_ = most;
  const std::size_t window = std::min(most, wanted_window);
  if (end_ != End::open || window <= Http2Codec::stream_window) return;
  session_.codec().widen(id_, window);
  session_.flush();
}

std::expected<void, Refusal> Http2Stream::take(std::string& content) {
  if (announced() > most_ || pending_.size() > most_ - taken_) refusal_ = Refusal{413, most_, {}};
  if (refusal_) return std::unexpected(*refusal_);
  if (pending_.empty()) return {};
  const std::size_t size = pending_.size();
  if (content.empty()) {
    content = std::exchange(pending_, {});
  } else {
    content.append(std::exchange(pending_, {}));
  }
  taken_ += size;
  held_.shrink_to(held_.amount() - size);
  session_.codec().consume(id_, size);
  session_.flush();
  return {};
}

asio::awaitable<error_code> Http2Stream::wait_for_more(std::size_t) {
  if (!std::exchange(is_invited_, true)) {
    session_.codec().invite(id_);
    session_.flush();
  }
  while (pending_.empty() && !refusal_ && end_ == End::open) {
    const bool has_changed = co_await wait_for_change(deadline_);
    if (has_changed) continue;
    timed_out_ = true;
    co_return asio::error::timed_out;
  }
  if (end_ == End::cut) co_return asio::error::connection_aborted;
  co_return error_code();
}

asio::awaitable<bool> Http2Stream::wait_for_change(const Time& time) {
  changed_.expires_at(time);
  const auto [error] = co_await changed_.async_wait(no_throw);
  co_return error || steady_clock::now() < time;
}

void Http2Stream::must_come_within(std::chrono::milliseconds time) {
  deadline_ = steady_clock::now() + time;
}

Refusal Http2Stream::failure() const {
  return timed_out_ ? Refusal{408, 0, {}} : Refusal{0, 0, {}};
}

asio::awaitable<void> Http2Stream::send(Response& response) {
  Shared& shared = session_.shared();
  const std::size_t size = response.body.size();
  HeldBytes held(connection_.answers);
  const Request* const request = *head_ ? &(*head_)->request : nullptr;
  if (!held.grow_to(size)) response = shared.handlers.refuse(too_many_large_answers(), request);
  const WaitingBytes waiting(connection_, response.body.size());
  const Watching watching(connection_, Watch::endings);
  const bool is_head = request != nullptr && request->method == "HEAD";
  const Lent lent(session_.codec(), id_);
  is_discarding_ = true;
  unconsumed_ += pending_.size();
  held_.shrink_to(held_.amount() - pending_.size());
  std::string().swap(pending_);
  session_.codec().answer(id_, response, shared.wire.date(), !is_head);
  unsent_before_ = response.body.size();
  sent_before_ = session_.codec().sent_bytes();
  session_.flush();
  Time time = steady_clock::now() + shared.options.request_timeout;
  while (!is_closed_ && !is_answered_early_) {
    const bool has_changed = co_await wait_for_change(time);
    if (has_changed) continue;
    if (!peer_took_enough()) {
      session_.codec().reset(id_, Http2Error::cancel);
      session_.flush();
    }
    time = steady_clock::now() + shared.options.request_timeout;
  }
  if (!is_closed_) co_await linger();
  shared.note_sent(size);
}

void Http2Stream::make_up_for_discarded() {
  if (unconsumed_ == 0 || is_closed_ || end_ != End::open) return;
  const std::size_t size = std::exchange(unconsumed_, 0);
  discarded_ += size;
  session_.codec().consume(id_, size);
  session_.flush();
}

// A reset at once would reach some clients before the answer: they would never see its status.
asio::awaitable<void> Http2Stream::linger() {
  const Time until = steady_clock::now() + Wire::linger_time;
  make_up_for_discarded();
  while (!is_closed_ && end_ == End::open && discarded_ < linger_bytes) {
    const bool has_changed = co_await wait_for_change(until);
    if (!has_changed) break;
    make_up_for_discarded();
  }
  if (is_closed_) co_return;
  session_.codec().reset(id_, Http2Error::none);  // RFC 9113, section 8.1
  session_.flush();
  const Time end_of_time = Time::max();
  while (!is_closed_) {
    const bool has_changed = co_await wait_for_change(end_of_time);
    (void)has_changed;
  }
}

bool Http2Stream::peer_took_enough() {
  const Http2Codec& codec = session_.codec();
  const std::size_t unsent = codec.unsent(id_);
  const std::uint64_t sent = codec.sent_bytes();
  const std::size_t of_this = unsent_before_ - unsent;
  const std::uint64_t of_all = sent - sent_before_;
  unsent_before_ = unsent;
  sent_before_ = sent;
  // While the socket takes nothing, the deadline of the write counts.
  if (session_.is_writing() || of_this >= Wire::least_piece_bytes) return true;
  // Else it may have waited for its turn.
  return codec.has_window(id_) && of_all >= Wire::least_piece_bytes;
}

}  // namespace chatreports::http
