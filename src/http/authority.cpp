#include "http/authority.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace chatreports::http {
namespace {

bool is_hex(char letter) {
  return std::isxdigit(static_cast<unsigned char>(letter)) != 0;
}

bool is_alphanumeric(char letter) {
  return std::isalnum(static_cast<unsigned char>(letter)) != 0;
}

// A name or an IPv4 address: unreserved letters, marks, and bytes as %41.
bool is_name(std::string_view text) {
  constexpr std::string_view marks = "-._~!$&'()*+,;=";
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (is_alphanumeric(text[at]) || marks.find(text[at]) != marks.npos) continue;
    if (text[at] != '%' || at + 2 >= text.size()) return false;
    if (!is_hex(text[at + 1]) || !is_hex(text[at + 2])) return false;
    at += 2;
  }
  return !text.empty();
}

// The text within brackets: an IPv6 address, or a later kind.
bool is_literal(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char letter) {
    constexpr std::string_view marks = ":-._~!$&'()*+,;=";
    return is_alphanumeric(letter) || marks.find(letter) != marks.npos;
  });
}

}  // namespace

bool is_authority(std::string_view text) {
  std::size_t end = 0;
  if (text.starts_with('[')) {
    end = text.find(']');
    if (end == text.npos || !is_literal(text.substr(1, end - 1))) return false;
    ++end;
  } else {
    end = std::min(text.find(':'), text.size());
    if (!is_name(text.substr(0, end))) return false;
  }
  if (end == text.size()) return true;
  if (text[end] != ':') return false;
  return std::ranges::all_of(text.substr(end + 1), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<AbsoluteTarget> split_absolute_target(std::string_view target) {
  const auto lower = [](char letter) { return std::tolower(static_cast<unsigned char>(letter)); };
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!std::ranges::equal(target.substr(0, scheme.size()), scheme, {}, lower)) continue;
    target.remove_prefix(scheme.size());
    const std::size_t end = std::min(target.find_first_of("/?#"), target.size());
    std::string authority(target.substr(0, end));
    if (!is_authority(authority)) return std::nullopt;
    target.remove_prefix(end);
    std::string path;
    if (!target.empty() && target.front() != '/') path += '/';
    path.append(target);
    return AbsoluteTarget{std::move(authority), std::move(path)};
  }
  return std::nullopt;
}

}  // namespace chatreports::http
