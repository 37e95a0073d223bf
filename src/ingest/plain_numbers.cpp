#include "ingest/plain_numbers.h"

#include <charconv>
#include <cmath>
#include <cstdint>

namespace chatreports::ingest {
namespace {

constexpr std::string_view instead = "0.5";

bool is_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

bool is_of_number(char byte) {
  return is_digit(byte) || byte == '-' || byte == '+' || byte == '.' || byte == 'e' || byte == 'E';
}

// The parts of a number: `-12.50e-3`.
struct Written {
  bool is_negative = false;
  std::string_view whole;     // 12
  std::string_view fraction;  // 50
  std::string_view exponent;  // -3
  bool is_integer = false;    // it has neither a point nor an exponent
};

std::string_view take_digits(std::string_view& text) {
  std::size_t end = 0;
  while (end < text.size() && is_digit(text[end])) ++end;
  const std::string_view digits = text.substr(0, end);
  text.remove_prefix(end);
  return digits;
}

// Returns nothing if the text is not a number by JSON's grammar.
std::optional<Written> read_number(std::string_view text) {
  Written number;
  number.is_negative = text.starts_with('-');
  if (number.is_negative) text.remove_prefix(1);
  number.whole = take_digits(text);
  if (number.whole.empty() || (number.whole.size() > 1 && number.whole[0] == '0')) return {};
  number.is_integer = text.empty();
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    number.fraction = take_digits(text);
    if (number.fraction.empty()) return {};
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    const bool has_sign = text.starts_with('+') || text.starts_with('-');
    const std::string_view sign = text.substr(0, has_sign ? 1 : 0);
    text.remove_prefix(sign.size());
    const std::string_view digits = take_digits(text);
    if (digits.empty()) return {};
    number.exponent = {sign.data(), sign.size() + digits.size()};
  }
  if (!text.empty()) return {};
  return number;
}

template <class Number>
std::optional<Number> value_of(std::string_view text) {
  Number number{};
  const auto end = text.data() + text.size();
  if (std::from_chars(text.data(), end, number).ec != std::errc{}) return {};
  return number;
}

// Returns the number as digits alone, if it is an integer of 64 bits.
std::optional<std::string> integer_text(const Written& number) {
  constexpr std::size_t most_digits = 19;
  std::string digits = std::string(number.whole).append(number.fraction);
  digits.erase(0, digits.find_first_not_of('0'));
  if (digits.empty()) return "0";
  std::string_view exponent = number.exponent;
  if (exponent.starts_with('+')) exponent.remove_prefix(1);
  const auto power = exponent.empty() ? 0 : value_of<std::int32_t>(exponent);
  if (!power) return {};  // no record has enough digits to make up for it
  std::int64_t zeros = *power - static_cast<std::int64_t>(number.fraction.size());
  while (zeros < 0 && digits.back() == '0') {
    digits.pop_back();
    ++zeros;
  }
  if (zeros < 0 || digits.size() + static_cast<std::size_t>(zeros) > most_digits) return {};
  digits.append(static_cast<std::size_t>(zeros), '0');
  if (number.is_negative) digits.insert(0, 1, '-');
  if (!value_of<std::int64_t>(digits)) return {};
  return digits;
}

// Returns whether a parser takes a number with a point or an exponent for an integer, or fails.
bool is_rounded(std::string_view text) {
  const auto real = value_of<double>(text);
  return !real || *real == std::trunc(*real);
}

// Returns the text that replaces the number; nothing if it stays.
std::optional<std::string> plain(std::string_view text) {
  const std::optional<Written> number = read_number(text);
  if (!number) return {};
  if (number->is_integer) {
    if (value_of<std::int64_t>(text) || value_of<std::uint64_t>(text)) return {};
    return std::string(instead);
  }
  if (auto integer = integer_text(*number)) return integer;
  if (is_rounded(text)) return std::string(instead);
  return {};
}

}  // namespace

std::optional<std::string> with_plain_numbers(std::string_view json) {
  std::string made;
  std::size_t copied = 0;
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
    if (const auto number = plain(json.substr(at, end - at))) {
      made.append(json, copied, at - copied).append(*number);
      copied = end;
    }
    at = end;
  }
  if (copied == 0) return {};
  return made.append(json, copied);
}

}  // namespace chatreports::ingest
