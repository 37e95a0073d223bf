// Any bytes over a connection: the server answers nothing or HTTP, ends the connection, and goes on
// answering others.

#include "http/peer_test.h"
#include "http/server.h"

namespace chatreports::http {
namespace {

Server& server() {
  static const std::unique_ptr<Server> started = [] {
    ServerOptions options;
    options.listen = {TcpAddress{.port = 0}};
    options.threads = 1;
    options.max_header_bytes = 2'048;
    options.max_body_bytes = 4'096;
    const auto echo = [](const Request& request) {
      return Response{200, {{"Content-Type", "text/plain"}}, request.target + request.body};
    };
    auto made = Server::start(options, {[echo](const Request&) { return InSlot{{}, echo}; },
                                        [](const Refusal& refusal, const Request*) {
                                          return Response{refusal.status, {}, "error"};
                                        }});
    CHECK(made.has_value());
    return *std::move(made);
  }();
  return *started;
}

}  // namespace
}  // namespace chatreports::http

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace chatreports::http;
  const std::uint16_t port = server().port();
  const std::string answer = Peer(port).ask({reinterpret_cast<const char*>(data), size});
  CHECK(answer.empty() || answer.starts_with("HTTP/1."));
  CHECK(answer.find("(nothing more") == std::string::npos);  // the connection has ended
  static int inputs = 0;
  if (++inputs % 64 == 0) {
    const std::string plain = Peer(port).ask("GET /plain HTTP/1.1\r\nHost: x\r\n\r\n");
    CHECK(plain.starts_with("HTTP/1.1 200") && plain.ends_with("/plain"));
  }
  return 0;
}
