#pragma once
// Parses the values of arguments. Errors say what is allowed.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "time/instant.h"

namespace chatreports::app {

// Parses decimal digits: no sign, no space, no other base.
Result<std::uint64_t> parse_whole_number(std::string_view text, std::uint64_t least,
                                         std::uint64_t most);

struct Address {
  std::string host;  // without the brackets of an IPv6 address
  std::uint16_t port = 0;
  bool operator==(const Address&) const = default;
};

// Parses `HOST:PORT`, with an IPv6 address in brackets.
Result<Address> parse_address(std::string_view text);

// The reverse of parse_address.
std::string format_address(const Address& address);

// Parses an origin of web pages. Returns it as browsers send it, `SCHEME://HOST` or
// `SCHEME://HOST:PORT`, in lower case and without the scheme's default port; `*` and `null` stay.
Result<std::string> parse_origin(std::string_view text);

// Parses a whole number and a unit: `45s`, `90m`, `12h`, `30d`; from a second to `most_days`
// days.
Result<Duration> parse_duration(std::string_view text, std::int64_t most_days);

}  // namespace chatreports::app
