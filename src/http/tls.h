#pragma once
// TLS for the server: certificate and key from files, 1.2 and 1.3, authenticated ciphers with
// forward secrecy only, and the choice of the protocol (ALPN).

#include <boost/asio/ssl/context.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "base/error.h"
#include "http/server.h"

namespace chatreports::http {

// Fails with the name of the file and what is wrong with it.
Result<std::shared_ptr<boost::asio::ssl::context>> make_tls_context(const TlsFiles& files,
                                                                    bool offers_http2);

// Returns whether the peer has chosen HTTP/2 in the handshake.
bool has_chosen_http2(SSL* connection);

// Returns why clients will refuse the certificate or one of its chain at that time, such as "it has
// expired at …"; empty if it is valid then.
std::string why_not_valid(boost::asio::ssl::context& context, std::int64_t unix_time);

}  // namespace chatreports::http
