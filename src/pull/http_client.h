#pragma once
// Requests to the API of another system, by libcurl: TLS with verification, the proxy of the
// environment (https_proxy, no_proxy), limits on time and size, and no redirects. The authorities
// are those of the system, or of the file that SSL_CERT_FILE names.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/error.h"

namespace chatreports::pull {

struct HttpLimits {
  std::chrono::milliseconds connecting{10'000};
  std::chrono::milliseconds whole{60'000};
  std::size_t body_bytes = std::size_t{64} << 20;  // after unpacking
};

enum class HttpMethod : std::uint8_t { get, post, remove };

struct HttpRequest {
  HttpMethod method = HttpMethod::post;  // only POST has a body
  std::string url;
  std::vector<std::string> headers = {};  // "Name: value"
  std::string user = {};                  // for Basic authentication; empty: none
  std::string password = {};
  std::string body = {};
};

struct HttpResponse {
  int status = 0;
  std::string body;
  std::optional<std::chrono::seconds> retry_after;  // from the header, a time or a number
};

// Keeps connections between calls. One thread at a time.
class HttpClient {
 public:
  explicit HttpClient(HttpLimits limits = {});
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Returns the response, whatever its status. Fails with `unavailable` if the same call may
  // succeed later: no connection, a timeout, a response that breaks off. Fails with `failed` if it
  // can't: a certificate that is not trusted, a wrong address, a response beyond the limit. The
  // message contains neither the user nor the password. Ends soon after a stop is requested.
  Result<HttpResponse> send(const HttpRequest& request, const std::stop_token& stop);
  // Returns how many requests were sent, also without a response.
  std::uint64_t requests() const { return requests_; }

 private:
  class Handle;
  const HttpLimits limits_;
  const std::unique_ptr<Handle> handle_;
  std::uint64_t requests_ = 0;
};

}  // namespace chatreports::pull
