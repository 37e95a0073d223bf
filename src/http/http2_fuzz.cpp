// Any frames over a connection of HTTP/2, plain or through TLS: the server ends the connection, and
// goes on answering others.
//
// The input: a byte that chooses TLS, then frames. Each has a byte for its type, its flags, its
// stream and the length of its payload, and the payload. Types beyond those of RFC 9113 make the
// head of a valid request, whose path is the payload. What is left is sent as it is.

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "http/http2_peer_test.h"
#include "http/server.h"

namespace chatreports::http {
namespace {

// A key and a certificate of its own, in a file.
std::string certificate_file() {
  const std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key(EVP_EC_gen("P-256"), EVP_PKEY_free);
  const std::unique_ptr<X509, void (*)(X509*)> certificate(X509_new(), X509_free);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3'600 * 24 * 365);
  X509_set_pubkey(certificate.get(), key.get());
  X509_NAME* name = X509_get_subject_name(certificate.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("localhost"), -1, -1, 0);
  X509_set_issuer_name(certificate.get(), name);
  CHECK(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);
  std::string path = "/tmp/chatreports-fuzz-XXXXXX";
  FILE* file = ::fdopen(::mkstemp(path.data()), "w");
  CHECK(file != nullptr);
  CHECK(PEM_write_X509(file, certificate.get()) == 1);
  CHECK(PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1);
  std::fclose(file);
  return path;
}

std::unique_ptr<Server> start(bool has_tls) {
  ServerOptions options{.listen = {TcpAddress{.port = 0}},
                        .threads = 1,
                        .max_header_bytes = 2'048,
                        .max_body_bytes = 4'096,
                        .request_timeout = std::chrono::milliseconds(1'000),
                        .half_closed_timeout = std::chrono::milliseconds(50)};
  std::string file;
  if (has_tls) {
    file = certificate_file();
    options.tls = TlsFiles{file, file};
  }
  const auto echo = [](const Request& request) {
    return Response{200, {{"Content-Type", "text/plain"}}, request.target + request.body};
  };
  const auto count = [](ByteReader& body) {
    std::array<char, 100> piece{};
    while (true) {
      const auto size = body.read(piece);
      if (!size || *size == 0) return Response{size ? 200 : 500, {}, "read"};
    }
  };
  const auto admit = [echo, count](const Request& head) -> Admission {
    if (head.method == "PUT") return Streamed{{}, count};
    if (head.method == "GET") return Inline{echo};
    return InSlot{{}, echo};
  };
  auto made = Server::start(options, {admit, [](const Refusal& refusal, const Request*) {
                                        return Response{refusal.status, {}, "error"};
                                      }});
  CHECK(made.has_value());
  if (has_tls) ::unlink(file.c_str());
  return *std::move(made);
}

Server& server(bool has_tls) {
  static const std::array servers{start(false), start(true)};
  return *servers[has_tls ? 1 : 0];
}

std::string frames_of(std::string_view input) {
  std::string frames;
  while (input.size() >= 4) {
    const auto number = [&input](std::size_t at) { return static_cast<unsigned char>(input[at]); };
    const std::string_view payload = input.substr(4, number(3));
    const unsigned type = number(0) % 16;
    const int stream = number(2) % 16;
    if (type < 12) {
      frames += frame_of(static_cast<FrameType>(type), number(1), stream, payload);
    } else {
      constexpr std::array methods{"GET", "POST", "PUT", "HEAD"};
      const auto flags = static_cast<std::uint8_t>(end_headers | (number(1) & end_stream));
      const std::string path = "/" + std::string(payload);
      frames +=
          frame_of(FrameType::headers, flags, stream, block_of(head_of(methods[type - 12], path)));
    }
    input.remove_prefix(4 + payload.size());
  }
  return frames.append(input);
}

// Sends the bytes through TLS, and receives until the server ends the connection.
void ask_through_tls(std::uint16_t port, std::string_view bytes) {
  static SSL_CTX* const context = [] {
    SSL_CTX* made = SSL_CTX_new(TLS_client_method());
    static constexpr unsigned char protocols[] = "\x02h2";
    SSL_CTX_set_alpn_protos(made, protocols, 3);
    return made;
  }();
  Peer peer(port);
  const std::unique_ptr<SSL, void (*)(SSL*)> tls(SSL_new(context), SSL_free);
  SSL_set_fd(tls.get(), peer.handle());
  CHECK(SSL_connect(tls.get()) == 1);
  SSL_write(tls.get(), bytes.data(), static_cast<int>(bytes.size()));
  SSL_shutdown(tls.get());
  peer.end_sending();
  CHECK(peer.receive_all().find("(nothing more") == std::string::npos);
}

}  // namespace
}  // namespace chatreports::http

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  using namespace chatreports::http;
  if (size == 0) return 0;
  const bool has_tls = data[0] % 8 == 0;  // its handshake takes long
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string bytes =
      std::string(http2_preface) + frame_of(FrameType::settings, 0, 0) + frames_of(input);
  if (has_tls) {
    ask_through_tls(server(true).port(), bytes);
  } else {
    const std::string answer = Peer(server(false).port()).ask(bytes);
    CHECK(answer.find("(nothing more") == std::string::npos);
  }
  static int inputs = 0;
  if (++inputs % 64 == 0) {
    for (const char* method : {"GET", "POST"}) {
      Http2Peer peer(server(false).port());
      CHECK(peer.answer(peer.ask(method, "/plain")).body == "/plain");
    }
  }
  return 0;
}
