// Bodies that are read as they come.

#include <boost/asio/post.hpp>
#include <exception>
#include <utility>

#include "http/body_pace.h"
#include "http/session.h"

namespace chatreports::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t piece_bytes = std::size_t{64} << 10;

// Gives the connection a pipe while this object exists.
class Streaming {
 public:
  explicit Streaming(Connection& connection) : connection_(connection) {
    connection_.pipe = std::make_shared<BodyPipe>(connection_.stream.get_executor());
  }
  ~Streaming() {
    connection_.pipe->abandon();
    connection_.pipe = nullptr;
  }
  Streaming(const Streaming&) = delete;
  Streaming& operator=(const Streaming&) = delete;

 private:
  Connection& connection_;
};

}  // namespace

// The size is judged before the right to send.
asio::awaitable<bool> Session::reject(const Head& head, const Rejected& rejected) {
  const std::size_t most = shared_.options.max_streamed_bytes;
  const Refusal too_large{413, most, {}};
  if (head.framing.length > most) co_return co_await refuse(too_large);
  co_return co_await refuse_with(rejected.response);
}

asio::awaitable<bool> Session::answer_streamed(Head& head, const Streamed& streamed) {
  const std::size_t most = shared_.options.max_streamed_bytes;
  const Refusal too_large{413, most, {}};
  if (head.framing.length > most) co_return co_await refuse(too_large);
  Response response;
  Fed fed;
  const bool acquired = co_await stream(head, streamed, fed, response);
  // The slot is free again: what follows may take as long as the peer likes.
  if (!acquired) fed.failure = Refusal{is_abandoned() ? 0 : 503, 0, {}};
  if (fed.failure) co_return co_await refuse(*fed.failure);
  if (!fed.is_whole) co_return co_await refuse_with(response);
  co_return co_await write(response, head);
}

// The handler runs on a thread of its own, where it waits for the body.
asio::awaitable<bool> Session::stream(const Head& head, const Streamed& streamed, Fed& fed,
                                      Response& response) {
  const Watching watching(connection_, Watch::resets);
  const Share share = streamed.share;
  const bool acquired = co_await shared_.stream_slots.acquire(connection_.stream.get_executor(),
                                                              share, head.request.abandoned);
  if (!acquired) co_return false;
  const HandlerSlot slot(shared_.stream_slots, share);
  const Streaming streaming(connection_);
  const std::shared_ptr<BodyPipe> pipe = connection_.pipe;
  asio::post(shared_.stream_threads,
             [&handlers = shared_.handlers, pipe, handle = streamed.handle] {
               Response made;
               try {
                 made = handle(*pipe);
               } catch (const std::exception&) {
                 made = handlers.error_response({500, 0, {}});
               }
               pipe->answer(std::move(made));
             });
  fed = co_await feed(head, *pipe);
  response = co_await pipe->response();
  co_return true;
}

// Gives the body to the handler, piece by piece, until the handler has all of it or answers.
asio::awaitable<Session::Fed> Session::feed(const Head& head, BodyPipe& pipe) {
  BodyDecoder decoder(head.framing,
                      {shared_.options.max_streamed_bytes, shared_.options.max_header_bytes});
  BodyPace pace({shared_.options.request_timeout, shared_.options.min_body_rate,
                 shared_.options.stream_timeout});
  bool is_invited = !head.expects_continue;
  Fed fed;
  while (!decoder.is_done()) {
    const bool is_wanted = co_await pipe.wanted();
    if (!is_wanted) co_return fed;
    std::string piece;
    while (piece.empty() && !decoder.is_done()) {
      const auto used = decoder.decode(connection_.buffer.bytes(), piece);
      if (!used) {
        fed.failure = used.error();
        break;
      }
      connection_.buffer.take(*used);
      if (!piece.empty() || decoder.is_done()) break;
      if (!is_invited) {
        is_invited = true;
        const bool invited = co_await shared_.wire.invite_body(connection_);
        (void)invited;  // if the peer is gone, reading fails
      }
      const auto began = steady_clock::now();
      connection_.must_finish_within(pace.patience());
      const error_code error = co_await shared_.wire.read_more(connection_, piece_bytes);
      const auto waited = std::chrono::ceil<milliseconds>(steady_clock::now() - began);
      pace.received(connection_.buffer.bytes().size(), waited);
      if (error) {
        fed.failure = failure();
        break;
      }
    }
    if (fed.failure) {
      pipe.end(Error{ErrorKind::unavailable, "the body did not come whole"});
      co_return fed;
    }
    pipe.give(std::move(piece));
  }
  pipe.end();
  fed.is_whole = true;
  co_return fed;
}

}  // namespace chatreports::http
