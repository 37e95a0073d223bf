#include "http/http1_session.h"

#include <utility>

namespace chatreports::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t read_bytes = 4'096;
constexpr std::size_t kept_buffer_bytes = std::size_t{16} << 10;  // by an idle connection

// Why reading has failed: 408, or status 0 if there is nobody to answer.
Refusal failure_of(const Connection& connection) {
  return connection.timed_out ? Refusal{408, 0, {}} : Refusal{0, 0, {}};
}

}  // namespace

std::expected<void, Refusal> Http1Body::take(std::string& content) {
  const auto used = decoder_->decode(connection_.buffer.bytes(), content);
  if (!used) return std::unexpected(used.error());
  connection_.buffer.take(*used);
  return {};
}

asio::awaitable<error_code> Http1Body::wait_for_more(std::size_t most) {
  if (!is_invited_) return invite_and_wait(most);
  return shared_.wire.read_more(connection_, most);
}

asio::awaitable<error_code> Http1Body::invite_and_wait(std::size_t most) {
  is_invited_ = true;
  const bool invited = co_await shared_.wire.invite_body(connection_);
  (void)invited;  // if the peer is gone, reading fails
  co_return co_await shared_.wire.read_more(connection_, most);
}

Refusal Http1Body::failure() const {
  return failure_of(connection_);
}

// Keep the awaits here plain: see exchange.cpp.
asio::awaitable<void> Http1Session::run(bool is_full) {
  if (is_full) {
    const Refusal too_many{503, 0, {}};
    co_await refuse(too_many);
    co_return;
  }
  while (true) {
    const bool goes_on = co_await answer_one();
    if (!goes_on || shared_.stopping) co_return;
    connection_.idle = true;
  }
}

asio::awaitable<bool> Http1Session::answer_one() {
  const bool has_begun = co_await wait_for_request();
  if (!has_begun) co_return false;
  connection_.idle = false;
  connection_.must_finish_within(shared_.options.request_timeout);
  const std::unique_ptr<Head> head = co_await read_head();
  if (!head) co_return false;
  Http1Body body(shared_, connection_, *head);
  Exchange exchange(shared_, connection_, body, connection_.abandoned.get_token(),
                    HandlerThread::own);
  std::optional<Answer> answer = co_await exchange.answer(head->request);
  if (!answer) co_return false;
  if (answer->is_early) co_return co_await refuse_with(answer->response);
  co_return co_await write(answer->response, *head);
}

asio::awaitable<bool> Http1Session::wait_for_request() {
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

asio::awaitable<std::unique_ptr<Head>> Http1Session::read_head() {
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
      const Refusal refusal = failure_of(connection_);
      co_await refuse(refusal);
      co_return nullptr;
    }
  }
}

asio::awaitable<bool> Http1Session::write(Response& response, const Head& head) {
  const std::size_t size = response.body.size();
  HeldBytes held(connection_.answers);
  if (!held.grow_to(size))
    response = shared_.handlers.refuse(too_many_large_answers(), &head.request);
  connection_.must_finish_within(shared_.options.request_timeout);
  const Wire::Answering answering{head.is_http_1_1, is_head_request_,
                                  head.keep_alive && !shared_.stopping};
  const bool goes_on = co_await shared_.wire.write(connection_, response, answering);
  shared_.note_sent(size);
  co_return goes_on;
}

asio::awaitable<bool> Http1Session::refuse(const Refusal& refusal) {
  if (refusal.status == 0) co_return false;
  const Response response = shared_.handlers.refuse(refusal, nullptr);
  co_return co_await refuse_with(response);
}

asio::awaitable<bool> Http1Session::refuse_with(const Response& response) {
  co_await shared_.wire.refuse(connection_, response, is_head_request_);
  co_return false;
}

}  // namespace chatreports::http
