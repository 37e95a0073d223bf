#include "http/tls.h"

#include <fmt/format.h>
#include <openssl/ssl.h>

namespace chatreports::http {
namespace {

namespace ssl = boost::asio::ssl;

constexpr auto ciphers_of_tls_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20";

// Chooses HTTP/1.1 where the other side names protocols, and refuses one that names only others:
// RFC 7301, section 3.2.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_length,
                    const unsigned char* offered, unsigned offered_length, void*) {
  static constexpr unsigned char ours[] = "\x08http/1.1";
  unsigned char* found = nullptr;
  const int result =
      SSL_select_next_proto(&found, chosen_length, ours, sizeof ours - 1, offered, offered_length);
  *chosen = found;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

std::unexpected<Error> unusable(const char* what, const std::string& file,
                                const boost::system::error_code& error) {
  return failed(fmt::format("the TLS {} {} cannot be used: {}", what, file, error.message()));
}

}  // namespace

Result<std::shared_ptr<ssl::context>> make_tls_context(const TlsFiles& files) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  SSL_CTX* native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(native, ciphers_of_tls_1_2);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  SSL_CTX_set_alpn_select_cb(native, choose_protocol, nullptr);
  boost::system::error_code error;
  if (context->use_certificate_chain_file(files.certificate, error)) {
    return unusable("certificate", files.certificate, error);
  }
  if (context->use_private_key_file(files.key, ssl::context::pem, error)) {
    return unusable("key", files.key, error);
  }
  if (SSL_CTX_check_private_key(native) != 1) {
    return failed(fmt::format("the TLS key {} does not belong to the certificate {}", files.key,
                              files.certificate));
  }
  return context;
}

}  // namespace chatreports::http
