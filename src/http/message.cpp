#include "http/message.h"

#include <algorithm>
#include <cctype>

namespace chatreports::http {

std::string_view Request::header(std::string_view name) const {
  const auto lower = [](char letter) { return std::tolower(static_cast<unsigned char>(letter)); };
  for (const auto& [known, value] : headers) {
    if (std::ranges::equal(known, name, {}, lower, lower)) return value;
  }
  return {};
}

}  // namespace chatreports::http
