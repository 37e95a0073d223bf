#include "app/arguments.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <optional>
#include <span>

#include "base/ascii.h"
#include "base/utf8.h"
#include "time/rfc3339.h"

namespace chatreports::app {
namespace {

constexpr std::size_t max_shown_bytes = 60;
constexpr std::int64_t seconds_per_day = 86'400;

// Returns nothing if the text has anything but digits, or the number is too large.
std::optional<std::uint64_t> value_of_digits(std::string_view text) {
  if (text.find_first_not_of("0123456789") != text.npos) return {};
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) return {};
  return value;
}

// A letter after a number, and what it multiplies the number with.
struct Multiple {
  char letter;  // lower case
  std::uint64_t factor;
};

constexpr std::array<Multiple, 3> thousands = {
    {{'k', 1'000}, {'m', 1'000'000}, {'g', 1'000'000'000}}};
constexpr std::array<Multiple, 4> powers_of_1024 = {{{'k', std::uint64_t{1} << 10},
                                                     {'m', std::uint64_t{1} << 20},
                                                     {'g', std::uint64_t{1} << 30},
                                                     {'t', std::uint64_t{1} << 40}}};

// Returns nothing for a text of another form, or for a number beyond the limits.
std::optional<std::uint64_t> value_with_multiple(std::string_view text,
                                                 std::span<const Multiple> multiples,
                                                 std::uint64_t least, std::uint64_t most) {
  std::uint64_t factor = 1;
  if (!text.empty()) {
    const auto multiple = std::ranges::find(multiples, lower(text.back()), &Multiple::letter);
    if (multiple != multiples.end()) {
      factor = multiple->factor;
      text.remove_suffix(1);
    }
  }
  const auto value = value_of_digits(text);
  if (!value || *value > most / factor || *value * factor < least) return {};
  return *value * factor;
}

std::int64_t seconds_of_unit(char unit) {
  switch (unit) {
    case 's':
      return 1;
    case 'm':
      return 60;
    case 'h':
      return 3'600;
    case 'd':
      return seconds_per_day;
    default:
      return 0;
  }
}

// In lower case: RFC 3986, section 3.1.
bool is_scheme(std::string_view text) {
  return !text.empty() && text[0] >= 'a' && text[0] <= 'z' &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789+-.") == text.npos;
}

// A browser sends a name with other letters as DNS has it, `xn--…`.
bool is_of_origin(std::string_view host) {
  return host.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-._:") == host.npos;
}

}  // namespace

Result<std::uint64_t> parse_whole_number(std::string_view text, std::uint64_t least,
                                         std::uint64_t most) {
  const auto value = value_of_digits(text);
  if (value && least <= *value && *value <= most) return *value;
  return invalid(fmt::format("\"{}\" is not a whole number from {} to {}",
                             shortened(text, max_shown_bytes), least, most));
}

Result<std::uint64_t> parse_count(std::string_view text, std::uint64_t least, std::uint64_t most) {
  if (const auto value = value_with_multiple(text, thousands, least, most)) return *value;
  return invalid(fmt::format(
      "\"{}\" is not a whole number from {} to {}, such as 500, or 2k, 3M or 1G for thousands, "
      "millions or billions",
      shortened(text, max_shown_bytes), least, most));
}

Result<std::uint64_t> parse_size(std::string_view text, std::uint64_t least, std::uint64_t most) {
  const bool has_unit = text.size() > 2 && text.ends_with("iB");
  const std::string_view number = has_unit ? text.substr(0, text.size() - 2) : text;
  const bool has_multiple =
      !number.empty() && number.find_first_not_of("0123456789") != number.npos;
  if (!has_unit || has_multiple) {
    if (const auto value = value_with_multiple(number, powers_of_1024, least, most)) return *value;
  }
  return invalid(fmt::format(
      "\"{}\" is not a number of bytes from {} to {}, such as 65536, or 64K, 64M, 2G or 1T with "
      "steps of 1024",
      shortened(text, max_shown_bytes), least, most));
}

