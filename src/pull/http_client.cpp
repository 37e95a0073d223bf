#include "pull/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <new>
#include <string_view>

#include "base/printable.h"
#include "base/product_version.h"

namespace chatreports::pull {
namespace {

// Neither function of libcurl is safe beside the other functions, so it is set up once, first.
void set_up_library() {
  static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (done != CURLE_OK) throw std::bad_alloc();
}

struct Headers {
  Headers() = default;
  ~Headers() { curl_slist_free_all(list); }
  Headers(const Headers&) = delete;
  Headers& operator=(const Headers&) = delete;
  void add(const std::string& line) {
    curl_slist* const longer = curl_slist_append(list, line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    list = longer;
  }
  curl_slist* list = nullptr;
};

struct Body {
  std::string bytes;
  std::size_t most = 0;
  bool is_too_large = false;
};

// Returns another number than the size to end the transfer.
std::size_t take_bytes(const char* bytes, std::size_t size, std::size_t count, void* into) {
  Body& body = *static_cast<Body*>(into);
  body.is_too_large = size * count > body.most - body.bytes.size();
  if (body.is_too_large) return 0;
  try {
    body.bytes.append(bytes, size * count);
  } catch (const std::bad_alloc&) {
    return 0;
  }
  return size * count;
}

// Returns other than 0 to end the transfer.
int look_for_stop(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::stop_token*>(stop)->stop_requested() ? 1 : 0;
}

// Returns whether the same call can't succeed until somebody changes something.
bool is_lasting(CURLcode code) {
  switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return true;
    default:
      return false;
  }
}

// The scheme and the host, without what a path may tell.
std::string_view host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == url.npos) return url;
  return url.substr(0, url.find('/', scheme + 3));
}

}  // namespace

class HttpClient::Handle {
 public:
  Handle() {
    set_up_library();
    curl_ = curl_easy_init();
    if (curl_ == nullptr) throw std::bad_alloc();
  }
  ~Handle() { curl_easy_cleanup(curl_); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  // Forgets all options, but no connection.
  void reset() { curl_easy_reset(curl_); }
  template <class Value>
  void set(CURLoption option, Value value) {
    if (curl_easy_setopt(curl_, option, value) != CURLE_OK) throw std::bad_alloc();
  }
  CURLcode perform() { return curl_easy_perform(curl_); }
  long status() {
    long status = 0;
    curl_easy_getinfo(curl_, CURLINFO_RESPONSE_CODE, &status);
    return status;
  }
  std::optional<std::chrono::seconds> retry_after() {
    curl_off_t seconds = 0;
    curl_easy_getinfo(curl_, CURLINFO_RETRY_AFTER, &seconds);
    if (seconds <= 0) return std::nullopt;
    return std::chrono::seconds(seconds);
  }

 private:
  CURL* curl_ = nullptr;
};

HttpClient::HttpClient(HttpLimits limits) : limits_(limits), handle_(std::make_unique<Handle>()) {}

HttpClient::~HttpClient() = default;

Result<HttpResponse> HttpClient::send(const HttpRequest& request, const std::stop_token& stop) {
  const std::string_view host = host_of(request.url);
  if (!request.url.starts_with("https://") && !request.url.starts_with("http://")) {
    return failed(printable(fmt::format("{} is not an address of http or https", host)));
  }
  ++requests_;
  Headers headers;
  const bool is_post = request.method == HttpMethod::post;
  if (is_post) headers.add("Content-Type: application/json");
  headers.add("Expect:");  // so that no request waits for 100 Continue
  for (const std::string& line : request.headers) headers.add(line);
  Body body{{}, limits_.body_bytes};
  std::array<char, CURL_ERROR_SIZE> why{};
  const std::string agent = fmt::format("chatreports/{}", product_version());
  Handle& handle = *handle_;
  handle.reset();
  handle.set(CURLOPT_URL, request.url.c_str());
  handle.set(CURLOPT_PROTOCOLS_STR, "http,https");
  handle.set(CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075700
  handle.set(CURLOPT_QUICK_EXIT, 1L);  // a stop does not wait for a name server
#endif
  // A plain address is one of this machine; credentials must not leave it.
  if (request.url.starts_with("http://")) handle.set(CURLOPT_NOPROXY, "*");
  handle.set(CURLOPT_ACCEPT_ENCODING, "gzip");
  handle.set(CURLOPT_USERAGENT, agent.c_str());
  // As OpenSSL's own programs.
  if (const char* const authorities = std::getenv("SSL_CERT_FILE")) {
    handle.set(CURLOPT_CAINFO, authorities);
  }
  handle.set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits_.connecting.count()));
  handle.set(CURLOPT_TIMEOUT_MS, static_cast<long>(limits_.whole.count()));
  handle.set(CURLOPT_HTTPHEADER, headers.list);
  if (is_post) {
    handle.set(CURLOPT_POST, 1L);
    handle.set(CURLOPT_POSTFIELDS, request.body.data());
    handle.set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
  }
  if (request.method == HttpMethod::remove) handle.set(CURLOPT_CUSTOMREQUEST, "DELETE");
  if (!request.user.empty()) {
    handle.set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
    handle.set(CURLOPT_USERNAME, request.user.c_str());
    handle.set(CURLOPT_PASSWORD, request.password.c_str());
  }
  handle.set(CURLOPT_WRITEFUNCTION, &take_bytes);
  handle.set(CURLOPT_WRITEDATA, &body);
  handle.set(CURLOPT_NOPROGRESS, 0L);
  handle.set(CURLOPT_XFERINFOFUNCTION, &look_for_stop);
  handle.set(CURLOPT_XFERINFODATA, &stop);
  handle.set(CURLOPT_ERRORBUFFER, why.data());
  const CURLcode code = handle.perform();
  if (code == CURLE_OK) {
    return HttpResponse{static_cast<int>(handle.status()), std::move(body.bytes),
                        handle.retry_after()};
  }
  if (stop.stop_requested()) return std::unexpected(Error{ErrorKind::unavailable, "stopped"});
  if (body.is_too_large) {
    return failed(fmt::format("{}: the response has more than {} bytes", host, limits_.body_bytes));
  }
  // The longer text of what may pass has times and sizes: it is another one each time.
  const bool has_text = is_lasting(code) && why[0] != 0;
  return std::unexpected(Error{
      is_lasting(code) ? ErrorKind::failed : ErrorKind::unavailable,
      printable(fmt::format("{}: {}", host, has_text ? why.data() : curl_easy_strerror(code)))});
}

}  // namespace chatreports::pull
