#include "http/exchange.h"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <exception>
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

constexpr std::size_t read_bytes = 4'096;
constexpr std::size_t least_bytes_to_pack = 1'024;  // a smaller answer fits into a packet anyway

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

}  // namespace

std::optional<Answer> Exchange::refused(const Shared& shared, const Refusal& refusal,
                                        const Request* head) {
  if (refusal.status == 0) return std::nullopt;
  return Answer{shared.handlers.refuse(refusal, head), true};
}

// Keep the awaits here plain: GCC 12, unlike clang, generated wrong code for awaits in both
// branches of an `if` and for awaits with an argument by value.
asio::awaitable<std::optional<Answer>> Exchange::answer(Request& request) {
  request_ = &request;
  request.abandoned = abandoned_;
  admission_ = shared_.handlers.admit(request);
  return std::visit(Overloaded{
                        [&](const Streamed& streamed) { return answer_streamed(streamed); },
                        [&](const Rejected& rejected) { return reject(rejected); },
                        [&](const auto& whole) { return answer_whole(request, whole); },
                    },
                    admission_);
}

asio::awaitable<std::optional<Refusal>> Exchange::read_whole(std::string& content) {
  while (true) {
    const auto taken = body_.take(content);
    if (!taken) co_return taken.error();
    if (!held_.grow_to(content.capacity())) co_return Refusal{503, 0, {}};
    if (body_.is_at_end()) co_return std::nullopt;
    const error_code error = co_await body_.wait_for_more(read_bytes);
    if (error) co_return body_.failure();
  }
}

template <class Kind>
asio::awaitable<std::optional<Answer>> Exchange::answer_whole(Request& request, const Kind& kind) {
  body_.limit(shared_.options.max_body_bytes);
  std::optional<Refusal> refusal;
  if (!body_.is_at_end()) refusal = co_await read_whole(request.body);
  if (refusal) co_return refused(*refusal);
  Response response = co_await respond(request, kind);
  request.body = {};                             // it is counted no longer
  if (is_abandoned()) shared_.was_large = true;  // the answer may have been large on the way
  // A deferred answer says that something was done, so it is sent if that is still possible.
  if (is_abandoned() && !std::is_same_v<Kind, Deferred>) co_return std::nullopt;
  co_return Answer{std::move(response), false};
}

asio::awaitable<Response> Exchange::respond(Request& request, const Inline& handler) {
  co_return handler.handle(request);
}

asio::awaitable<Response> Exchange::respond(Request& request, const InSlot& handler) {
  const Watching watching(connection_, Watch::endings);
  const Share share = handler.share;
  const bool acquired =
      co_await shared_.slots.acquire(connection_.stream.get_executor(), share, request.abandoned);
  if (!acquired) co_return shared_.handlers.refuse({503, 0, {}}, &request);
  const HandlerSlot slot(shared_.slots, share);
  if (thread_ == HandlerThread::own) co_return call(request, handler);
  co_return co_await call_elsewhere(request, handler);
}

Response Exchange::call(Request& request, const InSlot& handler) {
  const std::size_t most = shared_.options.max_body_bytes;
  if (!unpacked(request, most)) return shared_.handlers.refuse({413, most, {}}, &request);
  Response response = handler.handle(request);
  if (response.body.size() >= least_bytes_to_pack && !is_abandoned()) pack(response, request);
  return response;
}

// The coroutine stays until the handler has answered, so the handler may use what belongs to it.
asio::awaitable<Response> Exchange::call_elsewhere(Request& request, const InSlot& handler) {
  const auto deferred = std::make_shared<DeferredAnswer>(connection_.stream.get_executor());
  std::exception_ptr failure;
  const auto strand = connection_.stream.get_executor();
  auto& context = asio::query(strand, asio::execution::context);
  asio::post(static_cast<asio::io_context&>(context), [&, deferred] {
    Response response;
    try {
      response = call(request, handler);
    } catch (const std::exception&) {
      failure = std::current_exception();
    }
    deferred->give(std::move(response));
  });
  Response response = co_await deferred->response();
  if (failure) std::rethrow_exception(failure);
  co_return response;
}

// No thread waits for the answer. This is the connection's thread, so the body is not unpacked.
asio::awaitable<Response> Exchange::respond(Request& request, const Deferred& handler) {
  const auto deferred = std::make_shared<DeferredAnswer>(connection_.stream.get_executor());
  const AwaitedAnswer awaited(*deferred);
  handler.handle(request, [deferred](Response response) { deferred->give(std::move(response)); });
  co_return co_await deferred->response();
}

}  // namespace chatreports::http