Result<http::TcpAddress> parse_address(std::string_view text) {
  const auto refused = [text] {
    const auto port = value_of_digits(text);
    const bool is_port = port && *port <= std::numeric_limits<std::uint16_t>::max();
    const std::uint64_t shown_port = is_port ? *port : 8080;
    return invalid(
        fmt::format("\"{}\" is not an address; write HOST:PORT, such as 127.0.0.1:{} or [::1]:{}",
                    shortened(text, max_shown_bytes), shown_port, shown_port));
  };
  const std::size_t colon = text.rfind(':');
  if (colon == text.npos) return refused();
  std::string_view host = text.substr(0, colon);
  const auto port = value_of_digits(text.substr(colon + 1));
  if (!port || *port > std::numeric_limits<std::uint16_t>::max()) return refused();
  const bool has_brackets = host.starts_with('[') && host.ends_with(']');
  if (has_brackets) host = host.substr(1, host.size() - 2);
  // An IPv6 address needs brackets, which mark where the port begins.
  const bool has_colon = host.find(':') != host.npos;
  if (host.empty() || has_brackets != has_colon || host.find_first_of("[]/ ") != host.npos) {
    return refused();
  }
  return http::TcpAddress{std::string(host), static_cast<std::uint16_t>(*port)};
}

Result<http::ListenAddress> parse_listen_address(std::string_view text) {
  constexpr std::string_view of_path = "unix:";
  if (text.starts_with(of_path)) {
    const std::string_view path = text.substr(of_path.size());
    if (path.empty()) return invalid("unix: needs a path, such as unix:/run/chatreports.sock");
    return http::UnixAddress{std::string(path)};
  }
  auto address = parse_address(text);
  if (!address) return std::unexpected(address.error());
  return *std::move(address);
}

Result<std::string> parse_origin(std::string_view text) {
  if (text == "*" || text == "null") return std::string(text);
  const auto refused = [text] {
    return invalid(
        fmt::format("\"{}\" is not an origin; write SCHEME://HOST or SCHEME://HOST:PORT, such as "
                    "https://reports.example.com, or * for all",
                    shortened(text, max_shown_bytes)));
  };
  std::string origin(text);
  for (char& byte : origin) byte = lower(byte);
  constexpr std::string_view separator = "://";
  const std::size_t scheme_end = origin.find(separator);
  if (scheme_end == origin.npos) return refused();
  const std::string scheme = origin.substr(0, scheme_end);
  const std::string authority = origin.substr(scheme_end + separator.size());
  if (!is_scheme(scheme)) return refused();
  const bool has_port = authority.rfind(':') != authority.npos && !authority.ends_with(']');
  // parse_address knows what a host is; the port that it is given here is not used.
  const auto address = parse_address(has_port ? authority : authority + ":0");
  if (!address || !is_of_origin(address->host)) return refused();
  const bool is_default =
      (scheme == "http" && address->port == 80) || (scheme == "https" && address->port == 443);
  if (has_port && !is_default) return scheme + "://" + http::format_address(*address);
  return scheme + "://" + authority.substr(0, has_port ? authority.rfind(':') : authority.npos);
}

Result<Instant> parse_date_or_time(std::string_view text) {
  const bool is_date = text.find('T') == text.npos;
  const auto time = parse_rfc3339(is_date ? std::string(text) + "T00:00:00Z" : std::string(text));
  if (time) return time->instant;
  return invalid("must be a date such as 2025-01-31, or a time as RFC 3339 with its offset");
}

Result<Duration> parse_duration(std::string_view text, std::int64_t most_days) {
  const bool has_unit = !text.empty() && seconds_of_unit(text.back()) > 0;
  const std::int64_t unit = has_unit ? seconds_of_unit(text.back()) : 1;
  const auto count = value_of_digits(has_unit ? text.substr(0, text.size() - 1) : text);
  const auto most = static_cast<std::uint64_t>(most_days * seconds_per_day);
  if (!count || *count < 1 || *count > most / static_cast<std::uint64_t>(unit)) {
    return invalid(
        fmt::format("\"{}\" is not a length of time; write a whole number of seconds, or one with "
                    "m, h or d, such as 90, 12h or 30d, up to {}d",
                    shortened(text, max_shown_bytes), most_days));
  }
  return std::chrono::seconds(static_cast<std::int64_t>(*count) * unit);
}

}  // namespace chatreports::app
