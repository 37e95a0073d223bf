#include "time/rfc3339.h"

#include <fmt/format.h>

#include "base/printable.h"
#include "base/utf8.h"

namespace chatreports {
namespace {

// Reads the text from its beginning. After the first error every read fails.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  int digits(std::size_t count) {
    if (rest_.size() < count) return fail();
    int value = 0;
    for (std::size_t at = 0; at < count; ++at) {
      if (!is_digit(rest_[at])) return fail();
      value = value * 10 + (rest_[at] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }

  // Reads the next character, which must be one of these.
  char any_of(std::string_view allowed) {
    if (rest_.empty() || allowed.find(rest_[0]) == allowed.npos) return static_cast<char>(fail());
    const char found = rest_[0];
    rest_.remove_prefix(1);
    return found;
  }

  // Reads `.` and digits, and ignores those after the microsecond. Returns 0 if there is no `.`.
  int fraction_microseconds() {
    if (rest_.empty() || rest_[0] != '.') return 0;
    rest_.remove_prefix(1);
    int value = 0;
    std::size_t count = 0;
    for (; !rest_.empty() && is_digit(rest_[0]); rest_.remove_prefix(1), ++count) {
      if (count < 6) value = value * 10 + (rest_[0] - '0');
    }
    if (count == 0) return fail();
    for (; count < 6; ++count) value *= 10;
    return value;
  }

  bool fits_to_the_end() const { return !failed_ && rest_.empty(); }

 private:
  static bool is_digit(char character) { return character >= '0' && character <= '9'; }

  int fail() {
    failed_ = true;
    rest_ = {};
    return 0;
  }

  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace

Result<Timestamp> parse_rfc3339(std::string_view text) {
  const auto refused = [] { return invalid("not an RFC 3339 time"); };
  Scanner scanner(text);
  const std::chrono::year year(scanner.digits(4));
  scanner.any_of("-");
  const std::chrono::month month(static_cast<unsigned>(scanner.digits(2)));
  scanner.any_of("-");
  const std::chrono::day day(static_cast<unsigned>(scanner.digits(2)));
  scanner.any_of("Tt ");
  const int hour = scanner.digits(2);
  scanner.any_of(":");
  const int minute = scanner.digits(2);
  scanner.any_of(":");
  const int second = scanner.digits(2);
  const int microseconds = scanner.fraction_microseconds();
  const char sign = scanner.any_of("Zz+-");
  std::chrono::minutes offset{};
  if (sign == '+' || sign == '-') {
    const int hours = scanner.digits(2);
    scanner.any_of(":");
    const int minutes = scanner.digits(2);
    if (hours > 23 || minutes > 59) return refused();
    offset = std::chrono::minutes((hours * 60 + minutes) * (sign == '-' ? -1 : 1));
  }
  if (!scanner.fits_to_the_end()) return refused();
  const std::chrono::year_month_day date(year, month, day);
  if (!date.ok()) return refused();
  // A leap second is the first instant of the next minute, without its fraction.
  if (hour > 23 || minute > 59 || second > 60) return refused();
  const Instant instant = std::chrono::sys_days(date) + std::chrono::hours(hour) +
                          std::chrono::minutes(minute) - offset + std::chrono::seconds(second) +
                          Duration(second == 60 ? 0 : microseconds);
  if (instant < earliest_instant || latest_instant < instant) return refused();
  return Timestamp{instant, offset};
}

bool lacks_offset(std::string_view text) {
  return parse_rfc3339(fmt::format("{}Z", text)).has_value();
}

std::string why_not_rfc3339(std::string_view text) {
  constexpr std::size_t max_shown_bytes = 60;
  return fmt::format("not an RFC 3339 time: \"{}\"{}", printable(shortened(text, max_shown_bytes)),
                     lacks_offset(text) ? " has no offset from UTC, such as Z or +02:00" : "");
}

std::string format_rfc3339(Instant at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(at - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count(),
                     time.subseconds().count());
}

std::string format_rfc3339_second(Instant at) {
  std::string time = format_rfc3339(at);
  time.resize(time.find('.'));
  return time + 'Z';
}

}  // namespace chatreports
