#include "api/page.h"

#include <string>

#include "api/conditional.h"
#include "base/check.h"
#include "base/gzip.h"

namespace chatreports::api {
namespace {

constexpr std::string_view content_security_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

std::string unpacked(const PageFile& file, std::string_view packed) {
  Result<std::string> content = gunzip(packed, file.size);
  CHECK(content.has_value());
  return *std::move(content);
}

}  // namespace

http::Response page_answer(const PageFile& file, const http::Request& request) {
  http::Response response;
  response.headers = {
      {"ETag", std::string(file.entity_tag)},
      {"Cache-Control",
       file.is_named_by_content ? "public, max-age=31536000, immutable" : "no-cache"},
      {"Vary", "Accept-Encoding"},
      {"Content-Security-Policy", std::string(content_security_policy)},
      {"X-Content-Type-Options", "nosniff"},
      {"Referrer-Policy", "no-referrer"},
  };
  if (names_tag(request.header("If-None-Match"), file.entity_tag)) {
    response.status = 304;
    return response;
  }
  response.headers.emplace_back("Content-Type", file.media_type);
  const std::string_view packed(reinterpret_cast<const char*>(file.packed.data()),
                                file.packed.size());
  if (request.accepts_gzip()) {
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.body = packed;
  } else {
    response.body = unpacked(file, packed);
  }
  return response;
}

}  // namespace chatreports::api
