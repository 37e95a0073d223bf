#include "generate/line_writer.h"

#include <charconv>

#include "time/calendar.h"
#include "time/rfc3339.h"

namespace chatreports::generate {
namespace {

constexpr std::size_t full_bytes = std::size_t{128} << 10;
constexpr std::size_t longest_line_bytes = std::size_t{32} << 10;  // more is allowed, only slower

void write_digits(std::int64_t value, int count, char* end) {
  for (; count > 0; --count) {
    *--end = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

}  // namespace

LineWriter::LineWriter(const std::function<bool(std::string_view)>& take) : take_(take) {
  buffer_.reserve(full_bytes + longest_line_bytes);
}

void LineWriter::end_line() {
  buffer_ += '\n';
  if (buffer_.size() >= full_bytes) finish();
}

void LineWriter::finish() {
  if (wanted_ && !buffer_.empty()) wanted_ = take_(buffer_);
  buffer_.clear();
}

void LineWriter::append(std::uint64_t number) {
  char digits[20];
  const auto written = std::to_chars(digits, digits + sizeof digits, number);
  buffer_.append(digits, written.ptr);
}

void LineWriter::append(Instant at) {
  constexpr std::int64_t day_microseconds = seconds_per_day * microseconds_per_second;
  const std::int64_t day = floor_divide(at.microseconds, day_microseconds);
  if (day != day_) {
    day_ = day;
    date_ = format_rfc3339(at).substr(0, 11);  // "2021-04-08T"
  }
  const std::int64_t microseconds = at.microseconds - day * day_microseconds;
  const std::int64_t seconds = microseconds / microseconds_per_second;
  char time[] = "00:00:00.000000Z";
  write_digits(seconds / 3'600, 2, time + 2);
  write_digits(seconds / 60 % 60, 2, time + 5);
  write_digits(seconds % 60, 2, time + 8);
  write_digits(microseconds % microseconds_per_second, 6, time + 15);
  buffer_.append(date_).append(time, 16);
}

}  // namespace chatreports::generate
