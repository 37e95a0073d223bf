#pragma once
// TLS for the server: certificate and key from files, 1.2 and 1.3, authenticated ciphers with
// forward secrecy only.

#include <boost/asio/ssl/context.hpp>
#include <cstdint>
#include <memory>
#include <string>

#include "base/error.h"
#include "http/server.h"

namespace chatreports::http {

// The error names the file and says what is wrong with it.
Result<std::shared_ptr<boost::asio::ssl::context>> make_tls_context(const TlsFiles& files);

// Why clients will refuse the certificate, or one that stands after it, at that time: "it has
// expired at …". Empty where they will not for this.
std::string why_not_valid(boost::asio::ssl::context& context, std::int64_t unix_time);

}  // namespace chatreports::http
