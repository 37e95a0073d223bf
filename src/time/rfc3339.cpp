#include "time/rfc3339.h"

#include <fmt/format.h>

#include "time/calendar.h"

namespace chatreports {
namespace {

// Takes the text apart from its beginning. After the first thing that does not fit, nothing does.
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

  // The next character, which must be one of these.
  char any_of(std::string_view allowed) {
    if (rest_.empty() || allowed.find(rest_[0]) == allowed.npos) return static_cast<char>(fail());
    const char found = rest_[0];
    rest_.remove_prefix(1);
    return found;
  }

  // `.` and digits; those past the microsecond are cut off. 0 where there is no `.`.
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
  Date date;
  date.year = scanner.digits(4);
  scanner.any_of("-");
  date.month = scanner.digits(2);
  scanner.any_of("-");
  date.day = scanner.digits(2);
  scanner.any_of("Tt ");
  const int hour = scanner.digits(2);
  scanner.any_of(":");
  const int minute = scanner.digits(2);
  scanner.any_of(":");
  const int second = scanner.digits(2);
  const int microseconds = scanner.fraction_microseconds();
  const char sign = scanner.any_of("Zz+-");
  int offset_minutes = 0;
  if (sign == '+' || sign == '-') {
    const int hours = scanner.digits(2);
    scanner.any_of(":");
    const int minutes = scanner.digits(2);
    if (hours > 23 || minutes > 59) return refused();
    offset_minutes = (hours * 60 + minutes) * (sign == '-' ? -1 : 1);
  }
  if (!scanner.fits_to_the_end()) return refused();
  if (date.year < 1 || date.month < 1 || date.month > 12 || date.day < 1 ||
      date.day > days_in_month(date.year, date.month)) {
    return refused();
  }
  // A leap second is the first instant of the next minute: its fraction has no place.
  if (hour > 23 || minute > 59 || second > 60) return refused();
  const std::int64_t seconds = days_from_date(date) * seconds_per_day + hour * 3'600 + minute * 60 +
                               second - offset_minutes * 60;
  const Instant instant{seconds * microseconds_per_second + (second == 60 ? 0 : microseconds)};
  if (instant < earliest_instant || latest_instant < instant) return refused();
  return Timestamp{instant, offset_minutes * 60};
}

bool lacks_offset(std::string_view text) {
  return parse_rfc3339(fmt::format("{}Z", text)).has_value();
}

std::string format_rfc3339(Instant at) {
  constexpr std::int64_t microseconds_per_day = seconds_per_day * microseconds_per_second;
  const std::int64_t days = floor_divide(at.microseconds, microseconds_per_day);
  const std::int64_t of_day = at.microseconds - days * microseconds_per_day;
  const std::int64_t second_of_day = of_day / microseconds_per_second;
  const Date date = date_from_days(days);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", date.year, date.month, date.day,
                     second_of_day / 3'600, second_of_day / 60 % 60, second_of_day % 60,
                     of_day % microseconds_per_second);
}

}  // namespace chatreports
