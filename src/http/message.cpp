#include "http/message.h"

#include <algorithm>
#include <cctype>

namespace chatreports::http {

bool is_same_word(std::string_view left, std::string_view right) {
  const auto lower = [](char letter) { return std::tolower(static_cast<unsigned char>(letter)); };
  return std::ranges::equal(left, right, {}, lower, lower);
}

std::string_view Request::header(std::string_view name) const {
  for (const auto& [known, value] : headers) {
    if (is_same_word(known, name)) return value;
  }
  return {};
}

bool Request::accepts_gzip() const {
  // A list of codings, each with parameters: `gzip;q=0.5, br`.
  std::string_view rest = header("Accept-Encoding");
  while (!rest.empty()) {
    const std::string_view coding = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(coding.size() + 1, rest.size()));
    std::string compact;
    for (const char letter : coding) {
      if (letter != ' ' && letter != '\t') {
        compact += static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
      }
    }
    const std::string_view name = std::string_view(compact).substr(0, compact.find(';'));
    if (name != "gzip" && name != "*") continue;
    const std::size_t quality = compact.find(";q=");
    // A quality of zero refuses the coding: 0, 0.0, 0.000.
    return quality == compact.npos || compact.find_first_not_of("0.", quality + 3) != compact.npos;
  }
  return false;
}

}  // namespace chatreports::http
