#include "http/message.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace chatreports::http {
namespace {

std::string_view trimmed(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

// Returns the quality among the parameters of an element.
double quality_among(std::string_view parameters) {
  while (!parameters.empty()) {
    const std::string_view parameter = next_part(parameters, ';');
    if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) continue;
    double quality = 1;
    std::from_chars(parameter.data() + 2, parameter.data() + parameter.size(), quality);
    return quality >= 0 && quality <= 1 ? quality : 1;
  }
  return 1;
}

}  // namespace

std::string_view next_part(std::string_view& rest, char separator) {
  const std::string_view part = rest.substr(0, rest.find(separator));
  rest.remove_prefix(std::min(part.size() + 1, rest.size()));
  return trimmed(part);
}

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

std::optional<double> Request::quality(std::string_view name, std::string_view value) const {
  for (const auto& [known, line] : headers) {
    if (!is_same_word(known, name)) continue;
    std::string_view rest = line;
    while (!rest.empty()) {
      std::string_view element = next_part(rest, ',');
      if (!is_same_word(next_part(element, ';'), value)) continue;
      return quality_among(element);
    }
  }
  return std::nullopt;
}

bool Request::accepts_gzip() const {
  constexpr std::string_view codings = "Accept-Encoding";
  const auto named = quality(codings, "gzip");
  return (named ? named : quality(codings, "*")).value_or(0) > 0;
}

}  // namespace chatreports::http
