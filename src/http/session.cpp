#include "http/session.h"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <variant>

#include "base/gzip.h"
#include "base/overloaded.h"
#include "http/deferred_answer.h"

namespace chatreports::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr milliseconds linger_time{1'000};
constexpr std::size_t read_bytes = 4'096;
constexpr std::size_t kept_buffer_bytes = std::size_t{16} << 10;  // by an idle connection
constexpr std::size_t least_bytes_to_pack = 1'024;  // a smaller answer fits into a packet anyway
// Answers up to this size are not counted: the number of connections bounds them.
constexpr std::size_t small_answer_bytes = std::size_t{64} << 10;
// Neither are bodies: otherwise a few that never end would keep all others out.
constexpr std::size_t small_body_bytes = std::size_t{16} << 10;
constexpr std::size_t large_answer_bytes = std::size_t{1} << 20;
constexpr char tls_handshake = 0x16;  // the first byte of TLS

// Sets a flag when it is destroyed if there is memory to give back to the system.
class GivingBack {
 public:
  explicit GivingBack(std::atomic<bool>& flag) : flag_(flag) {}
  ~GivingBack() {
    if (is_due) flag_ = true;
  }
  GivingBack(const GivingBack&) = delete;
  GivingBack& operator=(const GivingBack&) = delete;

  bool is_due = false;

 private:
  std::atomic<bool>& flag_;
};

// Unpacks a gzip body. Returns false if it unpacks to more than `max_bytes`. A damaged one stays as
// it is, with its Content-Encoding, for the handler to refuse.
bool unpacked(Request& request, std::size_t max_bytes) {
  if (!is_same_word(request.header("Content-Encoding"), "gzip")) return true;
  Result<std::string> body = gunzip(request.body, max_bytes);
  if (!body) return true;
  if (body->size() > max_bytes) return false;
  request.body = *std::move(body);
  std::erase_if(request.headers,
                [](const auto& header) { return is_same_word(header.first, "Content-Encoding"); });
  return true;
}

void pack(Response& response, const Request& request) {
  response.headers.emplace_back("Vary", "Accept-Encoding");
  if (!request.accepts_gzip()) return;
  response.body = gzip(response.body);
  response.headers.emplace_back("Content-Encoding", "gzip");
}

std::size_t most_streams_of_an_owner(std::size_t streams) {
  return std::max<std::size_t>(1, streams - 1);
}

}  // namespace

Shared::Shared(const ServerOptions& chosen, Handlers given)
    : options(chosen),
      handlers(std::move(given)),
      wire({options.request_timeout, options.unix_time}),
      slots({.slots = options.threads + 1,
             .waiting = options.max_waiting_requests,
             .of_an_owner = options.threads}),
      stream_slots({.slots = options.max_streams,
                    .waiting = options.max_waiting_requests,
                    .of_an_owner = most_streams_of_an_owner(options.max_streams),
                    .patience = options.stream_patience}),
      waiting_answers(options.max_waiting_answer_bytes),
      waiting_bodies(options.max_waiting_body_bytes),
      stream_threads(options.max_streams) {}

// Keep the awaits here plain: GCC 12, unlike clang, generated wrong code for awaits in both
// branches of an `if` and for awaits with an argument by value.
asio::awaitable<void> Session::run(std::shared_ptr<asio::ssl::context> tls, bool is_full) {
  error_code ignored;
  connection_.stream.socket().set_option(asio::ip::tcp::no_delay(true), ignored);
  const bool can_talk = co_await begin_tls(tls);
  if (!can_talk) co_return;
  if (is_full) {
    const Refusal too_many{503, 0, {}};
    co_await refuse(too_many);
    co_return;
  }
  while (true) {
    const bool goes_on = co_await answer_one();
    if (!goes_on || shared_.stopping) break;
    connection_.idle = true;
  }
  if (is_abandoned()) co_return;
  co_await end_tls();
  connection_.end_sending();
}

