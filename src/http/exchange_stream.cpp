// Bodies that are read as they come.

#include <boost/asio/post.hpp>
#include <exception>
#include <utility>

#include "http/body_pace.h"
#include "http/exchange.h"

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
  explicit Streaming(Connection& connection)
      : connection_(connection),
        pipe_(std::make_shared<BodyPipe>(connection.stream.get_executor())) {
    connection_.pipes.push_back(pipe_);
  }
  ~Streaming() {
    pipe_->abandon();
    std::erase(connection_.pipes, pipe_);
  }
  Streaming(const Streaming&) = delete;
  Streaming& operator=(const Streaming&) = delete;

  const std::shared_ptr<BodyPipe>& pipe() const { return pipe_; }

 private:
  Connection& connection_;
  const std::shared_ptr<BodyPipe> pipe_;
};

}  // namespace

// The size is judged before the right to send.
asio::awaitable<std::optional<Answer>> Exchange::reject(const Rejected& rejected) {
  const std::size_t most = shared_.options.max_streamed_bytes;
  if (body_.announced() > most) co_return refused(Refusal{413, most, {}});
  co_return Answer{rejected.response, true};
}

asio::awaitable<std::optional<Answer>> Exchange::answer_streamed(const Streamed& streamed) {
  const std::size_t most = shared_.options.max_streamed_bytes;
  if (body_.announced() > most) co_return refused(Refusal{413, most, {}});
  Response response;
  Fed fed;
  const bool acquired = co_await stream(streamed, fed, response);
  // The slot is free again: what follows may take as long as the peer likes.
  if (!acquired) fed.failure = Refusal{is_abandoned() ? 0 : 503, 0, {}};
  if (fed.failure) co_return refused(*fed.failure);
  co_return Answer{std::move(response), !fed.is_whole};
}

// The handler runs on a thread of its own, where it waits for the body.
asio::awaitable<bool> Exchange::stream(const Streamed& streamed, Fed& fed, Response& response) {
  const Watching watching(connection_, Watch::resets);
  const Share share = streamed.share;
  const bool acquired =
      co_await shared_.stream_slots.acquire(connection_.stream.get_executor(), share, abandoned_);
  if (!acquired) co_return false;
  const HandlerSlot slot(shared_.stream_slots, share);
  const Streaming streaming(connection_);
  const std::shared_ptr<BodyPipe>& pipe = streaming.pipe();
  asio::post(shared_.stream_threads,
             [&handlers = shared_.handlers, pipe, handle = streamed.handle] {
               Response made;
               try {
                 made = handle(*pipe);
               } catch (const std::exception&) {
                 made = handlers.refuse({500, 0, {}}, nullptr);
               }
               pipe->answer(std::move(made));
             });
  fed = co_await feed(*pipe);
  response = co_await pipe->response();
  co_return true;
}

// Gives the body to the handler, piece by piece, until the handler has all of it or answers.
asio::awaitable<Exchange::Fed> Exchange::feed(BodyPipe& pipe) {
  body_.limit(shared_.options.max_streamed_bytes);
  BodyPace pace({shared_.options.request_timeout, shared_.options.min_body_rate,
                 shared_.options.stream_timeout});
  Fed fed;
  while (!body_.is_at_end()) {
    const bool is_wanted = co_await pipe.wanted();
    if (!is_wanted) co_return fed;
    std::string piece;
    while (true) {
      const auto taken = body_.take(piece);
      if (!taken) fed.failure = taken.error();
      if (!taken || !piece.empty() || body_.is_at_end()) break;
      const auto began = steady_clock::now();
      body_.must_come_within(pace.patience());
      const error_code error = co_await body_.wait_for_more(piece_bytes);
      pace.received(0, std::chrono::ceil<milliseconds>(steady_clock::now() - began));
      if (error) {
        fed.failure = body_.failure();
        break;
      }
    }
    if (fed.failure) {
      pipe.end(Error{ErrorKind::unavailable, "the body did not come whole"});
      co_return fed;
    }
    pace.received(piece.size(), milliseconds(0));
    pipe.give(std::move(piece));
  }
  pipe.end();
  fed.is_whole = true;
  co_return fed;
}

}  // namespace chatreports::http
