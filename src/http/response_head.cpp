#include "http/response_head.h"

#include <fmt/format.h>

#include <array>
#include <boost/beast/http/status.hpp>
#include <chrono>
#include <iterator>

namespace chatreports::http {
namespace {

constexpr std::size_t bytes_mostly = 400;  // of a head; a longer one makes the text grow

}  // namespace

std::string imf_fixdate(std::int64_t unix_seconds) {
  constexpr std::array days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const std::chrono::sys_seconds time{std::chrono::seconds(unix_seconds)};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     days[std::chrono::weekday(day).c_encoding()],
                     static_cast<unsigned>(date.day()),
                     months[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

bool may_have_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

std::string response_head(const Response& response, const ResponseFrame& frame) {
  namespace beast = boost::beast::http;
  const std::string_view reason =
      beast::obsolete_reason(beast::int_to_status(static_cast<unsigned>(response.status)));
  std::string head;
  head.reserve(bytes_mostly);
  fmt::format_to(std::back_inserter(head), "HTTP/1.{} {} {}\r\n", frame.is_http_1_1 ? 1 : 0,
                 response.status, reason);
  const auto add = [&head](std::string_view name, std::string_view value) {
    head.append(name).append(": ").append(value).append("\r\n");
  };
  if (!frame.date.empty()) add("Date", frame.date);
  for (const auto& [name, value] : response.headers) add(name, value);
  if (may_have_body(response.status)) {
    add("Content-Length", fmt::format_int(response.body.size()).str());
  }
  if (response.status >= 200) {
    if (!frame.keep_alive) add("Connection", "close");
    if (frame.keep_alive && !frame.is_http_1_1) add("Connection", "keep-alive");
  }
  head += "\r\n";
  return head;
}

}  // namespace chatreports::http