// Does the handshake if the server uses TLS. Returns false if it fails.
asio::awaitable<bool> Session::begin_tls(std::shared_ptr<asio::ssl::context> tls) {
  if (!tls) co_return true;
  connection_.must_finish_within(shared_.options.request_timeout);
  // A client that uses plain HTTP gets a readable answer.
  char first = 0;
  const auto [unreadable, bytes] = co_await connection_.stream.socket().async_receive(
      asio::buffer(&first, 1), asio::ip::tcp::socket::message_peek, no_throw);
  if (unreadable) co_return false;
  if (first != tls_handshake) {
    const Refusal plain{400, 0, "this port takes HTTPS only"};
    co_return co_await refuse(plain);
  }
  Stream::Tls& stream = connection_.stream.start_tls(tls);
  const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, no_throw);
  co_return !error;
}

asio::awaitable<void> Session::end_tls() {
  Stream::Tls* tls = connection_.stream.tls();
  if (tls == nullptr) co_return;
  connection_.must_finish_within(linger_time);
  co_await tls->async_shutdown(no_throw);
}

asio::awaitable<bool> Session::answer_one() {
  const bool has_begun = co_await wait_for_request();
  if (!has_begun) co_return false;
  connection_.idle = false;
  connection_.must_finish_within(shared_.options.request_timeout);
  const std::unique_ptr<Head> head = co_await read_head();
  if (!head) co_return false;
  head->request.abandoned = connection_.abandoned.get_token();
  const Admission admission = shared_.handlers.admit(head->request);
  Awaitable<bool> answering =
      std::visit(Overloaded{
                     [&](const Streamed& streamed) { return answer_streamed(*head, streamed); },
                     [&](const Rejected& rejected) { return reject(*head, rejected); },
                     [&](const auto& whole) { return answer_whole(*head, whole); },
                 },
                 admission);
  co_return co_await std::move(answering);
}

asio::awaitable<bool> Session::wait_for_request() {
  InputBuffer& buffer = connection_.buffer;
  if (buffer.empty()) {
    buffer.shrink(kept_buffer_bytes);
    connection_.must_finish_within(shared_.options.idle_timeout);
  }
  while (true) {
    // Some clients send an empty line after a body.
    while (buffer.bytes().starts_with("\r\n")) buffer.take(2);
    if (!buffer.empty() && buffer.bytes() != "\r") co_return true;
    const error_code error = co_await shared_.wire.read_more(connection_, read_bytes);
    if (error) co_return false;
  }
}

asio::awaitable<std::unique_ptr<Head>> Session::read_head() {
  HeadFinder finder;
  is_head_request_ = false;
  const InputBuffer& buffer = connection_.buffer;
  while (true) {
    const auto length = finder.find(buffer.bytes(), shared_.options.max_header_bytes);
    is_head_request_ = buffer.bytes().starts_with("HEAD ");
    if (!length) {
      co_await refuse(length.error());
      co_return nullptr;
    }
    if (*length) {
      auto head = parse_head(buffer.bytes().substr(0, **length));
      connection_.buffer.take(**length);
      if (head) co_return std::make_unique<Head>(*std::move(head));
      co_await refuse(head.error());
      co_return nullptr;
    }
    const error_code error = co_await shared_.wire.read_more(connection_, read_bytes);
    if (error) {
      const Refusal refusal = failure();
      co_await refuse(refusal);
      co_return nullptr;
    }
  }
}

asio::awaitable<bool> Session::read_body(Head& head, BudgetPart& held) {
  const std::size_t most = shared_.options.max_body_bytes;
  if (head.framing.length > most) {
    const Refusal too_large{413, most, {}};
    co_return co_await refuse(too_large);
  }
  BodyDecoder decoder(head.framing, {most, shared_.options.max_header_bytes});
  std::string& body = head.request.body;
  bool is_invited = !head.expects_continue;
  while (true) {
    const auto used = decoder.decode(connection_.buffer.bytes(), body);
    if (!used) co_return co_await refuse(used.error());
    connection_.buffer.take(*used);
    if (decoder.is_done()) co_return true;
    const std::size_t counted = body.capacity() > small_body_bytes ? body.capacity() : 0;
    if (counted > held.amount() && !held.grow(counted - held.amount())) {
      const Refusal too_many{503, 0, {}};
      co_return co_await refuse(too_many);
    }
    if (!is_invited) {
      is_invited = true;
      const bool invited = co_await shared_.wire.invite_body(connection_);
      if (!invited) co_return false;
    }
    const error_code error = co_await shared_.wire.read_more(connection_, read_bytes);
    if (error) {
      const Refusal refusal = failure();
      co_return co_await refuse(refusal);
    }
  }
}

