#include "api/authorization_header.h"

#include <openssl/evp.h>

#include <algorithm>
#include <cctype>

namespace chatreports::api {
namespace {

// Returns the text after the scheme, in whatever case that is written.
std::optional<std::string_view> after_scheme(std::string_view authorization,
                                             std::string_view scheme) {
  if (authorization.size() <= scheme.size() || authorization[scheme.size()] != ' ') {
    return std::nullopt;
  }
  const bool same = std::equal(scheme.begin(), scheme.end(), authorization.begin(),
                               [](char expected, char given) {
                                 return expected == std::tolower(static_cast<unsigned char>(given));
                               });
  if (!same) return std::nullopt;
  std::string_view rest = authorization.substr(scheme.size());
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  return rest;
}

std::optional<std::string> decoded_base64(std::string_view text) {
  if (text.empty() || text.size() % 4 != 0) return std::nullopt;
  std::string decoded(text.size() / 4 * 3, '\0');
  const int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
  if (length < 0) return std::nullopt;
  // OpenSSL decodes the padding as zero bytes.
  const auto padding = static_cast<std::size_t>(std::ranges::count(text, '='));
  decoded.resize(static_cast<std::size_t>(length) - std::min<std::size_t>(padding, 2));
  return decoded;
}

}  // namespace

std::optional<std::string> token_in(std::string_view authorization) {
  if (const auto token = after_scheme(authorization, "bearer")) return std::string(*token);
  const auto basic = after_scheme(authorization, "basic");
  if (!basic) return std::nullopt;
  const std::optional<std::string> pair = decoded_base64(*basic);
  if (!pair) return std::nullopt;
  const std::size_t colon = pair->find(':');
  if (colon == pair->npos) return std::nullopt;
  return pair->substr(colon + 1);
}

}  // namespace chatreports::api
