#include "api/request_trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <random>

namespace chatreports::api {
namespace {

constexpr std::size_t most_id_bytes = 128;

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= most_id_bytes &&
         std::ranges::all_of(text, [](char letter) { return letter > ' ' && letter <= '~'; });
}

// Ids need not be secret.
std::string made_id() {
  thread_local std::mt19937_64 random((static_cast<std::uint64_t>(std::random_device()()) << 32) ^
                                      std::random_device()());
  return fmt::format("{:016x}", random());
}

// Removes so many hexadecimal digits, in lower case, from the text. Returns whether it begins with
// them.
bool take_digits(std::string_view& text, std::size_t count) {
  constexpr std::string_view digits = "0123456789abcdef";
  const std::string_view taken = text.substr(0, count);
  text.remove_prefix(taken.size());
  return taken.size() == count && taken.find_first_not_of(digits) == taken.npos;
}

bool take_dash(std::string_view& text) {
  const bool is_dash = text.starts_with('-');
  if (is_dash) text.remove_prefix(1);
  return is_dash;
}

// W3C Trace Context, 3.2: version, trace, parent and flags. Later versions may append fields.
bool is_trace_parent(std::string_view text) {
  constexpr std::size_t end_of_version = 2;
  constexpr std::size_t end_of_trace = 35;
  constexpr std::size_t end_of_parent = 52;
  const std::string_view whole = text;
  const auto is_zero = [whole](std::size_t begin, std::size_t end) {
    return whole.substr(begin, end - begin).find_first_not_of('0') == whole.npos;
  };
  if (!take_digits(text, 2) || !take_dash(text) || !take_digits(text, 32) || !take_dash(text) ||
      !take_digits(text, 16) || !take_dash(text) || !take_digits(text, 2)) {
    return false;
  }
  if (is_zero(end_of_version + 1, end_of_trace) || is_zero(end_of_trace + 1, end_of_parent)) {
    return false;
  }
  if (whole.starts_with("ff")) return false;
  return text.empty() || (!whole.starts_with("00") && text.starts_with('-'));
}

}  // namespace

RequestTrace trace_of(const http::Request* head, Duration came) {
  if (head == nullptr) return {.id = made_id(), .came = came};
  const std::string_view id = head->header("X-Request-Id");
  const std::string_view parent = head->header("traceparent");
  // Fields of later versions may have any length and any content.
  constexpr std::size_t bytes_of_parent = 55;
  return {.id = is_id(id) ? std::string(id) : made_id(),
          .method = head->method,
          .trace_parent = is_trace_parent(parent) ? std::string(parent.substr(0, bytes_of_parent))
                                                  : std::string(),
          .came = came};
}

}  // namespace chatreports::api