template <class Kind>
asio::awaitable<bool> Session::answer_whole(Head& head, const Kind& kind) {
  BudgetPart held(shared_.waiting_bodies);
  const bool is_whole = co_await read_body(head, held);
  if (!is_whole) co_return false;
  GivingBack giving_back(shared_.was_large);  // after the answer is sent
  Response response = co_await respond(head.request, kind);
  // An answer that was given up may have been large on the way.
  giving_back.is_due = response.body.size() > large_answer_bytes || is_abandoned();
  // A deferred answer says that something was done, so it is sent if that is still possible.
  if (is_abandoned() && !std::is_same_v<Kind, Deferred>) co_return false;
  co_return co_await write(response, head);
}

asio::awaitable<bool> Session::write(Response& response, const Head& head) {
  const std::size_t size = response.body.size();
  BudgetPart held(shared_.waiting_answers);
  if (size > small_answer_bytes && !held.grow(size)) {
    response = shared_.handlers.error_response({503, 0, "too many large answers wait to be read"});
  }
  connection_.must_finish_within(shared_.options.request_timeout);
  const Wire::Answering answering{head.is_http_1_1, is_head_request_,
                                  head.keep_alive && !shared_.stopping};
  co_return co_await shared_.wire.write(connection_, response, answering);
}

asio::awaitable<Response> Session::respond(Request& request, const Inline& handler) {
  co_return handler.handle(request);
}

asio::awaitable<Response> Session::respond(Request& request, const InSlot& handler) {
  const Watching watching(connection_, Watch::endings);
  const Share share = handler.share;
  const bool acquired =
      co_await shared_.slots.acquire(connection_.stream.get_executor(), share, request.abandoned);
  if (!acquired) co_return shared_.handlers.error_response({503, 0, {}});
  co_return respond_in_slot(request, handler);
}

// Releases the slot at its end, even if memory runs out on the way.
Response Session::respond_in_slot(Request& request, const InSlot& handler) {
  const HandlerSlot slot(shared_.slots, handler.share);
  const std::size_t most = shared_.options.max_body_bytes;
  if (!unpacked(request, most)) return shared_.handlers.error_response({413, most, {}});
  Response response = handler.handle(request);
  if (response.body.size() >= least_bytes_to_pack && !is_abandoned()) pack(response, request);
  return response;
}

// No thread waits for the answer.
asio::awaitable<Response> Session::respond(Request& request, const Deferred& handler) {
  const std::size_t most = shared_.options.max_body_bytes;
  if (!unpacked(request, most)) co_return shared_.handlers.error_response({413, most, {}});
  const auto deferred = std::make_shared<DeferredAnswer>(connection_.stream.get_executor());
  const AwaitedAnswer awaited(*deferred);
  handler.handle(request, [deferred](Response response) { deferred->give(std::move(response)); });
  co_return co_await deferred->response();
}

Refusal Session::failure() const {
  return connection_.timed_out ? Refusal{408, 0, {}} : Refusal{0, 0, {}};
}

asio::awaitable<bool> Session::refuse(const Refusal& refusal) {
  if (refusal.status == 0) co_return false;
  const Response response = shared_.handlers.error_response(refusal);
  co_await shared_.wire.refuse(connection_, response, is_head_request_);
  co_return false;
}

asio::awaitable<bool> Session::refuse_with(const Response& response) {
  co_await shared_.wire.refuse(connection_, response, is_head_request_);
  co_return false;
}

}  // namespace chatreports::http
