#pragma once
// Parses the values of arguments. Errors say what is allowed.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "http/listen_address.h"
#include "time/instant.h"

namespace chatreports::app {

// Parses decimal digits: no sign, no space, no other base.
Result<std::uint64_t> parse_whole_number(std::string_view text, std::uint64_t least,
                                         std::uint64_t most);

// Parses a number of things, such as `1500`, or `20k`, `3M` or `1G` with steps of 1,000. A letter
// of either case is accepted.
Result<std::uint64_t> parse_count(std::string_view text, std::uint64_t least, std::uint64_t most);

// Parses a number of bytes, such as `65536`, or `64K`, `64M`, `2G` or `1T` with steps of 1,024. A
// letter of either case is accepted, and `iB` after it.
Result<std::uint64_t> parse_size(std::string_view text, std::uint64_t least, std::uint64_t most);

// Parses `HOST:PORT`, with an IPv6 address in brackets.
Result<http::TcpAddress> parse_address(std::string_view text);
// Parses that, or `unix:PATH`.
Result<http::ListenAddress> parse_listen_address(std::string_view text);

// Parses an origin of web pages. Returns it as browsers send it, `SCHEME://HOST` or
// `SCHEME://HOST:PORT`, in lower case and without the scheme's default port; `*` and `null` stay.
Result<std::string> parse_origin(std::string_view text);

// Parses a date, which is its midnight in UTC, or a time as RFC 3339.
Result<Instant> parse_date_or_time(std::string_view text);

// Parses a whole number and a unit: `45s`, `90m`, `12h`, `30d`; from a second to `most_days`
// days. A number without a unit is one of seconds.
Result<Duration> parse_duration(std::string_view text, std::int64_t most_days);

}  // namespace chatreports::app
