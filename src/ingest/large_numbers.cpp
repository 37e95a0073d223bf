#include "ingest/large_numbers.h"

#include <charconv>
#include <cstdint>
#include <string_view>

namespace chatreports::ingest {
namespace {

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

bool is_of_number(char byte) {
  return is_digit(byte) || byte == '-' || byte == '+' || byte == '.' || byte == 'e' || byte == 'E';
}

// How many digits `text` has from `from` on.
std::size_t digits(std::string_view text, std::size_t from) {
  std::size_t end = from;
  while (end < text.size() && is_digit(text[end])) ++end;
  return end - from;
}

enum class Form { none, integer, fraction };

Form form_of(std::string_view text) {
  std::size_t at = !text.empty() && text[0] == '-' ? 1 : 0;
  const std::size_t whole = digits(text, at);
  if (whole == 0 || (whole > 1 && text[at] == '0')) return Form::none;
  at += whole;
  if (at == text.size()) return Form::integer;
  if (text[at] == '.') {
    const std::size_t fraction = digits(text, at + 1);
    if (fraction == 0) return Form::none;
    at += 1 + fraction;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
    const std::size_t exponent = digits(text, at);
    if (exponent == 0) return Form::none;
    at += exponent;
  }
  return at == text.size() ? Form::fraction : Form::none;
}

template <class Number>
bool fits(std::string_view text) {
  Number number{};
  return std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc{};
}

bool is_too_large(std::string_view text) {
  switch (form_of(text)) {
    case Form::none:
      return false;
    case Form::integer:
      return !fits<std::int64_t>(text) && !fits<std::uint64_t>(text);
    case Form::fraction:
      return !fits<double>(text);
  }
  return false;
}

}  // namespace

bool replace_large_numbers(std::string& json) {
  constexpr std::string_view instead = "0.5";  // the shortest number too large is `1e999`
  bool has_replaced = false;
  bool in_string = false;
  for (std::size_t at = 0; at < json.size();) {
    const char byte = json[at];
    if (in_string) {
      if (byte == '"') in_string = false;
      at += byte == '\\' ? 2 : 1;
      continue;
    }
    if (byte == '"') in_string = true;
    if (byte != '-' && !is_digit(byte)) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < json.size() && is_of_number(json[end])) ++end;
    const std::size_t length = end - at;
    if (length >= instead.size() && is_too_large(std::string_view(json).substr(at, length))) {
      json.replace(at, length, std::string(instead) + std::string(length - instead.size(), ' '));
      has_replaced = true;
    }
    at = end;
  }
  return has_replaced;
}

}  // namespace chatreports::ingest
