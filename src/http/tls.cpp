#include "http/tls.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <cerrno>
#include <ctime>
#include <string_view>
#include <system_error>
#include <vector>

namespace chatreports::http {
namespace {

namespace ssl = boost::asio::ssl;

constexpr auto ciphers_of_tls_1_2 = "ECDHE+AESGCM:ECDHE+CHACHA20";

// The protocols, the best first, each after its length.
constexpr std::string_view http1 = "\x08http/1.1";
constexpr std::string_view http2_and_1 = "\x02h2\x08http/1.1";

// Chooses the first of our protocols that the client offers, and refuses a client that offers only
// others: RFC 7301, section 3.2.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_length,
                    const unsigned char* offered, unsigned offered_length, void* protocols) {
  const std::string_view ours = *static_cast<const std::string_view*>(protocols);
  unsigned char* found = nullptr;
  const int result = SSL_select_next_proto(
      &found, chosen_length, reinterpret_cast<const unsigned char*>(ours.data()),
      static_cast<unsigned>(ours.size()), offered, offered_length);
  *chosen = found;
  return result == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

std::unexpected<Error> unusable(std::string_view what, const std::string& file,
                                const std::string& why) {
  return failed(fmt::format("the TLS {} {} cannot be used: {}", what, file, why));
}

constexpr std::size_t most_bytes_of_file = std::size_t{1} << 20;

// Reads a regular file. Anything else, such as a FIFO, might block.
Result<std::string> read_file(std::string_view what, const std::string& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (descriptor < 0) return unusable(what, file, std::generic_category().message(errno));
  const auto close = [](const int* opened) { ::close(*opened); };
  const std::unique_ptr<const int, decltype(close)> closing(&descriptor, close);
  struct stat status{};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) {
    return unusable(what, file, "it is no regular file");
  }
  std::string text;
  std::array<char, 16'384> part{};
  while (true) {
    const ssize_t read = ::read(descriptor, part.data(), part.size());
    if (read == 0) return text;
    if (read < 0 && errno == EINTR) continue;
    if (read < 0) return unusable(what, file, std::generic_category().message(errno));
    text.append(part.data(), static_cast<std::size_t>(read));
    if (text.size() > most_bytes_of_file) {
      return unusable(what, file, fmt::format("it is larger than {} bytes", most_bytes_of_file));
    }
  }
}

// Says why OpenSSL can't read the text; its own error says little more than "PEM lib".
std::string why_no_pem(std::string_view text, std::string_view label, std::string_view command,
                       const std::string& error) {
  if (text.find(fmt::format("{}-----", label)) == text.npos) {
    return fmt::format(
        "it holds no {} as PEM, which is text that begins with -----BEGIN; "
        "`openssl {} -inform DER` makes PEM of DER",
        label == "CERTIFICATE" ? "certificate" : "private key", command);
  }
  return fmt::format("it is cut or damaged between -----BEGIN and -----END ({})", error);
}

std::string text_of(const ASN1_TIME* time) {
  tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) return "an unknown time";
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace

std::string why_not_valid(ssl::context& context, std::int64_t unix_time) {
  SSL_CTX* native = context.native_handle();
  std::time_t time = unix_time;
  std::vector<X509*> certificates{SSL_CTX_get0_certificate(native)};
  STACK_OF(X509)* chain = nullptr;
  SSL_CTX_get0_chain_certs(native, &chain);
  for (int at = 0; at < sk_X509_num(chain); ++at) certificates.push_back(sk_X509_value(chain, at));
  for (std::size_t at = 0; at < certificates.size(); ++at) {
    const X509* const certificate = certificates[at];
    if (certificate == nullptr) continue;
    const ASN1_TIME* const begin = X509_get0_notBefore(certificate);
    const ASN1_TIME* const end = X509_get0_notAfter(certificate);
    const std::string which = at == 0 ? "it" : fmt::format("the certificate after it ({})", at + 1);
    if (X509_cmp_time(begin, &time) > 0) {
      return fmt::format("{} is not valid before {}", which, text_of(begin));
    }
    if (X509_cmp_time(end, &time) < 0) {
      return fmt::format("{} has expired at {}", which, text_of(end));
    }
  }
  return {};
}

Result<std::shared_ptr<ssl::context>> make_tls_context(const TlsFiles& files, bool offers_http2) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  SSL_CTX* native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(native, ciphers_of_tls_1_2);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
  // The callback only reads it.
  SSL_CTX_set_alpn_select_cb(native, choose_protocol,
                             const_cast<std::string_view*>(offers_http2 ? &http2_and_1 : &http1));
  const auto certificate = read_file("certificate", files.certificate);
  if (!certificate) return std::unexpected(certificate.error());
  const auto key = read_file("key", files.key);
  if (!key) return std::unexpected(key.error());
  // Without a callback, OpenSSL asks for a passphrase at the terminal.
  const auto is_encrypted = std::make_shared<bool>(false);
  context->set_password_callback([is_encrypted](std::size_t, ssl::context::password_purpose) {
    *is_encrypted = true;
    return std::string();
  });
  boost::system::error_code error;
  if (context->use_certificate_chain(boost::asio::buffer(*certificate), error)) {
    return unusable("certificate", files.certificate,
                    why_no_pem(*certificate, "CERTIFICATE", "x509", error.message()));
  }
  if (context->use_private_key(boost::asio::buffer(*key), ssl::context::pem, error)) {
    return unusable("key", files.key,
                    *is_encrypted ? "it is encrypted, and the server can't ask for its passphrase; "
                                    "decrypt it with `openssl pkey`, into a file that only the "
                                    "server's user may read"
                                  : why_no_pem(*key, "PRIVATE KEY", "pkey", error.message()));
  }
  if (SSL_CTX_check_private_key(native) != 1) {
    return failed(fmt::format("the TLS key {} does not belong to the certificate {}", files.key,
                              files.certificate));
  }
  return context;
}

bool has_chosen_http2(SSL* connection) {
  const unsigned char* name = nullptr;
  unsigned length = 0;
  SSL_get0_alpn_selected(connection, &name, &length);
  return std::string_view(reinterpret_cast<const char*>(name), length) == "h2";
}

}  // namespace chatreports::http
